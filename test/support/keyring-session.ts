import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import dbus, { type MessageBus } from 'dbus-native';
import { busServices, busSocket, connectBus, startBusDaemon } from './bus-daemon.ts';
import { run, until, type Running } from './processes.ts';

const SECRETS = 'org.freedesktop.secrets';
const ROOT = '/org/freedesktop/secrets';
const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};
/** Of its login keyring. */
export const PASSWORD = 'test keyring password';

/**
 * - `unlocked`, `locked`: a login keyring in that state
 * - `no-collection`: a keyring service without any keyring
 * - `none`: a session bus without a keyring service
 */
export type KeyringKind = 'unlocked' | 'locked' | 'no-collection' | 'none';

/**
 * A private D-Bus session with a real gnome-keyring in it, in folders of its own, that nothing outside can
 * see. Nothing is activatable on the bus, so no prompt can open and a killed keyring stays dead until
 * `start`.
 */
export class KeyringSession {
  readonly #folder: string;
  #bus: Running;
  #control: MessageBus;
  readonly env: Record<string, string>;
  #keyring: Running | null = null;
  /** That it ended though nobody asked it to: whatever a test says of a missing keychain is no news then. */
  #crash: string | null = null;
  #said = '';

  private constructor(folder: string, bus: Running, control: MessageBus, env: Record<string, string>) {
    this.#folder = folder;
    this.#bus = bus;
    this.#control = control;
    this.env = env;
  }

  static async open(options: { keyring: KeyringKind }): Promise<KeyringSession> {
    const folder = await mkdtemp(join(tmpdir(), 'keyring-'));
    const env: Record<string, string> = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' };
    for (const [name, part] of Object.entries(FOLDERS)) {
      env[name] = join(folder, part);
      await mkdir(join(folder, part), { mode: 0o700 });
    }
    env['DBUS_SESSION_BUS_ADDRESS'] = `unix:path=${busSocket(folder)}`;
    const { bus, control } = await startBusDaemon(folder, env);
    const session = new KeyringSession(folder, bus, control, env);
    if (options.keyring !== 'none') await session.start(options.keyring !== 'no-collection');
    if (options.keyring === 'locked') await session.lock();
    return session;
  }

  /** Where a file makes a service one that the bus can start. */
  get services(): string {
    return busServices(this.#folder);
  }

  /** From now on the keyring can ask for its password, by the window that it has for that. @param display `:7` */
  async allowPrompts(display: string): Promise<void> {
    const file = 'org.gnome.keyring.SystemPrompter.service';
    const service = await readFile(join('/usr/share/dbus-1/services', file), 'utf8');
    const there = service.replace('Exec=', `Exec=/usr/bin/env DISPLAY=${display} GDK_BACKEND=x11 `);
    await writeFile(join(this.services, file), there);
    await this.#control.invoke({ ...BUS, member: 'ReloadConfig' });
  }

  /** A further connection to the session's bus, to be closed by whoever asked for it. */
  async connect(): Promise<MessageBus> {
    const bus = await connectBus(busSocket(this.#folder));
    if (bus === undefined) throw new Error('the session has no bus');
    return bus;
  }

  /** Starts the keyring, also after `kill`; unlocked unless it is to have no keyring at all. */
  async start(withLogin = true): Promise<void> {
    const args = ['--foreground', '--components=secrets', ...(withLogin ? ['--unlock'] : [])];
    const keyring = run('gnome-keyring-daemon', args, { env: this.env, stdio: ['pipe', 'ignore', 'pipe'] });
    this.#keyring = keyring;
    keyring.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (this.#said += chunk));
    keyring.child.once('exit', (code, signal) => {
      if (this.#keyring === keyring) this.#crash = `gnome-keyring-daemon ended (${signal ?? code})`;
    });
    keyring.child.stdin?.end(withLogin ? PASSWORD : '');
    await until('a keyring service', async () =>
      (await this.#control.nameHasOwner(SECRETS)) ? true : undefined,
    );
    if (withLogin) await until('a login keyring', async () => (await this.#login()) ?? undefined);
  }

  async lock(): Promise<void> {
    await this.#call(ROOT, 'org.freedesktop.Secret.Service', 'Lock', 'ao', [[await this.#needLogin()]]);
  }

  async unlock(): Promise<void> {
    const plain: unknown = await this.#call(ROOT, 'org.freedesktop.Secret.Service', 'OpenSession', 'sv', [
      'plain',
      new dbus.Variant('s', ''),
    ]);
    const session = (plain as [unknown, string])[1];
    const secret = [session, Buffer.alloc(0), Buffer.from(PASSWORD), 'text/plain'];
    const body = [await this.#needLogin(), secret];
    await this.#call(ROOT, UNLOCKER, 'UnlockWithMasterPassword', 'o(oayays)', body);
  }

  /** The keyring hangs: it takes calls and answers none, until `continue`. */
  stop(): void {
    this.#keyring?.child.kill('SIGSTOP');
  }

  continue(): void {
    this.#keyring?.child.kill('SIGCONT');
  }

  /** Resolves when the bus knows that it is gone. */
  async kill(): Promise<void> {
    await this.#endKeyring();
    await until('no keyring', async () => ((await this.#control.nameHasOwner(SECRETS)) ? undefined : true));
  }

  /** The session ends, and with it the socket's listener; the keyring loses its connection too. */
  async killBus(): Promise<void> {
    const keyring = this.#keyring;
    this.#keyring = null;
    await this.#bus.end();
    await keyring?.end();
  }

  /** A new bus at the same address, without a keyring. */
  async restartBus(): Promise<void> {
    await this.killBus();
    this.#control.connection.stream.destroy();
    const { bus, control } = await startBusDaemon(this.#folder, this.env);
    this.#bus = bus;
    this.#control = control;
  }

  /** libsecret's own tool, as an independent witness. `input` is what it reads, for `store`. */
  async secretTool(args: readonly string[], input = ''): Promise<string> {
    const done = promisify(execFile)('secret-tool', args, { env: this.env });
    // One that reads nothing may be over before this; its exit code tells what became of it.
    done.child.stdin?.on('error', () => undefined).end(input);
    const { stdout, stderr } = await done;
    return stdout + stderr;
  }

  /** @throws when the keyring ended before that, and no test had it end */
  async close(): Promise<void> {
    this.#control.connection.stream.destroy();
    await this.#endKeyring();
    await this.#bus.end();
    await rm(this.#folder, { recursive: true, force: true });
    if (this.#crash !== null) throw new Error(`${this.#crash}: ${this.#said}`);
  }

  async #endKeyring(): Promise<void> {
    const keyring = this.#keyring;
    this.#keyring = null;
    await keyring?.end();
  }

  async #login(): Promise<string | null> {
    const found: unknown = await this.#call(ROOT, 'org.freedesktop.Secret.Service', 'ReadAlias', 's', [
      'default',
    ]);
    return typeof found === 'string' && found !== '/' ? found : null;
  }

  async #needLogin(): Promise<string> {
    const login = await this.#login();
    if (login === null) throw new Error('this session has no login keyring');
    return login;
  }

  async #call(
    path: string,
    iface: string,
    member: string,
    signature: string,
    body: unknown[],
  ): Promise<unknown> {
    return this.#control.invoke<unknown>({
      destination: SECRETS,
      path,
      interface: iface,
      member,
      signature,
      body,
    });
  }
}

const UNLOCKER = 'org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface';

const FOLDERS = {
  HOME: 'home',
  XDG_RUNTIME_DIR: 'run',
  XDG_DATA_HOME: 'data',
  XDG_CONFIG_HOME: 'config',
  XDG_CACHE_HOME: 'cache',
};
