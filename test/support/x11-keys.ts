import { connectX11, queryExtension } from './x11-wire.ts';

/** Codes of a PC keyboard, as every X server on Linux has them. */
const CODES = { Control: 37, Shift: 50, G: 42, Escape: 9, Tab: 23, Enter: 36 } as const;
export type TestKey = keyof typeof CODES;

const FAKE_INPUT = 2;
const KEY_PRESS = 2;
const KEY_RELEASE = 3;

/**
 * Holds the keys down together and lets them go, by XTEST: the X server takes them for a keyboard's.
 * https://www.x.org/releases/current/doc/xextproto/xtest.html
 * @param display `:7`; a server without access control
 */
export async function pressKeys(display: string, keys: readonly TestKey[]): Promise<void> {
  const { socket, take } = await connectX11(display);
  try {
    socket.write(queryExtension('XTEST'));
    const answer = await take(32);
    if (answer.readUInt8(8) === 0) throw new Error('the X server has no XTEST');
    const major = answer.readUInt8(9);
    for (const key of keys) socket.write(fakeInput(major, KEY_PRESS, CODES[key]));
    for (const key of [...keys].reverse()) socket.write(fakeInput(major, KEY_RELEASE, CODES[key]));
    // Its answer comes after all that was sent before.
    socket.write(queryExtension('XTEST'));
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
