import type { Socket } from 'node:net';
import type { Message, MessageBus } from 'dbus-native';
import { connectToBus } from '../bus-connection.ts';
import { sessionBusSocket } from './bus-address.ts';
import { SECRETS } from './keyring-names.ts';
import type { CallQueue } from './queue.ts';
import { descriptorsLeft } from './spare-descriptors.ts';

export interface BusCall {
  destination: string;
  path: string;
  interface: string;
  member: string;
  signature?: string;
  body?: unknown[];
}

/**
 * `reply`: the value (several come as an array), to be guarded by the caller. `error`: the D-Bus error name,
 * which is not translated, unlike its message. `unconnected`: no bus, or it went away with the call.
 */
export type BusAnswer =
  | { kind: 'reply'; value: unknown }
  | { kind: 'error'; name: string }
  | { kind: 'slow' }
  | { kind: 'unconnected' };

/**
 * The D-Bus session bus, connected at the first call and again after it was lost. All of it is JavaScript on
 * a socket, so that a peer which never answers blocks no thread. Calls go one at a time through a queue of
 * their own: a hanging peer then costs one deadline, not one per caller.
 */
export class SessionBus {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #queue: CallQueue;
  #connection: Connection | null = null;

  constructor(env: Readonly<Record<string, string | undefined>>, queue: CallQueue) {
    this.#env = env;
    this.#queue = queue;
  }

  /** Never rejects. */
  async call(request: BusCall): Promise<BusAnswer> {
    const outcome = await this.#queue.run(() => this.#send(request));
    switch (outcome.kind) {
      case 'value':
        return outcome.value;
      case 'slow':
        return { kind: 'slow' };
      case 'failed':
        return { kind: 'unconnected' };
    }
  }

  /**
   * Waits for one signal of an object. Who sent it is not asked: it only says that it is time to look.
   *
   * @param start what leads to the signal, begun once that cannot be missed; false: it will not
   * @returns its unguarded body; null when it does not come, since the Secret Service or the bus went away first
   */
  async heard(
    { path, interface: iface, member }: Pick<BusCall, 'path' | 'interface' | 'member'>,
    start: () => Promise<boolean>,
  ): Promise<readonly unknown[] | null> {
    const connection = this.#connection;
    if (connection === null) return null;
    const { bus, socket } = connection;
    const ended = new AbortController();
    const heard = new Promise<readonly unknown[] | null>((resolve) => {
      const listen = (message: Message) => {
        if (message.type !== SIGNAL) return;
        if (message.path === path && message.interface === iface && message.member === member)
          resolve(message.body ?? []);
        if (message.member === 'NameOwnerChanged' && message.body?.[0] === SECRETS.destination) resolve(null);
      };
      const lost = () => resolve(null);
      bus.connection.on('message', listen);
      socket.once('close', lost);
      ended.signal.addEventListener('abort', () => {
        bus.connection.off('message', listen);
        socket.off('close', lost);
      });
    });
    const rules = [
      `type='signal',path='${path}',interface='${iface}',member='${member}'`,
      `type='signal',sender='${BUS.destination}',member='NameOwnerChanged',arg0='${SECRETS.destination}'`,
    ];
    const each = (what: 'AddMatch' | 'RemoveMatch') =>
      Promise.all(rules.map((rule) => this.call({ ...BUS, member: what, signature: 's', body: [rule] })));
    try {
      await each('AddMatch');
      return (await start()) ? await heard : null;
    } finally {
      ended.abort();
      await each('RemoveMatch');
    }
  }

  async #send(request: BusCall): Promise<BusAnswer> {
    // A socket that cannot be had now is no missing bus.
    if (this.#connection === null && !descriptorsLeft()) return { kind: 'slow' };
    this.#connection ??= await this.#connect();
    const connection = this.#connection;
    if (connection === null) return { kind: 'unconnected' };
    // Only a call under way keeps the process alive, an idle connection does not.
    connection.socket.ref();
    try {
      return { kind: 'reply', value: await connection.bus.invoke<unknown>({ ...request }) };
    } catch (error) {
      return describe(error);
    } finally {
      connection.socket.unref();
    }
  }

  async #connect(): Promise<Connection | null> {
    const address = sessionBusSocket(this.#env);
    if (address === null) return null;
    // Loaded on Linux alone, and only when a keychain is asked for.
    const { createClient } = await import('dbus-native');
    const socket = connectToBus(address.path);
    // `direct` because the library throws out of a timer, past every handler, when its own Hello fails.
    const bus = createClient({ stream: socket, direct: true, authMethods: ['EXTERNAL'] });
    const lost = () => {
      if (this.#connection?.socket === socket) this.#connection = null;
      socket.destroy();
    };
    bus.connection.on('error', lost);
    bus.connection.on('handlerError', lost);
    bus.connection.on('close', lost);
    try {
      await bus.invoke({ ...BUS, member: 'Hello' });
      return { bus, socket };
    } catch {
      socket.destroy();
      return null;
    }
  }
}

interface Connection {
  bus: MessageBus;
  socket: Socket;
}

/** D-Bus specification, "Message Types". */
const SIGNAL = 4;

/** The bus itself as a peer (D-Bus specification, "Message Bus Messages"). */
export const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;

function describe(error: unknown): BusAnswer {
  if (!(error instanceof Error)) return { kind: 'unconnected' };
  const code = 'code' in error ? error.code : undefined;
  // The library's own limit of 25 s: the queue gave up waiting long before.
  if (code === 'ETIMEDOUT') return { kind: 'slow' };
  const name = 'dbusName' in error ? error.dbusName : undefined;
  if (code === 'ECONNCLOSED' || typeof name !== 'string') return { kind: 'unconnected' };
  return { kind: 'error', name };
}
