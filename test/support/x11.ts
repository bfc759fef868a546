import { EventEmitter, on, once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * As much of an X11 client as tests need: hears which windows appear and asks one to close, as a window
 * manager does. https://www.x.org/releases/current/doc/xproto/x11protocol.html
 */
export interface X11 {
  /** The next top-level window of at least this width (pixels) that is mapped from now on. */
  nextWindow(options?: { minWidth?: number; milliseconds?: number }): Promise<number>;
  /** Sends WM_DELETE_WINDOW and resolves when the window is gone. */
  closeWindow(window: number, milliseconds?: number): Promise<void>;
  /** Puts the pointer there, as a hand does. */
  movePointer(x: number, y: number): void;
  close(): void;
}

const CREATE_NOTIFY = 16;
const DESTROY_NOTIFY = 17;
const MAP_NOTIFY = 19;
const CONFIGURE_NOTIFY = 22;
const SUBSTRUCTURE_NOTIFY = 1 << 19;

/** @param display `:7`; a server without access control, as Xvfb starts by default. */
export async function openX11(display: string): Promise<X11> {
  const socket = connect(`/tmp/.X11-unix/X${display.replace(/^:/, '').replace(/\..*$/, '')}`);
  await once(socket, 'connect');
  const reader = new Reader(socket);
  socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
  const root = rootOf(await reader.setup());

  const events = new EventEmitter();
  const widths = new Map<number, number>();
  const replies: ((reply: Buffer) => void)[] = [];
  void reader.packets((packet) => {
    const kind = packet.readUInt8(0) & 0x7f;
    if (kind === 1) replies.shift()?.(packet);
    else if (kind === CREATE_NOTIFY) widths.set(packet.readUInt32LE(8), packet.readUInt16LE(16));
    else if (kind === CONFIGURE_NOTIFY) widths.set(packet.readUInt32LE(8), packet.readUInt16LE(20));
    else if (kind === DESTROY_NOTIFY) events.emit('destroyed', packet.readUInt32LE(8));
    else if (kind === MAP_NOTIFY && packet.readUInt8(12) === 0) events.emit('mapped', packet.readUInt32LE(8));
  });
  const atom = (name: string): Promise<number> =>
    new Promise((settle) => {
      replies.push((reply) => {
        settle(reply.readUInt32LE(8));
      });
      socket.write(internAtom(name));
    });

  socket.write(words([2 | (4 << 16), root, 1 << 11, SUBSTRUCTURE_NOTIFY]));
  const protocols = await atom('WM_PROTOCOLS');
  const deleteWindow = await atom('WM_DELETE_WINDOW');

  return {
    async nextWindow({ minWidth = 200, milliseconds = 20_000 } = {}) {
      const signal = AbortSignal.timeout(milliseconds);
      for await (const [window] of on(events, 'mapped', { signal })) {
        if ((widths.get(window as number) ?? 0) >= minWidth) return window as number;
      }
      throw new Error('unreachable: the loop ends by returning or by its signal');
    },
    async closeWindow(window, milliseconds = 5_000) {
      const signal = AbortSignal.timeout(milliseconds);
      const gone = on(events, 'destroyed', { signal });
      // SendEvent (25) with a ClientMessage (33) of format 32.
      socket.write(
        words([25 | (11 << 16), window, 0, 33 | (32 << 8), window, protocols, deleteWindow, 0, 0, 0, 0]),
      );
      for await (const [destroyed] of gone) if (destroyed === window) return;
    },
    movePointer(x, y) {
      // WarpPointer (41), from anywhere.
      socket.write(words([41 | (6 << 16), 0, root, 0, 0, x | (y << 16)]));
    },
    close() {
      socket.destroy();
    },
  };
}

/** Cuts the byte stream into the set-up answer and then into replies, errors and events. */
class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async setup(): Promise<Buffer> {
    const head = await this.#take(8);
    const body = await this.#take((head?.readUInt16LE(6) ?? 0) * 4);
    if (head?.readUInt8(0) !== 1 || body === null) throw new Error('the X server refused the connection');
    return body;
  }

  async packets(handle: (packet: Buffer) => void): Promise<void> {
    for (;;) {
      const packet = await this.#take(32).catch(() => null);
      if (packet === null) return;
      // Only replies and generic events carry more than 32 bytes, and nothing here needs the rest.
      const kind = packet.readUInt8(0) & 0x7f;
      if (kind === 1 || kind === 35) await this.#take(packet.readUInt32LE(4) * 4);
      handle(packet);
    }
  }

  async #take(length: number): Promise<Buffer | null> {
    while (this.#buffer.length < length) {
      const chunk = await this.#chunks.next();
      if (chunk.done === true) return null;
      this.#buffer = Buffer.concat([this.#buffer, chunk.value]);
    }
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return taken;
  }
}

function rootOf(setup: Buffer): number {
  const vendor = Math.ceil(setup.readUInt16LE(16) / 4) * 4;
  return setup.readUInt32LE(32 + vendor + 8 * setup.readUInt8(21));
}

function internAtom(name: string): Buffer {
  const padded = Math.ceil(name.length / 4) * 4;
  const request = Buffer.alloc(8 + padded);
  request.writeUInt8(16, 0);
  request.writeUInt16LE(2 + padded / 4, 2);
  request.writeUInt16LE(name.length, 4);
  request.write(name, 8, 'latin1');
  return request;
}

function words(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => buffer.writeUInt32LE(value >>> 0, index * 4));
  return buffer;
}
