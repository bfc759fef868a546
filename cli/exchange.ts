import { errorCode } from '../main/broker/start-error.ts';
import { type HttpAnswer, readAnswer, requestText } from './http.ts';
import { refuseForeign, unreachable } from './socket-owner.ts';
import type { Request } from './types.ts';

/** The connection could not be made. */
export class Unconnected extends Error {
  /** Of the system: ENOENT, ECONNREFUSED, EACCES. */
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** What came back is no answer of an agent's, or only a part of one. */
export class NoAnswer extends Error {}

/**
 * One request on a connection of its own, to a socket of the user's and no other.
 *
 * @param uid of the user; null: Windows, where a pipe's owner cannot be seen
 * @throws Unconnected, NoAnswer, Failure `no-agent` for another user's socket, or the reason that `signal` aborted for
 */
export async function exchange(
  path: string,
  request: Request,
  signal: AbortSignal,
  uid = process.geteuid?.() ?? null,
): Promise<HttpAnswer> {
  const stopped = uid === null ? null : unreachable(path, uid);
  if (stopped !== null) {
    if ('foreign' in stopped) refuseForeign(stopped.foreign);
    throw new Unconnected(stopped.code);
  }
  const { method, accept = 'application/json', body } = request;
  const text = requestText(method, target(request), accept, body === undefined ? null : bodyText(body));
  // Loaded here and not above: help and completion scripts need no socket.
  const { connect } = process.getBuiltinModule('node:net');
  return await new Promise((resolve, reject) => {
    const socket = connect({ path });
    const chunks: Buffer[] = [];
    let connected = false;
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', aborted);
      socket.destroy();
      act();
    };
    const fail = (error: Error) => settle(() => reject(error));
    const aborted = () => fail(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    const read = (ended: boolean) => {
      try {
        const answer = readAnswer(Buffer.concat(chunks), ended);
        if (answer !== null) settle(() => resolve(answer));
      } catch (error) {
        fail(new NoAnswer(error instanceof Error ? error.message : 'no answer'));
      }
    };
    socket.once('connect', () => {
      connected = true;
      socket.write(text);
    });
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      read(false);
    });
    socket.once('end', () => read(true));
    // After the end of an answer that was cut off by a reset, `read` has the better word.
    socket.once('error', (error) => {
      if (!connected) fail(new Unconnected(errorCode(error) ?? 'failed'));
      else if (chunks.length > 0) read(true);
      else fail(new NoAnswer('the connection broke'));
    });
    signal.addEventListener('abort', aborted);
    if (signal.aborted) aborted();
  });
}

function target({ path, query = {} }: Request): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

function bodyText(body: NonNullable<Request['body']>): string {
  return JSON.stringify(body);
}
