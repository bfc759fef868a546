import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MessageBus } from 'dbus-native';
import { KeyringSession } from './keyring-session.ts';
import { run, until, type Running } from './processes.ts';
import { qtScreen } from './qt-screen.ts';

const KEEPASSXC = 'org.keepassxc.KeePassXC.MainWindow';
const PASSWORD = 'test database password';
const ran = promisify(execFile);

export interface KeePassXCOptions {
  /** Before it hands an entry to a program that did not make it, as it comes. */
  asks: boolean;
  /** Where its window is: `:7`; nowhere when absent. */
  display?: string;
}

/** A private D-Bus session with a real KeePassXC in it as its Secret Service. */
export class KeePassXCSession {
  readonly #keyring: KeyringSession;
  readonly #bus: MessageBus;
  readonly #database: string;
  readonly #screen: Record<string, string>;
  #program: Running | null = null;

  private constructor(keyring: KeyringSession, bus: MessageBus, display: string | undefined) {
    this.#keyring = keyring;
    this.#bus = bus;
    this.#screen = qtScreen(display);
    this.#database = join(keyring.env['HOME'] ?? '', 'database.kdbx');
  }

  /** With an open database. */
  static async open({ asks, display }: KeePassXCOptions): Promise<KeePassXCSession> {
    const keyring = await KeyringSession.open({ keyring: 'none' });
    const bus = await keyring.connect();
    const session = new KeePassXCSession(keyring, bus, display);
    try {
      await session.#makeDatabase();
      await session.#settle(asks);
      await session.start();
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
    // Its lock against a second one of the same user would be in the machine's own folder.
    const env = { ...this.env, TMPDIR: this.env['XDG_RUNTIME_DIR'], ...this.#screen };
    this.#program = run('keepassxc', [], { env, stdio: 'ignore' });
    await until('a window', async () => ((await this.#bus.nameHasOwner(KEEPASSXC)) ? true : undefined));
    // One of 2.7.10 that is started with the file and the password crashes before its window shows.
    await this.unlock();
  }

  /** The user locks it. */
  async lock(): Promise<void> {
    await this.#window('lockAllDatabases');
  }

  /** The user opens it, also where it was closed. */
  async unlock(): Promise<void> {
    await this.#window('openDatabase', 'ss', [this.#database, PASSWORD]);
    await until('a shared database', () => this.#shared());
  }

  /** The user closes its tab. */
  async closeDatabase(): Promise<void> {
    await this.#window('closeAllDatabases');
  }

  /** Paths of the entries in the file itself. */
  async entries(): Promise<string[]> {
    const listed = ran('keepassxc-cli', ['ls', '--recursive', '--flatten', '--quiet', this.#database], {
      env: this.env,
    });
    listed.child.stdin?.end(`${PASSWORD}\n`);
    const { stdout } = await listed;
    return stdout
      .split('\n')
      .filter((line) => line !== '' && !line.endsWith('/') && !line.endsWith('[empty]'));
  }

  async close(): Promise<void> {
    await this.#program?.end();
    this.#bus.connection.stream.destroy();
    await this.#keyring.close();
  }

  /** One that shares a group, which its window would be asked to do. */
  async #makeDatabase(): Promise<void> {
    const [root, shared] = [randomUUID(), randomUUID()];
    const group = (id: string, name: string, inside = '') =>
      `<Group><UUID>${Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64')}</UUID><Name>${name}</Name>${inside}</Group>`;
    const custom = `<Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{${shared}}</Value></Item>`;
    const meta = `<Meta><RecycleBinEnabled>True</RecycleBinEnabled><CustomData>${custom}</CustomData></Meta>`;
    const groups = `<Root>${group(root, 'Root', group(shared, 'Shared'))}</Root>`;
    const source = join(this.env['HOME'] ?? '', 'database.xml');
    await writeFile(source, `<?xml version="1.0"?><KeePassFile>${meta}${groups}</KeePassFile>`);
    const args = ['import', '--set-password', '--decryption-time', '100', source, this.#database];
    const made = ran('keepassxc-cli', args, { env: this.env });
    made.child.stdin?.end(`${PASSWORD}\n${PASSWORD}\n`);
    await made;
  }

  async #settle(asks: boolean): Promise<void> {
    const folder = join(this.env['XDG_CONFIG_HOME'] ?? '', 'keepassxc');
    await mkdir(folder, { recursive: true });
    const general = [
      '[General]',
      'ConfigVersion=2',
      'UpdateCheckMessageShown=true',
      '[GUI]',
      'CheckForUpdates=false',
    ];
    const service = ['[FdoSecrets]', 'Enabled=true', ...(asks ? [] : ['ConfirmAccessItem=false'])];
    await writeFile(join(folder, 'keepassxc.ini'), [...general, ...service, ''].join('\n'));
  }

  async #shared(): Promise<true | undefined> {
    const secrets = { destination: 'org.freedesktop.secrets', path: '/org/freedesktop/secrets' };
    const read = { interface: 'org.freedesktop.Secret.Service', member: 'ReadAlias', signature: 's' };
    const collection: unknown = await this.#bus
      .invoke<unknown>({ ...secrets, ...read, body: ['default'] })
      .catch(() => '/');
    if (typeof collection !== 'string' || collection === '/') return undefined;
    const property = { interface: 'org.freedesktop.DBus.Properties', member: 'Get', signature: 'ss' };
    const body = ['org.freedesktop.Secret.Collection', 'Locked'];
    const locked: unknown = await this.#bus.invoke<unknown>({
      ...secrets,
      path: collection,
      ...property,
      body,
    });
    return locked === false ? true : undefined;
  }

  async #window(member: string, signature = '', body: unknown[] = []): Promise<void> {
    await this.#bus.invoke<unknown>({
      ...{ destination: KEEPASSXC, path: '/keepassxc', interface: KEEPASSXC, member },
      ...(signature !== '' && { signature, body }),
    });
  }
}
