import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, problem, rawAnswer, send } from './answers.ts';
import { bodyFits, MAX_BODY, parseBody, readBody } from './body.ts';
import { Connection } from './connection.ts';
import type { ClientLeaving } from './departure.ts';
import { AuditNotWritten, type BrokerPorts } from './ports.ts';
import { PeerShare } from './peer-share.ts';
import { parseRequest } from './requests.ts';
import { answerCall } from './routes.ts';
import { auditEntry, type Call } from './token-answer.ts';

/** What one client can take up. Times in milliseconds. */
export interface BrokerLimits {
  /** Of all clients; one process gets half of them, but on a socket for forwarding, which has one client. */
  readonly connections: number;
  /** Requests that one connection may send ahead of their answers. */
  readonly pipelined: number;
  /** For a whole head, and for a whole request; also how long a connection may stay without a first byte. */
  readonly requestMs: number;
  readonly keepAliveMs: number;
  /** How long an answer may stay unread. */
  readonly unreadMs: number;
}

export const LIMITS: BrokerLimits = {
  connections: 2_000,
  pipelined: 32,
  requestMs: 10_000,
  keepAliveMs: 30_000,
  unreadMs: 10_000,
};

const MAX_HEADER = 16_384;

export interface BrokerServer {
  readonly http: Server;
  readonly connections: ReadonlySet<Connection>;
}

/**
 * HTTP/1.1 (RFC 9112) for local callers. A connection is identified before the parser is attached to it;
 * its requests are answered one after another, so that the check of the caller and the bytes that leave
 * are never apart by somebody else's question.
 */
export function createBrokerServer(
  ports: BrokerPorts,
  forwardedFrom: string | null,
  limits: BrokerLimits,
): BrokerServer {
  const connections = new Map<Socket, Connection>();
  const all = new Set<Connection>();
  const share = new PeerShare(forwardedFrom === null ? limits.connections : Infinity);
  const http = createServer({
    maxHeaderSize: MAX_HEADER,
    headersTimeout: limits.requestMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1_000, limits.requestMs),
    // Answered below with a problem document instead of a bare 400.
    requireHostHeader: false,
  });
  const [attachParser] = http.listeners('connection');
  http.removeAllListeners('connection');
  http.on('connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    const identified = ports.identifier.identify(socket, forwardedFrom);
    if (identified.kind === 'foreign-uid') {
      socket.destroy();
      return noteForeign(ports, identified.uid);
    }
    const leave = all.size < limits.connections ? share.take(identified) : null;
    if (leave === null) return turnAway(socket, problem('busy'));
    const connection = new Connection(socket, identified, ports.clock, limits.unreadMs);
    connections.set(socket, connection);
    all.add(connection);
    socket.once('close', () => {
      connection.end();
      leave();
      connections.delete(socket);
      all.delete(connection);
    });
    attachParser?.call(http, socket);
  });

  const take = (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) return void request.socket.destroy();
    if (connection.waiting >= limits.pipelined) {
      // Answers keep their order, so a refusal would have to wait too: the connection ends instead.
      return connection.end();
    }
    connection.enqueue(response, (leaving) => answerRequest(ports, connection, request, response, leaving));
  };
  http.on('request', take);
  http.on('checkContinue', take);
  http.on('checkExpectation', take);
  http.on('connect', (_request: IncomingMessage, socket: Socket) => {
    turnAway(socket, problem('method-not-allowed', undefined, { headers: { allow: 'GET, POST, DELETE' } }));
  });
  http.on('clientError', (error: Error & { code?: string }, socket: Socket) => {
    // In the middle of an answer more bytes would only garble it.
    if (!socket.writable || (connections.get(socket)?.waiting ?? 0) > 0) return void socket.destroy();
    turnAway(socket, problem('bad-request', malformed(error.code)));
  });
  return { http, connections: all };
}

async function answerRequest(
  ports: BrokerPorts,
  connection: Connection,
  request: IncomingMessage,
  response: ServerResponse,
  leaving: ClientLeaving,
): Promise<void> {
  let answer: Answer;
  try {
    answer = await decide(ports, connection, request, response, leaving);
  } catch (error) {
    // The message may quote what it failed on: its kind alone is safe to keep.
    ports.log.error(
      { error: error instanceof Error ? error.name : 'unknown' },
      'the broker failed to answer',
    );
    answer = error instanceof AuditNotWritten ? NOT_NOTED : problem('internal');
  }
  if (leaving.aborted) return;
  send(request, response, answer);
}

const NOT_NOTED = problem(
  'internal',
  'The audit log cannot be written, so nothing was handed out. Your sign-ins and tokens are kept.',
  { next: 'Make room on the disk, or make the app’s data folder writable, then ask again.' },
);

async function decide(
  ports: BrokerPorts,
  connection: Connection,
  request: IncomingMessage,
  response: ServerResponse,
  leaving: ClientLeaving,
): Promise<Answer> {
  const parsed = parseRequest(request);
  // curl asks first with a long body (RFC 9110 §10.1.1); this request has the turn now.
  if (request.httpVersion === '1.1' && request.headers.expect?.toLowerCase() === '100-continue') {
    if (!parsed.ok) return { ...parsed.answer, close: true };
    if (bodyFits(request)) response.writeContinue();
  }
  const read = await readBody(request);
  if (read.kind === 'too-long') {
    return problem('bad-request', `No route takes a body of more than ${MAX_BODY} bytes.`, { close: true });
  }
  if (read.kind === 'cut-off') return problem('bad-request', 'The body is cut off.', { close: true });
  const { identified } = connection;
  if (!parsed.ok) return parsed.answer;
  const body = parseBody(parsed.route, request.headers['content-type'], read.bytes);
  if (!body.ok) return problem('bad-request', body.why);
  if (identified.kind !== 'caller') {
    await ports.audit.append(unknownEntry());
    return problem('caller-unknown');
  }
  const { caller } = identified;
  const call: Call = {
    route: parsed.route,
    query: parsed.query,
    body: body.given,
    accept: request.headers.accept,
    caller,
    leaving,
  };
  // What changes something is done before its answer leaves, so its caller is checked before that too.
  const changed = call.route.method !== 'GET' && !ports.identifier.stillSame(caller);
  const answer = changed ? null : await answerCall(ports, call);
  if (answer !== null && ports.identifier.stillSame(caller)) return answer;
  const scope = parsed.query.scope === undefined ? null : ports.tokens.find(parsed.query.scope);
  await ports.audit.append(auditEntry(call, scope?.scope ?? null, null, 'denied', 'caller-changed'));
  return problem('caller-changed', undefined, { close: true });
}

function turnAway(socket: Socket, answer: Answer): void {
  // Destroyed once written: who does not read it loses it, and holds nothing of ours.
  socket.end(rawAnswer(answer), () => socket.destroy());
  socket.resume();
}

/** A process of another user came and was dropped unread. */
export function noteForeign(ports: Pick<BrokerPorts, 'audit' | 'log'>, uid: number): void {
  ports.log.warn({ uid }, 'a process of another user was dropped');
  ports.audit.append(unknownEntry()).catch(() => ports.log.error({}, 'an audit line was not written'));
}

/** The audit line of a caller that the system does not tell of. */
export function unknownEntry(): Parameters<BrokerPorts['audit']['append']>[0] {
  return {
    kind: 'refused',
    scope: null,
    account: null,
    answer: 'denied',
    by: 'caller-unknown',
    pid: null,
    program: null,
    script: null,
  };
}

function malformed(code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW') return `The head of the request is longer than ${MAX_HEADER} bytes.`;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'The request did not come to its end in time.';
  return 'This is not HTTP/1.1.';
}
