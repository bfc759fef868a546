import { vaultView } from '../../main/desktop/vault-view.ts';
import type { VaultView } from '../../preload/contract.ts';

type Status = VaultView['status'];

const ADA = { sub: '1', username: 'ada@example.org', displayName: 'Ada Lovelace', isDefault: true };

/** A keychain as main shows it to the page, in main's own words. @param holds somebody's sign-ins are in it */
export function keychainView(
  status: Status = 'ready',
  holds = true,
  label = 'GNOME Keyring (Secret Service)',
): VaultView {
  const vault = { backend: 'keychain', label, persistent: true } as const;
  const absence = status === 'missing' ? ({ absence: 'service' } as const) : {};
  return vaultView({ vault: { ...vault, status, ...absence }, accounts: holds ? [ADA] : [] });
}

export function passphraseView(status: Status): VaultView {
  const vault = { backend: 'passphrase', label: 'passphrase file', persistent: true, status } as const;
  return vaultView({ vault, accounts: [ADA] });
}

export function memoryView(): VaultView {
  const vault = { backend: 'memory', label: 'memory, gone when the app quits', persistent: false } as const;
  return vaultView({ vault: { ...vault, status: 'ready' }, accounts: [ADA] });
}
