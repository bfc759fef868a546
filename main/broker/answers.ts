import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Reason, Route } from './contract.ts';
import { problemDocument } from './problems.ts';

/** What leaves for one request. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** Set for problems: what the audit log says of them. */
  readonly reason?: Reason;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection ends with this answer. */
  readonly close?: boolean;
}

export function json(value: unknown): Answer {
  return { status: 200, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

export function text(line: string): Answer {
  return { status: 200, type: 'text/plain; charset=utf-8', body: `${line}\n` };
}

/** RFC 9457 §3: `application/problem+json`, whatever the caller accepts. */
export function problem(
  reason: Reason,
  detail?: string,
  extra: Pick<Answer, 'headers' | 'close'> = {},
): Answer {
  const document = problemDocument(reason, detail);
  return {
    status: document.status,
    type: 'application/problem+json',
    body: `${JSON.stringify(document)}\n`,
    reason,
    ...extra,
  };
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

/** Nothing of an answer may be kept by anyone on the way (RFC 9111 §5.2.2.5). */
export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(answer.close === true ? { connection: 'close' } : {}),
    ...answer.headers,
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
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
