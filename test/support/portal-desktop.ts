import { once, EventEmitter } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Variant, type Message, type MessageBus } from 'dbus-native';
import { busSocket, connectBus, startBusDaemon } from './bus-daemon.ts';
import { run, until, type Running } from './processes.ts';

const BACKEND = 'org.freedesktop.impl.portal.desktop.standin';
const PATH = '/org/freedesktop/portal/desktop';
const SHORTCUTS = 'org.freedesktop.impl.portal.GlobalShortcuts';
const METHOD_CALL = 1;

/** What the desktop was asked to give. */
export interface KeysAsked {
  readonly id: string;
  readonly description: string;
  readonly trigger: string | null;
}

/**
 * A session with the real xdg-desktop-portal on a bus of its own, and behind it a stand-in for the desktop, which does
 * what KDE 6.3 and GNOME 48 were seen to do: KDE gives the keys at once, lists what it gave before, and opens its settings
 * at every binding; GNOME asks a person, gives them with the code of a failure, lists nothing in a new session, and gives
 * what it gave before without asking.
 */
export class PortalDesktop {
  readonly #folder: string;
  /** Of the bus that it is on. */
  readonly socket: string;
  readonly #manner: 'kde' | 'gnome';
  readonly #events = new EventEmitter();
  #running: Running[] = [];
  #backend: MessageBus | null = null;
  /** Keys that were given, in this desktop's words; they outlive every session. */
  given: string | null = null;
  /** Everything that was asked for, and how often that put something on the screen. */
  readonly asked: KeysAsked[] = [];
  windows = 0;
  #session = '';
  #question: Message | null = null;

  private constructor(folder: string, socket: string, manner: 'kde' | 'gnome') {
    this.#folder = folder;
    this.socket = socket;
    this.#manner = manner;
  }

  /** @param session socket of the bus that it joins; without one it has a bus of its own */
  static async open(manner: 'kde' | 'gnome', session?: string): Promise<PortalDesktop> {
    const folder = await mkdtemp(join(tmpdir(), 'portal-'));
    const desktop = new PortalDesktop(folder, session ?? busSocket(folder), manner);
    await mkdir(join(desktop.#folder, 'run'), { mode: 0o700 });
    const file = `[portal]\nDBusName=${BACKEND}\nInterfaces=${SHORTCUTS};\nUseIn=standin\n`;
    await writeFile(join(desktop.#folder, 'standin.portal'), file);
    if (session === undefined) {
      const { bus, control } = await startBusDaemon(folder);
      desktop.#running.push(bus);
      control.connection.stream.destroy();
    }
    await desktop.#serve();
    await desktop.startPortal();
    return desktop;
  }

  async startPortal(): Promise<void> {
    const env = {
      PATH: process.env['PATH'],
      HOME: this.#folder,
      XDG_RUNTIME_DIR: join(this.#folder, 'run'),
      XDG_CURRENT_DESKTOP: 'standin',
      XDG_DESKTOP_PORTAL_DIR: this.#folder,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${this.socket}`,
    };
    this.#running.push(run('/usr/libexec/xdg-desktop-portal', [], { env, stdio: 'ignore' }));
    const name = 'org.freedesktop.portal.Desktop';
    await until('the portal', async () =>
      ((await this.#backend?.listNames()) ?? []).includes(name) ? true : undefined,
    );
  }

  async stopPortal(): Promise<void> {
    await this.#running.pop()?.end();
  }

  /** Resolves when a person is asked. */
  async question(): Promise<void> {
    if (this.#question === null) await once(this.#events, 'question');
  }

  /** A person answers. @param keys null: no */
  answer(keys: string | null): void {
    const question = this.#question;
    if (question === null) throw new Error('nobody is asked');
    this.#question = null;
    this.given = keys;
    this.#reply(question, keys === null ? 1 : 2, keys === null ? {} : this.#results());
  }

  press(): void {
    this.#signal('Activated', 'osta{sv}', [this.#session, 'palette', 1, {}]);
  }

  /** A person chooses others in the desktop's settings. */
  change(keys: string): void {
    this.given = keys;
    this.#signal('ShortcutsChanged', 'oa(sa{sv})', [this.#session, this.#list()]);
  }

  async close(): Promise<void> {
    this.#backend?.connection.stream.destroy();
    for (const running of this.#running.reverse()) await running.end();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #serve(): Promise<void> {
    const bus = await connectBus(this.socket);
    if (bus === undefined) throw new Error('the bus does not listen');
    this.#backend = bus;
    // Before the library, which refuses every call to what was not exported to it.
    const library = bus.connection.listeners('message') as ((message: Message) => void)[];
    bus.connection.removeAllListeners('message');
    bus.connection.on('message', (message: Message) => {
      if (message.type === METHOD_CALL) this.#called(message);
      else for (const listener of library) listener(message);
    });
    await bus.requestName(BACKEND, 0);
  }

  #called(message: Message): void {
    const { interface: iface, member, body = [] } = message;
    if (iface !== SHORTCUTS) {
      // The portal closes sessions and requests, and asks for a version that few backends have.
      if (member === 'Close') this.#backend?.sendReply(message, '', []);
      else this.#backend?.sendError(message, 'org.freedesktop.DBus.Error.UnknownMethod', 'not here');
      if (member === 'Close') this.#events.emit('closed', message.path);
      return;
    }
    if (member === 'CreateSession') {
      this.#session = String(body[1]);
      this.#reply(message, 0, {});
    } else if (member === 'ListShortcuts') {
      this.#reply(message, 0, this.#manner === 'kde' ? this.#results() : { shortcuts: this.#shortcuts([]) });
    } else if (member === 'BindShortcuts') this.#bind(message);
  }

  #bind(message: Message): void {
    const wished = message.body?.[2] as [string, { description: string; preferred_trigger?: string }][];
    for (const [id, { description, preferred_trigger: trigger = null }] of wished) {
      this.asked.push({ id, description, trigger });
    }
    if (this.#manner === 'kde') {
      this.windows += 1;
      this.given ??= this.asked.at(-1)?.trigger === null ? '' : 'Ctrl+Shift+G';
      this.#reply(message, 0, this.#results());
    } else if (this.given !== null) this.#reply(message, 2, this.#results());
    else {
      this.windows += 1;
      this.#question = message;
      this.#events.emit('question');
    }
  }

  /** Resolves with the path of the next session or request that the app ends. */
  async ended(): Promise<string> {
    const [path] = (await once(this.#events, 'closed')) as [string];
    return path;
  }

  #results(): Record<string, Variant> {
    return { shortcuts: this.#shortcuts(this.#list()) };
  }

  #shortcuts(list: unknown[]): Variant {
    return new Variant('a(sa{sv})', list);
  }

  #list(): unknown[] {
    if (this.given === null) return [];
    const words = {
      description: new Variant('s', 'Search Globus Token Tray'),
      trigger_description: new Variant('s', this.given),
    };
    return [['palette', words]];
  }

  #reply(message: Message, code: number, results: Record<string, Variant>): void {
    this.#backend?.sendReply(message, 'ua{sv}', [code, results]);
  }

  #signal(member: string, signature: string, body: unknown[]): void {
    const bus = this.#backend;
    if (bus === null) return;
    bus.connection.message({
      type: 4,
      serial: bus.serial++,
      path: PATH,
      interface: SHORTCUTS,
      member,
      signature,
      body,
    });
  }
}
