import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../effects.ts';
import { COOKIE, cookieFor } from './authority.ts';

/** What the server says: 32 bytes for an event, more for some replies. */
export type Packet = Buffer;

/** A client of an X server: requests go out, packets come in. */
export interface X11Connection {
  /** The root window of the first screen. */
  readonly root: number;
  /** The first of the numbers that are ours to give. */
  readonly base: number;
  /** A request of 32-bit words, little-endian; the first holds opcode, detail and length. */
  send(words: readonly number[], text?: string): void;
  /** Packets in their order. Ends with the connection. */
  readonly packets: AsyncIterator<Packet, void>;
  close(): void;
}

/**
 * Connects to the display of this session, if it is on this machine. Under Wayland that is the X server for older
 * programs. https://www.x.org/releases/current/doc/xproto/x11protocol.html, "Connection Setup"
 *
 * @returns null: there is none, or it lets nobody in
 */
export async function connectX11(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<X11Connection | null> {
  const [, number] = /^(?:unix)?:(\d+)(?:\.\d+)?$/.exec(env['DISPLAY'] ?? '') ?? [];
  if (number === undefined) return null;
  const socket = connect(`/tmp/.X11-unix/X${number}`);
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
  // Told where it is awaited.
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect', { signal });
    return await setUp(socket, await cookieOf(env, number));
  } catch {
    socket.destroy();
    return null;
  }
}

export interface X11Effects {
  env: NodeJS.ProcessEnv;
  clock: Pick<Clock, 'after'>;
}

/**
 * Does something with a connection of its own, which is closed after it.
 *
 * @param patience milliseconds for all of it; the connection is closed by then
 * @returns null: there is no connection to be had
 */
export async function onX11<T>(
  { env, clock }: X11Effects,
  patience: number,
  run: (connection: X11Connection) => Promise<T>,
): Promise<T | null> {
  const ended = new AbortController();
  const cancel = clock.after(patience, () => ended.abort());
  try {
    const connection = await connectX11(env, ended.signal);
    if (connection === null) return null;
    return await run(connection).finally(() => connection.close());
  } finally {
    cancel();
  }
}

async function cookieOf(env: NodeJS.ProcessEnv, number: string): Promise<Buffer> {
  const file = env['XAUTHORITY'] ?? join(env['HOME'] ?? homedir(), '.Xauthority');
  const content = await readFile(file).catch(() => Buffer.alloc(0));
  return cookieFor(content, number) ?? Buffer.alloc(0);
}

async function setUp(socket: Socket, cookie: Buffer): Promise<X11Connection> {
  const take = taker(socket);
  const name = cookie.length === 0 ? '' : COOKIE;
  const head = Buffer.alloc(12);
  // "l": little-endian, whatever this machine is. Version 11.0.
  head.writeUInt8(0x6c, 0);
  head.writeUInt16LE(11, 2);
  head.writeUInt16LE(name.length, 6);
  head.writeUInt16LE(cookie.length, 8);
  socket.write(Buffer.concat([head, padded(Buffer.from(name)), padded(cookie)]));
  const answer = await take(8);
  const setup = await take(answer.readUInt16LE(6) * 4);
  if (answer.readUInt8(0) !== 1) throw new Error('the X server let nobody in');
  const vendor = Math.ceil(setup.readUInt16LE(16) / 4) * 4;
  return {
    base: setup.readUInt32LE(4),
    root: setup.readUInt32LE(32 + vendor + 8 * setup.readUInt8(21)),
    send: (words, text = '') => {
      const request = Buffer.alloc(words.length * 4);
      words.forEach((word, index) => request.writeUInt32LE(word >>> 0, index * 4));
      socket.write(Buffer.concat([request, padded(Buffer.from(text, 'latin1'))]));
    },
    packets: packetsOf(take),
    close: () => socket.destroy(),
  };
}

async function* packetsOf(take: (length: number) => Promise<Buffer>): AsyncGenerator<Packet, void> {
  for (;;) {
    const packet = await take(32);
    // Replies (1) and generic events (35) may be longer.
    const more = [1, 35].includes(packet.readUInt8(0) & 0x7f) ? packet.readUInt32LE(4) * 4 : 0;
    yield more === 0 ? packet : Buffer.concat([packet, await take(more)]);
  }
}

/** The next so many bytes, whatever pieces they come in. */
export function taker(socket: Socket): (length: number) => Promise<Buffer> {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest: Buffer = Buffer.alloc(0);
  return async (length) => {
    while (rest.length < length) {
      const next = await chunks.next();
      if (next.done === true) throw new Error('the X server closed the connection');
      rest = Buffer.concat([rest, next.value]);
    }
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
