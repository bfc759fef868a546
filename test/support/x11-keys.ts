import { connectX11, queryExtension } from './x11-wire.ts';

/** Codes of a PC keyboard, as every X server on Linux has them. */
const CODES = { Control: 37, Shift: 50, G: 42, Escape: 9, Tab: 23, Enter: 36, H: 43, Down: 116 } as const;
export type TestKey = keyof typeof CODES;

/** The first code of each row of an American keyboard, as an X server starts with. */
const ROWS = [
  [24, 'qwertyuiop'],
  [38, 'asdfghjkl'],
  [52, 'zxcvbnm'],
  [65, ' '],
] as const;

const GRAB_KEYBOARD = 31;
const ASYNCHRONOUS = 1;
const ALREADY_GRABBED = 1;
const FAKE_INPUT = 2;
const KEY_PRESS = 2;
const KEY_RELEASE = 3;

/**
 * Holds the keys down together and lets them go, by XTEST: the X server takes them for a keyboard's.
 * https://www.x.org/releases/current/doc/xextproto/xtest.html
 * @param display `:7`; a server without access control
 */
export function pressKeys(display: string, keys: readonly TestKey[]): Promise<void> {
  const codes = keys.map((key) => CODES[key]);
  return send(display, [
    ...codes.map((code) => [KEY_PRESS, code] as const),
    ...codes.reverse().map((code) => [KEY_RELEASE, code] as const),
  ]);
}

/** @param text lower-case letters and spaces */
export function typeText(display: string, text: string): Promise<void> {
  return send(
    display,
    [...text].map(codeOf).flatMap((code) => [[KEY_PRESS, code] as const, [KEY_RELEASE, code] as const]),
  );
}

async function send(
  display: string,
  events: readonly (readonly [kind: number, code: number])[],
): Promise<void> {
  const { socket, take } = await connectX11(display);
  try {
    socket.write(queryExtension('XTEST'));
    const answer = await take(32);
    if (answer.readUInt8(8) === 0) throw new Error('the X server has no XTEST');
    const major = answer.readUInt8(9);
    for (const [kind, code] of events) socket.write(fakeInput(major, kind, code));
    // Its answer comes after all that was sent before.
    socket.write(queryExtension('XTEST'));
    await take(32);
  } finally {
    socket.destroy();
  }
}

/**
 * Whether a program has taken the keyboard for itself, as a window that asks for a password does.
 * @param display `:7`; a server without access control
 */
export async function keyboardIsTaken(display: string): Promise<boolean> {
  const { socket, take, setup, screen } = await connectX11(display);
  try {
    const grab = Buffer.alloc(16);
    grab.writeUInt8(GRAB_KEYBOARD, 0);
    grab.writeUInt16LE(4, 2);
    grab.writeUInt32LE(setup.readUInt32LE(screen), 4);
    grab.fill(ASYNCHRONOUS, 12, 14);
    socket.write(grab);
    // What was granted ends with the connection.
    return (await take(32)).readUInt8(1) === ALREADY_GRABBED;
  } finally {
    socket.destroy();
  }
}

function codeOf(letter: string): number {
  for (const [first, row] of ROWS) if (row.includes(letter)) return first + row.indexOf(letter);
  throw new Error(`no key for ${letter}`);
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
