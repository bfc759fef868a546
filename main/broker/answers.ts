import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Reason } from './contract.ts';
import type { Route } from './contract-routes.ts';
import type { Managed } from './manage-port.ts';
import { plainProblem, problemDocument, type ProblemWords } from './problems.ts';

/** What leaves for one request. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** Set for problems: what the audit log says of them. */
  readonly reason?: Reason;
  /** Set for problems: the same in three lines, for callers without a JSON parser. */
  readonly plain?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection ends with this answer. */
  readonly close?: boolean;
}

const PLAIN = 'text/plain; charset=utf-8';

export function json(value: unknown): Answer {
  return { status: 200, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

export function text(line: string): Answer {
  return { status: 200, type: PLAIN, body: `${line}\n` };
}

/** RFC 9457 §3: `application/problem+json`; or three lines of text for who wants text first (`send`). */
export function problem(
  reason: Reason,
  detail?: string,
  extra: Pick<Answer, 'headers' | 'close'> & ProblemWords = {},
): Answer {
  const { next, trouble, ...rest } = extra;
  const document = problemDocument(reason, { detail, next, trouble });
  return {
    status: document.status,
    type: 'application/problem+json',
    body: `${JSON.stringify(document)}\n`,
    plain: plainProblem(document),
    reason,
    ...rest,
  };
}

/** A refusal of the port's, in its own words. */
export function managedProblem(refusal: Extract<Managed<never>, { kind: 'refused' }>): Answer {
  const { reason, detail, next, trouble } = refusal;
  return problem(reason, detail, { next, trouble });
}

/**
 * Which of the route's media types to answer with: the first one that the Accept header names exactly, else
 * the route's default. q-values are ignored and nothing is refused: curl names any type, and so do most.
 */
export function chosenType(route: Route, accept: string | undefined): Route['answers'][number] | undefined {
  if (accept !== undefined && route.answers.length > 1) {
    for (const range of accept.split(',')) {
      const type = range.split(';', 1)[0]?.trim().toLowerCase();
      const match = route.answers.find((offered) => offered === type);
      if (match !== undefined) return match;
    }
  }
  return route.answers[0];
}

/** What takes a problem document, besides its own type. */
const TAKES_PROBLEMS: readonly (string | undefined)[] = ['application/problem+json', 'application/*', '*/*'];

/**
 * Whether a caller reads lines, not JSON: the first range of its Accept header is text, or no range takes a problem
 * document and one takes text. So the shell launcher gets a token as JSON, to print, and a refusal that it can read.
 */
export function wantsPlain(accept: string | undefined): boolean {
  const ranges = accept?.split(',').map((range) => range.split(';', 1)[0]?.trim().toLowerCase()) ?? [];
  if (ranges[0] === 'text/plain') return true;
  return ranges.includes('text/plain') && !ranges.some((range) => TAKES_PROBLEMS.includes(range));
}

/** Nothing of an answer may be kept by anyone on the way (RFC 9111 §5.2.2.5). */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const plain = wantsPlain(request.headers.accept) ? answer.plain : undefined;
  const body = plain ?? answer.body;
  response.writeHead(answer.status, {
    'content-type': plain === undefined ? answer.type : PLAIN,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(answer.close === true ? { connection: 'close' } : {}),
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The same for a socket that HTTP has not begun on, or has given up on. */
export function rawAnswer(answer: Answer): string {
  const lines = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? 'Error'}`,
    `content-type: ${answer.type}`,
    `content-length: ${Buffer.byteLength(answer.body)}`,
    'cache-control: no-store',
    'connection: close',
    ...Object.entries(answer.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${answer.body}`;
}
