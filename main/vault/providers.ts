import { BUS, type SessionBus } from './session-bus.ts';

/** The Secret Service as a peer on the bus. */
export const SECRETS = {
  destination: 'org.freedesktop.secrets',
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.Secret.Service',
} as const;

/** Who can provide the Secret Service. They differ in more than the name: see where each is asked for. */
export type Provider = 'GNOME Keyring' | 'KWallet' | 'KeePassXC';

/** Providers by the bus name that they own beside the service's own. */
const NAMES: readonly (readonly [name: string, provider: Provider])[] = [
  ['org.gnome.keyring', 'GNOME Keyring'],
  ['org.kde.secretservicecompat', 'KWallet'],
  ['org.kde.kwalletd6', 'KWallet'],
  ['org.kde.kwalletd5', 'KWallet'],
  ['org.keepassxc.KeePassXC.MainWindow', 'KeePassXC'],
];

/** From the bus alone: a hanging keyring does not delay it. Null: nobody, or nobody whom we know. */
export async function providerOf(bus: SessionBus): Promise<Provider | null> {
  const owner = await ownerOf(bus, SECRETS.destination);
  if (owner === null) return null;
  for (const [name, provider] of NAMES) {
    if ((await ownerOf(bus, name)) === owner) return provider;
  }
  return null;
}

async function ownerOf(bus: SessionBus, name: string): Promise<string | null> {
  const answer = await bus.call({ ...BUS, member: 'GetNameOwner', signature: 's', body: [name] });
  return answer.kind === 'reply' && typeof answer.value === 'string' ? answer.value : null;
}
