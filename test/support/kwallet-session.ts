import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageBus } from 'dbus-native';
import { KeyringSession } from './keyring-session.ts';
import { run, until, type Running } from './processes.ts';

const SECRETS = 'org.freedesktop.secrets';
const KWALLETD = 'org.kde.kwalletd5';
/** What pam_kwallet makes of a password; any 56 bytes open the wallet that they were given to first. */
const HASH = Buffer.alloc(56, 7);
/** Draws its windows for nobody. */
const UNSEEN = { QT_QPA_PLATFORM: 'offscreen' };

/** A private D-Bus session with a real kwalletd5 in it (KDE Frameworks 5), and no display. */
export class KWalletSession {
  readonly #keyring: KeyringSession;
  readonly #bus: MessageBus;
  #daemon: Running | null = null;

  private constructor(keyring: KeyringSession, bus: MessageBus) {
    this.#keyring = keyring;
    this.#bus = bus;
  }

  /** With a wallet in it, closed, and KWallet running; without `wallet` neither. */
  static async open(options: { wallet: boolean } = { wallet: true }): Promise<KWalletSession> {
    const keyring = await KeyringSession.open({ keyring: 'none' });
    const bus = await keyring.connect();
    const session = new KWalletSession(keyring, bus);
    try {
      if (options.wallet) await session.#makeWallet();
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  get env(): Record<string, string> {
    return this.#keyring.env;
  }

  async start(): Promise<void> {
    this.#daemon = run('kwalletd5', [], { env: { ...this.env, ...UNSEEN }, stdio: 'ignore' });
    await until('the Secret Service of KWallet', async () =>
      (await this.#bus.nameHasOwner(SECRETS)) ? true : undefined,
    );
  }

  /** As KDE installs it: the bus starts it by its own name, and by no name of the Secret Service. */
  async installed(): Promise<void> {
    const lines = [
      '[D-BUS Service]',
      `Name=${KWALLETD}`,
      'Exec=/usr/bin/env QT_QPA_PLATFORM=offscreen kwalletd5',
    ];
    await writeFile(join(this.#keyring.services, `${KWALLETD}.service`), `${lines.join('\n')}\n`);
    await this.#call('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'ReloadConfig');
  }

  /** As the login does it (pam_kwallet), and makes the wallet at the first one. */
  async unlock(): Promise<void> {
    await this.#kwallet('pamOpen', 'sayi', ['kdewallet', HASH, 0]);
    await until('an open wallet', async () =>
      (await this.#kwallet('isOpen', 's', ['kdewallet'])) === true ? true : undefined,
    );
  }

  async lock(): Promise<void> {
    await this.#kwallet('close', 'sb', ['kdewallet', true]);
  }

  /** Has it write to its file what else it writes some seconds later. */
  async sync(): Promise<void> {
    const handle = await this.#kwallet('open', 'sxs', ['kdewallet', 0, 'test']);
    await this.#kwallet('sync', 'is', [handle, 'test']);
  }

  /** Resolves when the bus knows that it is gone. */
  async kill(): Promise<void> {
    await this.#end();
    await until('no KWallet', async () => ((await this.#bus.nameHasOwner(SECRETS)) ? undefined : true));
  }

  secretTool(args: readonly string[], input?: string): Promise<string> {
    return this.#keyring.secretTool(args, input);
  }

  async close(): Promise<void> {
    await this.#end();
    this.#bus.connection.stream.destroy();
    await this.#keyring.close();
  }

  /** Also one that the bus started. */
  async #end(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (daemon !== null) return daemon.end();
    const pid: unknown = await this.#bus.getConnectionUnixProcessId(KWALLETD).catch(() => null);
    if (typeof pid === 'number') process.kill(pid, 'SIGKILL');
  }

  async #makeWallet(): Promise<void> {
    await this.start();
    await this.unlock();
    await until('a wallet in its file', () => this.#file());
    // The service does not know a wallet that was made in this way before its next start.
    await this.kill();
    await this.start();
  }

  async #file(): Promise<true | undefined> {
    const folder = join(this.env['XDG_DATA_HOME'] ?? '', 'kwalletd');
    const files = await readdir(folder).catch((): string[] => []);
    return files.includes('kdewallet.kwl') ? true : undefined;
  }

  #kwallet(member: string, signature: string, body: unknown[]): Promise<unknown> {
    return this.#call(KWALLETD, '/modules/kwalletd5', 'org.kde.KWallet', member, signature, body);
  }

  async #call(
    destination: string,
    path: string,
    iface: string,
    member: string,
    signature = '',
    body: unknown[] = [],
  ) {
    return this.#bus.invoke<unknown>({
      ...{ destination, path, interface: iface, member },
      ...(signature !== '' && { signature, body }),
    });
  }
}
