import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { taker } from '../../main/desktop/x11/connection.ts';

/** A connection to an X server, set up: what every client of the tests begins with. */
export interface X11Wire {
  readonly socket: Socket;
  /** The next so many bytes, whatever pieces they come in. Rejects once the server closed. */
  readonly take: (length: number) => Promise<Buffer>;
  /** The server's answer. https://www.x.org/releases/current/doc/xproto/x11protocol.html, "Connection Setup" */
  readonly setup: Buffer;
  /** Where in `setup` the first screen begins, whose first number is the root window. */
  readonly screen: number;
}

/** @param display `:7`; a server without access control, as Xvfb starts by default */
export async function connectX11(display: string): Promise<X11Wire> {
  const socket = connect(`/tmp/.X11-unix/X${display.replace(/^:/, '').replace(/\..*$/, '')}`);
  try {
    await once(socket, 'connect');
    const take = taker(socket);
    socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    const head = await take(8);
    const setup = await take(head.readUInt16LE(6) * 4);
    if (head.readUInt8(0) !== 1) throw new Error('the X server refused the connection');
    const screen = 32 + Math.ceil(setup.readUInt16LE(16) / 4) * 4 + 8 * setup.readUInt8(21);
    return { socket, take, setup, screen };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

export function internAtom(name: string): Buffer {
  return named(16, name);
}

export function queryExtension(name: string): Buffer {
  return named(98, name);
}

/** InternAtom and QueryExtension have the same form. */
function named(opcode: number, name: string): Buffer {
  const padded = Math.ceil(name.length / 4) * 4;
  const request = Buffer.alloc(8 + padded);
  request.writeUInt8(opcode, 0);
  request.writeUInt16LE(2 + padded / 4, 2);
  request.writeUInt16LE(name.length, 4);
  request.write(name, 8, 'latin1');
  return request;
}

/** A request, or a part of one, of 32-bit words. */
export function words(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => buffer.writeUInt32LE(value >>> 0, index * 4));
  return buffer;
}
