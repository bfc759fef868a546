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

/** A request on its way. */
export interface Exchange {
  /** Rejects with Unconnected, NoAnswer, or what it was stopped for. */
  readonly answer: Promise<HttpAnswer>;
  /** The answer is not waited for any longer. */
  readonly stop: (reason: Error) => void;
}

/**
 * One request on a connection of its own, to a socket of the user's and no other. It is stopped by a function and not by a
 * signal: what there is about signals takes Node two milliseconds to have ready, in every command.
 *
 * @param uid of the user; null: Windows, where a pipe's owner cannot be seen
 * @throws Unconnected, or Failure `no-agent` for another user's socket
 */
export function exchange(path: string, request: Request, uid = process.geteuid?.() ?? null): Exchange {
  const stopped = uid === null ? null : unreachable(path, uid);
  if (stopped !== null) {
    if ('foreign' in stopped) refuseForeign(stopped.foreign);
    throw new Unconnected(stopped.code);
  }
  const { method, accept = 'application/json', body } = request;
  const text = requestText(method, target(request), accept, body === undefined ? null : bodyText(body));
  // Loaded here and not above: help and completion scripts need no socket.
  const { connect } = process.getBuiltinModule('node:net');
  const socket = connect({ path });
  let stop: Exchange['stop'] = () => undefined;
  const answer = new Promise<HttpAnswer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let connected = false;
    let answered = false;
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    stop = fail;
    /** @param chunk null: there is no more */
    const take = (chunk: Buffer | null) => {
      if (answered) return;
      if (chunk !== null) chunks.push(chunk);
      try {
        const got = readAnswer(Buffer.concat(chunks), chunk === null);
        if (got === null) return;
        answered = true;
        // The agent closes the connection. To do it here takes a millisecond, and the command is not to wait for it.
        socket.unref();
        resolve(got);
      } catch (error) {
        fail(new NoAnswer(error instanceof Error ? error.message : 'no answer'));
      }
    };
    socket.once('connect', () => {
      connected = true;
      socket.write(text);
    });
    socket.on('data', take);
    socket.once('end', () => take(null));
    // After the end of an answer that was cut off by a reset, `take` has the better word.
    socket.on('error', (error) => {
      if (!connected) fail(new Unconnected(errorCode(error) ?? 'failed'));
      else if (chunks.length > 0) take(null);
      else fail(new NoAnswer('the connection broke'));
    });
  });
  return { answer, stop };
}

/** The answer, if it comes in time. @throws what the exchange rejects with, or for being too late */
export async function within(milliseconds: number, { answer, stop }: Exchange): Promise<HttpAnswer> {
  const timer = setTimeout(() => stop(new Error('too late')), milliseconds);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
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
