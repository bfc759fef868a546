import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { taker } from '../../main/desktop/x11/connection.ts';
import type { DesktopSession } from './desktop-session.ts';
import { until } from './processes.ts';

/** A second X server of a session, which nobody sees but through VNC. It ends with the session. */
export interface VncDesktop {
  /** `:8` */
  readonly display: string;
  /** Somebody looks at it from another machine. */
  view(): Promise<VncViewer>;
}

/** What comes of the desktop's clipboard where the viewer is. */
export interface VncViewer {
  /** All texts that came, in order. */
  readonly texts: readonly string[];
  close(): void;
}

/** A real Xtigervnc that listens at a socket file alone. */
export async function startVnc(session: DesktopSession): Promise<VncDesktop> {
  const path = join(session.home, 'vnc');
  const words = ['-displayfd', '3', '-rfbunixpath', path, '-rfbport', '-1', '-SecurityTypes', 'None'];
  const server = spawn('Xtigervnc', [...words, '-geometry', '1280x900', '-nolisten', 'tcp'], {
    env: session.env,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [number] = (await once(server.stdio[3] as Readable, 'data')) as [Buffer];
  return { display: `:${String(number).trim()}`, view: () => viewer(path) };
}

const SERVER_CUT_TEXT = 3;

/**
 * The least of a viewer: it asks for no picture, and is given every text that is copied.
 * https://github.com/rfbproto/rfbproto/blob/master/rfbproto.rst
 */
async function viewer(path: string): Promise<VncViewer> {
  const socket = await until('the VNC server', () => opened(path));
  const take = taker(socket);
  // "RFB 003.008\n", said by both.
  socket.write(await take(12));
  await take((await take(1)).readUInt8());
  socket.write(Buffer.from([1]));
  await take(4);
  socket.write(Buffer.from([1]));
  const start = await take(24);
  await take(start.readUInt32BE(20));
  const texts: string[] = [];
  void listen(take, texts).catch(() => undefined);
  return { texts, close: () => socket.destroy() };
}

async function listen(take: (length: number) => Promise<Buffer>, texts: string[]): Promise<never> {
  for (;;) {
    const kind = (await take(1)).readUInt8();
    // A bell (2) is this one byte.
    if (kind !== SERVER_CUT_TEXT) continue;
    const length = (await take(7)).readUInt32BE(3);
    texts.push(length === 0 ? '' : (await take(length)).toString('latin1'));
  }
}

function opened(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
