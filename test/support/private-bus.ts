import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message, MessageBus } from 'dbus-native';
import { busSocket, connectBus, startBusDaemon } from './bus-daemon.ts';
import type { Running } from './processes.ts';

/** Answers one method call: signature and body of the reply. */
export type Answer = (message: Message) => [signature: string, body: unknown[]] | null;

/** A private message bus for stand-ins of system and session services; nothing on it can be activated. */
export class PrivateBus {
  readonly socket: string;
  readonly #folder: string;
  #daemon: Running | null = null;
  readonly #services = new Set<StandIn>();

  private constructor(folder: string) {
    this.#folder = folder;
    this.socket = busSocket(folder);
  }

  /** With a folder and an address; `start` makes it listen. */
  static async prepare(): Promise<PrivateBus> {
    return new PrivateBus(await mkdtemp(join(tmpdir(), 'bus-')));
  }

  static async open(): Promise<PrivateBus> {
    const bus = await PrivateBus.prepare();
    await bus.start();
    return bus;
  }

  async start(): Promise<void> {
    const { bus, control } = await startBusDaemon(this.#folder);
    this.#daemon = bus;
    control.connection.stream.destroy();
  }

  async stop(): Promise<void> {
    for (const service of this.#services) service.leave();
    this.#services.clear();
    await this.#daemon?.end();
    this.#daemon = null;
  }

  /** A service under this name; null: a client without one. */
  async service(name: string | null, answer: Answer = () => null): Promise<StandIn> {
    const bus = await connectBus(this.socket);
    if (bus === undefined) throw new Error('the private bus does not listen');
    const service = new StandIn(bus, answer);
    this.#services.add(service);
    if (name !== null) await service.own(name);
    return service;
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export class StandIn {
  readonly #bus: MessageBus;

  constructor(bus: MessageBus, answer: Answer) {
    this.#bus = bus;
    // Before the library, which refuses every call to what was not exported to it.
    const library = bus.connection.listeners('message') as ((message: Message) => void)[];
    bus.connection.removeAllListeners('message');
    bus.connection.on('message', (message: Message) => {
      if (message.type !== METHOD_CALL) {
        for (const listener of library) listener(message);
        return;
      }
      const reply = answer(message);
      if (reply === null) bus.sendError(message, 'org.freedesktop.DBus.Error.UnknownMethod', 'not here');
      else bus.sendReply(message, ...reply);
    });
  }

  /** Takes a name, from when on it is asked by it. */
  async own(name: string): Promise<void> {
    await this.#bus.requestName(name, 0);
  }

  /** To everybody whose match rules take it, or straight to one connection, past all rules. */
  signal(
    path: string,
    iface: string,
    member: string,
    signature: string,
    body: unknown[],
    destination?: string,
  ): void {
    this.#bus.connection.message({
      type: 4,
      serial: this.#bus.serial++,
      path,
      interface: iface,
      member,
      ...(signature !== '' && { signature, body }),
      ...(destination !== undefined && { destination }),
    });
  }

  /** Unique names of all connections. */
  async connections(): Promise<string[]> {
    const names = await this.#bus.listNames();
    return names.filter((name) => name.startsWith(':') && name !== this.#bus.name);
  }

  leave(): void {
    this.#bus.connection.stream.destroy();
  }
}

const METHOD_CALL = 1;
