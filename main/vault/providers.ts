import { KWALLET_NAMES, SECRETS } from './keyring-names.ts';
import { BUS, type SessionBus } from './session-bus.ts';

/** Who can provide the Secret Service. They differ in more than the name: see where each is asked for. */
export type Provider = 'GNOME Keyring' | 'KWallet' | 'KeePassXC';

/** Providers by the bus name that they own beside the service's own. */
const NAMES: readonly (readonly [name: string, provider: Provider])[] = [
  ['org.gnome.keyring', 'GNOME Keyring'],
  ...KWALLET_NAMES.map((name) => [name, 'KWallet'] as const),
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

/** Has the keyring put the question that it handed back. What comes of it is not waited for. @returns whether it does */
export async function openPrompt(bus: SessionBus, path: string): Promise<boolean> {
  const prompt = { path, interface: 'org.freedesktop.Secret.Prompt', member: 'Prompt' };
  const answer = await bus.call({ destination: SECRETS.destination, ...prompt, signature: 's', body: [''] });
  return answer.kind === 'reply';
}

async function ownerOf(bus: SessionBus, name: string): Promise<string | null> {
  const answer = await bus.call({ ...BUS, member: 'GetNameOwner', signature: 's', body: [name] });
  return answer.kind === 'reply' && typeof answer.value === 'string' ? answer.value : null;
}
