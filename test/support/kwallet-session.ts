import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageBus } from 'dbus-native';
import { KeyringSession } from './keyring-session.ts';
import { installedKWallet } from './kwallet-generations.ts';
import { KWalletLogin } from './kwallet-login.ts';
import { run, until, type Running } from './processes.ts';
import { qtScreen } from './qt-screen.ts';

const SECRETS = 'org.freedesktop.secrets';
const BUS = 'org.freedesktop.DBus';

export interface KWalletOptions {
  /** With a wallet in it, closed, and KWallet running; else neither. */
  wallet: boolean;
  /** Where its windows are: `:7`; nowhere when absent. */
  display?: string;
}

/** A private D-Bus session with this system's real KWallet in it. */
export class KWalletSession {
  readonly #keyring: KeyringSession;
  readonly #bus: MessageBus;
  readonly #kwallet = installedKWallet();
  readonly #screen: Record<string, string>;
  #daemon: Running | null = null;

  private constructor(keyring: KeyringSession, bus: MessageBus, display: string | undefined) {
    this.#keyring = keyring;
    this.#bus = bus;
    this.#screen = qtScreen(display);
  }

  static async open(options: KWalletOptions = { wallet: true }): Promise<KWalletSession> {
    const keyring = await KeyringSession.open({ keyring: 'none' });
    const bus = await keyring.connect();
    const session = new KWalletSession(keyring, bus, options.display);
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
    this.#daemon = run(this.#kwallet.program, [], { env: this.#surroundings, stdio: 'ignore' });
    await until('the Secret Service of KWallet', async () =>
      (await this.#bus.nameHasOwner(SECRETS)) ? true : undefined,
    );
  }

  /** As KDE installs it: the bus starts it by its own name, and by no name of the Secret Service. */
  async installed(): Promise<void> {
    const { name, program } = this.#kwallet;
    const lines = [
      '[D-BUS Service]',
      `Name=${name}`,
      `Exec=/usr/bin/env QT_QPA_PLATFORM=offscreen ${program}`,
    ];
    await writeFile(join(this.#keyring.services, `${name}.service`), `${lines.join('\n')}\n`);
    await this.#bus.invoke<unknown>({
      ...{ destination: BUS, path: '/', interface: BUS, member: 'ReloadConfig' },
    });
  }

  /** As the login does it (pam_kwallet), and makes the wallet at the first one. */
  async unlock(): Promise<void> {
    if (this.#kwallet.startedByLogin) await this.kill();
    this.#daemon = (await this.#kwallet.login(this.#bus, this.#surroundings)) ?? this.#daemon;
  }

  /** Somebody has logged in, and the session is not there yet. @returns what starts it */
  async login(): Promise<() => Promise<void>> {
    await this.kill();
    const login = await KWalletLogin.begin(this.#kwallet.program, this.#surroundings);
    this.#daemon = login.program;
    return () => login.enter();
  }

  async lock(): Promise<void> {
    await this.#kwallet.close(this.#bus);
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
    const pid: unknown = await this.#bus.getConnectionUnixProcessId(SECRETS).catch(() => null);
    await daemon?.end();
    if (typeof pid === 'number' && pid !== daemon?.child.pid) process.kill(pid, 'SIGKILL');
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

  get #surroundings(): Record<string, string> {
    return { ...this.env, ...this.#screen };
  }
}
