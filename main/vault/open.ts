import { createRequire } from 'node:module';
import type { Clock, Logger } from '../effects.ts';
import { KeePassXCPrompts } from './keepassxc.ts';
import { KeychainVault } from './keychain.ts';
import type { KeychainPort } from './keychain-port.ts';
import { KeyringQuestion } from './keyring-question.ts';
import { KWallet } from './kwallet.ts';
import { loginHoldsKWallet } from './kwallet-login.ts';
import { libraryKeepsFiles } from './library-backend.ts';
import { KEYCHAIN_LABELS } from './messages.ts';
import { CallQueue } from './queue.ts';
import { SecretServicePort } from './secret-service-port.ts';
import { SecretServiceProbe } from './secret-service.ts';
import { SessionBus } from './session-bus.ts';
import { withDescriptors } from './spare-descriptors.ts';
import type { Vault, VaultDescription } from './types.ts';

export interface OpenOptions {
  /** "globus-token-tray", in the demo "globus-token-tray-demo". */
  service: string;
  platform: NodeJS.Platform;
  /** Where the session bus is looked for; the keychain library itself reads the process's own environment. */
  env: Readonly<Record<string, string | undefined>>;
  /** Told why the keychain library could not be loaded: without it the keychain is missing, but for Linux. */
  log: Pick<Logger, 'warn'>;
  /** Milliseconds per keychain call and per D-Bus call; 10 s unless given. */
  deadline?: number;
  after?: Clock['after'];
  /** Loads the keychain library; keytar unless given. */
  load?: () => Promise<KeychainPort>;
}

/**
 * The real keychain of this system. Never rejects: where the library or its system parts are not installed,
 * the vault answers `missing`. On Linux the keyring is reached without the library, too.
 */
export async function openKeychainVault(options: OpenOptions): Promise<Vault> {
  const { service, platform, env, log, deadline = 10_000, after = timer, load = loadKeytar } = options;
  const queue = new CallQueue({ deadline, after });
  const { label } = keychainDescription(platform);
  const loaded = (): Promise<KeychainPort | null> =>
    load().catch((error: unknown) => {
      log.warn({ error }, 'the keychain library could not be loaded');
      return null;
    });
  if (platform !== 'linux') return new KeychainVault({ service, label, port: await loaded(), queue });
  // A queue of its own: D-Bus keeps telling the state while a native call hangs.
  const bus = new SessionBus(env, new CallQueue({ deadline, after }));
  const probe = new SecretServiceProbe(bus, new KWallet(bus, () => loginHoldsKWallet(env)));
  // Not awaited: it is in the queue before every question about the state.
  void probe.identify();
  const bySelf = new SecretServicePort(bus);
  const own = new SecretServicePort(bus, new KeePassXCPrompts(bus));
  const question = new KeyringQuestion(bus, service);
  const linux = { service, label, queue, probe, own, question: () => question.ask() };
  const port = libraryKeepsFiles(env) ? null : await loaded();
  // Where libsecret keeps files, where it is not installed and where keytar has no build for the processor.
  if (port === null) return new KeychainVault({ ...linux, port: bySelf });
  return new KeychainVault({ ...linux, port: withDescriptors(port), fallback: bySelf });
}

/** What this system's keychain is called before it has been asked for its own name. */
export function keychainDescription(platform: NodeJS.Platform): VaultDescription {
  const system = platform === 'win32' ? 'windows' : platform === 'darwin' ? 'macos' : 'linux';
  return { backend: 'keychain', label: KEYCHAIN_LABELS[system], persistent: true };
}

/**
 * keytar's addon links to libsecret on Linux, and loading fails where that is not installed. Required, not imported:
 * to import CommonJS Node compiles a scanner of exports to WebAssembly, which costs a resting app some megabytes.
 */
export function loadKeytar(): Promise<KeychainPort> {
  return new Promise((resolve) => {
    resolve(createRequire(import.meta.url)('keytar') as KeychainPort);
  });
}

function timer(milliseconds: number, run: () => void): () => void {
  const handle = setTimeout(run, milliseconds);
  handle.unref();
  return () => clearTimeout(handle);
}
