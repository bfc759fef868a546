import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Codes of a PC keyboard, as every X server on Linux has them. */
const CODES = { Control: 37, Shift: 50, G: 42, Escape: 9, Tab: 23, Enter: 36 } as const;
export type TestKey = keyof typeof CODES;

const QUERY_EXTENSION = 98;
const FAKE_INPUT = 2;
const KEY_PRESS = 2;
const KEY_RELEASE = 3;

/**
 * Holds the keys down together and lets them go, by XTEST: the X server takes them for a keyboard's.
 * https://www.x.org/releases/current/doc/xextproto/xtest.html
 * @param display `:7`; a server without access control
 */
export async function pressKeys(display: string, keys: readonly TestKey[]): Promise<void> {
  const socket = connect(`/tmp/.X11-unix/X${display.replace(/^:/, '').replace(/\..*$/, '')}`);
  try {
    await once(socket, 'connect');
    const take = taker(socket);
    socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    const head = await take(8);
    await take(head.readUInt16LE(6) * 4);
    socket.write(Buffer.from([QUERY_EXTENSION, 0, 4, 0, 5, 0, 0, 0, ...Buffer.from('XTEST\0\0\0')]));
    const answer = await take(32);
    if (answer.readUInt8(8) === 0) throw new Error('the X server has no XTEST');
    const major = answer.readUInt8(9);
    for (const key of keys) socket.write(fakeInput(major, KEY_PRESS, CODES[key]));
    for (const key of [...keys].reverse()) socket.write(fakeInput(major, KEY_RELEASE, CODES[key]));
    // Its answer comes after all that was sent before.
    socket.write(Buffer.from([QUERY_EXTENSION, 0, 4, 0, 5, 0, 0, 0, ...Buffer.from('XTEST\0\0\0')]));
    await take(32);
  } finally {
    socket.destroy();
  }
}

function fakeInput(major: number, kind: number, code: number): Buffer {
  const request = Buffer.alloc(36);
  request.writeUInt8(major, 0);
  request.writeUInt8(FAKE_INPUT, 1);
  request.writeUInt16LE(9, 2);
  request.writeUInt8(kind, 4);
  request.writeUInt8(code, 5);
  return request;
}

/** The next so many bytes, whatever pieces they come in. */
export function taker(socket: Socket): (length: number) => Promise<Buffer> {
  const chunks: AsyncIterator<Buffer> = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
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
