import type { Provider } from './providers.ts';

/** What to do about a keyring on Linux, in the words of the program that keeps it. */
export interface KeyringWords {
  readonly unlock: string;
  /** There is nothing in it yet that new entries could go to. */
  readonly create: string;
  readonly allow: string;
  /** Where it does not answer. */
  readonly wake: string;
}

/** @param label as `Vault.describe` has it: the name of a provider comes first */
export function keyringWords(label: string): KeyringWords {
  const provider = PROVIDERS.find((known) => label.startsWith(known));
  return provider === undefined ? ANY : WORDS[provider];
}

const ANY: KeyringWords = {
  unlock: 'Unlock the login keyring, for example in Passwords and Keys, then try again.',
  create: 'Create a keyring named “Login” in Passwords and Keys and set it as default.',
  allow: 'Allow Globus Token Tray to use the keyring, then try again. If that does not help, sign in again.',
  wake:
    'Answer any keyring prompt that is open. If there is none, restart the keyring ' +
    '(systemctl --user restart gnome-keyring-daemon.service) or log out and in again.',
};

const WORDS: Readonly<Record<Provider, KeyringWords>> = {
  'GNOME Keyring': ANY,
  KWallet: {
    unlock: 'Open the wallet in KWalletManager, then try again.',
    // KDE Frameworks 5: one that the first login made is not known to the service before the next.
    create:
      'Create a wallet named “kdewallet” in KWalletManager. If there is one, log out and in again, or choose it as ' +
      'the default wallet in System Settings.',
    // Without the plug-in nothing can be handed over encrypted, and it is asked for in no other way.
    allow:
      'Allow Globus Token Tray to use the wallet, then try again. If you were not asked, install KWallet’s encryption ' +
      '(Debian, Ubuntu: libqca-qt6-plugins; before Plasma 6 libqca-qt5-2-plugins). If that does not help, sign in again.',
    wake: 'Answer any prompt of KWallet that is open. If there is none, log out and in again.',
  },
  KeePassXC: {
    unlock: 'Unlock the database in KeePassXC, then try again.',
    create:
      'Open a database in KeePassXC and choose what it shares: Database Settings, Secret Service Integration.',
    allow:
      'Let it hand out entries without a question: Settings, Secret Service Integration, “Confirm when passwords are ' +
      'retrieved by clients” off. Tokens are renewed when nobody is there to answer. Then try again.',
    wake: 'Answer any question of KeePassXC that is open. If there is none, restart KeePassXC.',
  },
};

const PROVIDERS = Object.keys(WORDS) as Provider[];
