import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type AnswerPage, answerPage, redirectPage } from './answer-page.ts';

/** One listener waits for one answer of one authorization request (RFC 8252 §7.3). */
export interface RedirectListener {
  /** `http://127.0.0.1:<port>`: no path (GLOBUS.md §1.4), never `localhost` (RFC 8252 §8.3). */
  readonly redirectUri: string;
  /**
   * The state to expect; nothing is accepted before it is set.
   * @param next asked once an answer with a code was accepted: the address that the browser goes on to; null:
   *   it shows a page that says where to look. Absent: it shows the page of a finished trip at once.
   */
  expect: (state: string, next?: () => Promise<string | null>) => void;
  /** Resolves with the query of the one accepted answer; rejects only when `close` came first. */
  readonly answer: Promise<URLSearchParams>;
  /** Resolves when the browser has been answered, or is gone. */
  readonly answered: Promise<void>;
  /** Stops listening and drops every connection. Safe to call twice. */
  close: () => Promise<void>;
}

export class ListenerClosed extends Error {
  override readonly name = 'ListenerClosed';
}

const MAX_QUERY = 8_192;

/** Listens on 127.0.0.1 only; the port is the system's choice. */
export async function listenForRedirect(): Promise<RedirectListener> {
  let expected: string | null = null;
  let next: (() => Promise<string | null>) | null = null;
  let told: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    told = resolve;
  });
  let settle: { resolve: (query: URLSearchParams) => void; reject: (error: Error) => void } | null = null;
  const answer = new Promise<URLSearchParams>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Nobody may be waiting yet when the listener closes.
  answer.catch(() => undefined);

  const server = createServer({
    maxHeaderSize: 16_384,
    requestTimeout: 5_000,
    headersTimeout: 5_000,
    // Refused below like any other wrong host.
    requireHostHeader: false,
  });
  const answeredOnce = new WeakSet<Socket>();
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    // Every answer closes its connection: what was sent ahead of it would never be answered, and must not be
    // taken for the answer either.
    if (answeredOnce.has(request.socket)) return;
    answeredOnce.add(request.socket);
    const verdict = judge(request, port, expected);
    if (!('query' in verdict)) return reply(response, verdict.page);
    // Single use: the state is spent before the answer is even written (CHECKLIST 7).
    expected = null;
    response.once('close', told);
    if (next === null || verdict.query.has('error')) {
      return reply(response, acceptedPage(verdict.query), () => settle?.resolve(verdict.query));
    }
    // The browser waits until what it brought was judged: it is not sent on to a consent in vain.
    const where = next();
    settle?.resolve(verdict.query);
    void where.then((location) => reply(response, location === null ? brokenPage() : redirectPage(location)));
  };
  server.on('request', take);
  // Node's own answers to `Expect` are neither 400 nor 404 (CHECKLIST 6).
  server.on('checkContinue', take);
  server.on('checkExpectation', take);
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    redirectUri: `http://127.0.0.1:${port}`,
    expect: (state, then) => {
      expected = state;
      next = then ?? null;
    },
    answer,
    answered,
    close: () =>
      new Promise((resolve) => {
        settle?.reject(new ListenerClosed('the sign-in ended before an answer came'));
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Everything but the one expected answer gets an error page and ends nothing (CHECKLIST 6, 7). */
function judge(
  request: IncomingMessage,
  port: number,
  expected: string | null,
): { query: URLSearchParams } | { page: AnswerPage } {
  const target = request.url ?? '';
  if (request.headers.host !== `127.0.0.1:${port}`) {
    return { page: answerPage(400, 'Not for this address', ['This page answers on one address only.']) };
  }
  const [path, search = ''] = split(target);
  if (request.method !== 'GET' || path !== '/') {
    return { page: answerPage(404, 'Nothing here', ['This page only waits for the answer to a sign-in.']) };
  }
  const query = new URLSearchParams(search);
  const state = query.getAll('state');
  const fits =
    search.length <= MAX_QUERY &&
    expected !== null &&
    state.length === 1 &&
    sameText(state[0] ?? '', expected) &&
    query.getAll('code').length + query.getAll('error').length === 1;
  if (!fits) {
    return {
      page: answerPage(400, 'Not the answer this app waits for', [
        'This answer does not belong to the sign-in under way, so nothing was done with it.',
        'Go back to Globus Token Tray and start the sign-in there.',
      ]),
    };
  }
  return { query };
}

/** The trip ends before its last consent; the app says why. */
function brokenPage(): AnswerPage {
  return answerPage(200, 'The sign-in stopped here', [
    'Something in this answer was not as it had to be. Globus Token Tray shows what, and what was kept.',
    'You can close this tab.',
  ]);
}

function acceptedPage(query: URLSearchParams): AnswerPage {
  const error = query.get('error');
  if (error === null) {
    return answerPage(200, 'Back to Globus Token Tray', [
      'Globus has answered. The app finishes the sign-in and shows the result.',
      'You can close this tab.',
    ]);
  }
  const description = query.get('error_description');
  return answerPage(200, 'Globus did not sign you in', [
    `Globus answered: ${error}${description === null ? '' : ` (${description})`}.`,
    'Nothing of this answer was stored. You can close this tab; the app offers the next step.',
  ]);
}

function split(target: string): [path: string, search?: string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target] : [target.slice(0, mark), target.slice(mark + 1)];
}

function sameText(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

function reply(response: ServerResponse, page: AnswerPage, sent?: () => void): void {
  response.writeHead(page.status, page.headers);
  // `close` also comes when the browser goes away mid-answer: the answer counts all the same.
  if (sent !== undefined) response.once('close', sent);
  response.end(page.body);
}
