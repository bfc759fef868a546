import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';

export interface Reached {
  /** The host's clock, milliseconds since the epoch; null: it did not say. */
  readonly date: number | null;
  /** Ours, in the middle of the question and the answer. */
  readonly at: number;
}

/**
 * Asks a host for nothing, to see whether it can be reached: any answer will do. No redirect is followed.
 *
 * @param proxy to go through; null: straight
 * @throws Error with a `code` of Node's (ENOTFOUND, CERT_HAS_EXPIRED…), or of this function (PROXY_407)
 */
export async function reach(
  origin: string,
  proxy: URL | null,
  now: () => number,
  signal: AbortSignal,
): Promise<Reached> {
  const target = new URL(origin);
  const started = now();
  const answer =
    proxy === null || target.protocol !== 'https:'
      ? await answerOf(requestOf(target)(target, { method: 'HEAD', agent: false, signal }))
      : await throughProxy(target, proxy, signal);
  const date = Date.parse(answer.headers.date ?? '');
  return { date: Number.isNaN(date) ? null : date, at: (started + now()) / 2 };
}

/** By CONNECT (RFC 9110 §9.3.6), so that the proxy sees only the host's name. */
async function throughProxy(target: URL, proxy: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const authority = `${target.hostname}:${target.port === '' ? '443' : target.port}`;
  const asked = requestOf(proxy)({
    hostname: proxy.hostname.replace(/^\[|\]$/g, ''),
    ...(proxy.port !== '' && { port: proxy.port }),
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...credentials(proxy) },
    agent: false,
    signal,
  });
  const socket = await new Promise<Socket>((resolve, reject) => {
    asked.once('connect', (answer, opened) => {
      if (answer.statusCode === 200) return resolve(opened);
      opened.destroy();
      reject(new ReachError(`PROXY_${answer.statusCode ?? 0}`));
    });
    // A proxy that does not know the method answers as to any other.
    asked.once('response', (answer) => reject(new ReachError(`PROXY_${answer.statusCode ?? 0}`)));
    asked.once('error', reject);
    asked.end();
  });
  const createConnection = () => tlsConnect({ socket, servername: target.hostname });
  return answerOf(httpsRequest(target, { method: 'HEAD', createConnection, signal }));
}

class ReachError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

function requestOf({ protocol }: URL) {
  return protocol === 'https:' ? httpsRequest : httpRequest;
}

function credentials({ username, password }: URL): { 'proxy-authorization'?: string } {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

function answerOf(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.once('response', (answer) => {
      answer.destroy();
      resolve(answer);
    });
    asked.once('error', reject);
    asked.end();
  });
}
