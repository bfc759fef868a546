import { EventEmitter, on, once } from 'node:events';
import type { Socket } from 'node:net';
import { connectX11, internAtom, queryExtension, words, type X11Wire } from './x11-wire.ts';

/**
 * As much of an X11 client as tests need: hears which windows appear and asks one to close, as a window
 * manager does. https://www.x.org/releases/current/doc/xproto/x11protocol.html
 */
export interface X11 {
  /** The next top-level window of at least this width (pixels) that is mapped from now on. */
  nextWindow(options?: { minWidth?: number; milliseconds?: number }): Promise<number>;
  /** Sends WM_DELETE_WINDOW and resolves when the window is gone. */
  closeWindow(window: number, milliseconds?: number): Promise<void>;
  /** Resolves when another program than before holds the clipboard, from now on. */
  nextCopy(options?: { milliseconds?: number }): Promise<void>;
  /** Gives the keyboard to a window, as a window manager does. */
  focus(window: number): void;
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
  const wire = await connectX11(display);
  const { socket } = wire;
  const root = wire.setup.readUInt32LE(wire.screen);

  const events = new EventEmitter();
  const widths = new Map<number, number>();
  const replies: ((reply: Buffer) => void)[] = [];
  /** The event that tells of a new owner of a selection; known once the server was asked. */
  let copied = NaN;
  void packets(wire, (packet) => {
    const kind = packet.readUInt8(0) & 0x7f;
    if (kind === 1) replies.shift()?.(packet);
    else if (kind === CREATE_NOTIFY) widths.set(packet.readUInt32LE(8), packet.readUInt16LE(16));
    else if (kind === CONFIGURE_NOTIFY) widths.set(packet.readUInt32LE(8), packet.readUInt16LE(20));
    else if (kind === DESTROY_NOTIFY) events.emit('destroyed', packet.readUInt32LE(8));
    else if (kind === copied) events.emit('copied');
    else if (kind === MAP_NOTIFY && packet.readUInt8(12) === 0) events.emit('mapped', packet.readUInt32LE(8));
  });
  const ask = (request: Buffer): Promise<Buffer> =>
    new Promise((settle) => {
      replies.push(settle);
      socket.write(request);
    });
  const atom = async (name: string): Promise<number> => (await ask(internAtom(name))).readUInt32LE(8);

  socket.write(words([2 | (4 << 16), root, 1 << 11, SUBSTRUCTURE_NOTIFY]));
  const protocols = await atom('WM_PROTOCOLS');
  const deleteWindow = await atom('WM_DELETE_WINDOW');
  copied = await hearCopies(ask, socket, root, await atom('CLIPBOARD'));

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
    async nextCopy({ milliseconds = 5_000 } = {}) {
      await once(events, 'copied', { signal: AbortSignal.timeout(milliseconds) });
    },
    focus(window) {
      // SetInputFocus (42), at the current time; with it goes what has no focus of its own.
      socket.write(words([42 | (1 << 8) | (3 << 16), window, 0]));
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

/**
 * XFixesSelectSelectionInput: https://www.x.org/releases/current/doc/fixesproto/fixesproto.txt
 * @returns the code of the events that tell of a new owner
 */
async function hearCopies(
  ask: (request: Buffer) => Promise<Buffer>,
  socket: Socket,
  root: number,
  clipboard: number,
): Promise<number> {
  const answer = await ask(queryExtension('XFIXES'));
  if (answer.readUInt8(8) === 0) throw new Error('the X server has no XFIXES');
  const major = answer.readUInt8(9);
  // QueryVersion has to come first.
  await ask(words([major | (3 << 16), 5, 0]));
  const SET_OWNER = 1;
  socket.write(words([major | (2 << 8) | (4 << 16), root, clipboard, SET_OWNER]));
  return answer.readUInt8(10);
}

/** Cuts the byte stream into replies, errors and events, until the server or we close. */
async function packets({ take }: X11Wire, handle: (packet: Buffer) => void): Promise<void> {
  for (;;) {
    const packet = await take(32).catch(() => null);
    if (packet === null) return;
    // Only replies and generic events carry more than 32 bytes, and nothing here needs the rest.
    const kind = packet.readUInt8(0) & 0x7f;
    if (kind === 1 || kind === 35) await take(packet.readUInt32LE(4) * 4).catch(() => null);
    handle(packet);
  }
}
