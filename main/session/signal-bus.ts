import type { Socket } from 'node:net';
import type { createClient, Message, MessageBus } from 'dbus-native';
import { connectToBus } from '../bus-connection.ts';
import type { Clock } from '../effects.ts';

/** One D-Bus signal, from the owner of a name that was asked for. The body is unguarded. */
export interface BusSignal {
  /** The well-known name of the sender. */
  readonly from: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly unknown[];
}

/** Asks the owner of a watched name; rejects when it does not answer, and starts no service. */
export type Ask = (request: {
  to: string;
  path: string;
  interface: string;
  member: string;
  signature?: string;
  body?: unknown[];
}) => Promise<unknown>;

export interface BusWatch {
  /** Well-known names whose signals are wanted. */
  readonly names: readonly string[];
  /** A name has an owner, at the start or newly: ask for its state. */
  appeared(name: string, ask: Ask): Promise<void>;
  /** A name lost its owner, and nobody took it over. */
  vanished?(name: string): void;
  signal(signal: BusSignal, ask: Ask): Promise<void>;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

/**
 * Listens on one message bus for as long as it is there, and tries again, ever more rarely, when it is not.
 * Quiet throughout: a machine without the bus is no error. Keeps no process alive. Returns its end.
 *
 * A signal counts only from the present owner of a watched name: any program on a bus may send any signal
 * straight to our connection, past all match rules (D-Bus specification, "Match Rules").
 *
 * @param path socket of the bus; a name in Linux's abstract namespace starts with NUL
 */
export function watchBus(path: string, clock: Clock, watch: BusWatch): () => void {
  let stopped = false;
  let socket: Socket | null = null;
  let cancelRetry: () => void = () => undefined;
  let wait = FIRST_RETRY_MS;

  const connect = async (): Promise<void> => {
    // Loaded on Linux alone, and before the connection is begun: to one that has ended when the library gets it, the library
    // waits 25 s for an answer, and a bus that comes meanwhile is not heard.
    const { createClient } = await import('dbus-native');
    if (stopped) return;
    const link = connectToBus(path);
    socket = link;
    link.unref();
    const gone = new Promise<void>((resolve) => link.once('close', () => resolve()));
    try {
      await listen(link, createClient, watch);
      wait = FIRST_RETRY_MS;
    } catch {
      link.destroy();
    }
    await gone;
    if (stopped) return;
    cancelRetry = clock.after(wait, () => void connect());
    wait = Math.min(wait * 2, LAST_RETRY_MS);
  };
  void connect();
  return () => {
    stopped = true;
    cancelRetry();
    socket?.destroy();
  };
}

async function listen(socket: Socket, client: typeof createClient, watch: BusWatch): Promise<void> {
  const close = (): void => void socket.destroy();
  socket.on('error', close);
  // `direct` because the library throws out of a timer, past every handler, when its own Hello fails.
  const bus = client({ stream: socket, direct: true, authMethods: ['EXTERNAL'] });
  bus.connection.on('error', close);
  bus.connection.on('handlerError', close);
  const call = (member: string, signature?: string, body?: unknown[]): Promise<unknown> =>
    invoke(bus, { ...BUS, member, ...(signature !== undefined && { signature, body: body ?? [] }) });
  await call('Hello');

  const owners = new Map<string, string>();
  const ask: Ask = ({ to, ...request }) => {
    const owner = owners.get(to);
    // To the owner itself: a call to the name would start the service.
    if (owner === undefined) return Promise.reject(new Error(`${to} is not on the bus`));
    return invoke(bus, { destination: owner, ...request });
  };
  const appear = (name: string, owner: string): void => {
    owners.set(name, owner);
    watch.appeared(name, ask).catch(() => undefined);
  };
  bus.connection.on('message', (message: Message) => {
    if (message.type !== SIGNAL) return;
    const { sender, path = '', member = '', body = [] } = message;
    if (sender === BUS.destination && member === 'NameOwnerChanged') {
      const [name, , owner] = body;
      if (typeof name !== 'string' || typeof owner !== 'string' || !watch.names.includes(name)) return;
      owners.delete(name);
      if (owner !== '') appear(name, owner);
      else watch.vanished?.(name);
      return;
    }
    const from = [...owners].find(([, owner]) => owner === sender)?.[0];
    if (from === undefined) return;
    const signal = { from, path, interface: message.interface ?? '', member, body };
    watch.signal(signal, ask).catch(() => undefined);
  });
  for (const name of watch.names) {
    await call('AddMatch', 's', [`type='signal',sender='${name}'`]);
    const changes = `type='signal',sender='${BUS.destination}',member='NameOwnerChanged',arg0='${name}'`;
    await call('AddMatch', 's', [changes]);
  }
  for (const name of watch.names) {
    // Rejects when nobody owns the name.
    const owner = await call('GetNameOwner', 's', [name]).catch(() => null);
    if (typeof owner === 'string' && owners.get(name) !== owner) appear(name, owner);
  }
}

/** The bus itself as a peer (D-Bus specification, "Message Bus Messages"). */
const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;
const SIGNAL = 4;

async function invoke(bus: MessageBus, message: Message): Promise<unknown> {
  return bus.invoke<unknown>(message);
}
