import { inPieces, mutated, type Step } from '../cases.ts';
import type { Random } from '../random.ts';

/**
 * `right`: the one answer of this sign-in, in order to the last byte. `wrong`: it must end nothing. `either`:
 * changed at random, or sent by somebody who did not stay: it may end the flow only if the state came through.
 */
export type Verdict = 'right' | 'wrong' | 'either';

/** What one browser, or whatever else found the port, sends. */
export interface Visit {
  readonly shape: string;
  readonly verdict: Verdict;
  readonly steps: readonly Step[];
  /** Nothing is wrong with its form: it gets a whole answer. */
  readonly pristine: boolean;
  /** Stays connected and says no more until the listener closes. */
  readonly stalls: boolean;
}

export interface Redirect {
  readonly port: number;
  readonly state: string;
  readonly code: string;
}

/** In what the visitors make up: no page may hold it as markup. */
const MARKUP = `<script>alert('zq')</script>`;

/** The redirect of the server as a browser sends it. */
export function rightVisit(random: Random, redirect: Redirect): Visit {
  const query = new URLSearchParams({ code: redirect.code, state: redirect.state, ...iss(random) });
  return whole('right', 'right', get(random, redirect, shuffled(random, query)));
}

/** The server's no: it ends the flow as well. */
export function refusingVisit(random: Random, redirect: Redirect): Visit {
  const description = random.pick([MARKUP, 'The user said no', '', '\u202e"&<>\'']);
  const query = new URLSearchParams({
    error: random.pick(['access_denied', 'server_error', MARKUP]),
    state: redirect.state,
    error_description: description,
    ...iss(random),
  });
  return whole('refusal', 'right', get(random, redirect, shuffled(random, query)));
}

/** Anything but that. */
export function oddVisit(random: Random, redirect: Redirect): Visit {
  const [shape, make] = random.pick(ODD);
  return make(random, redirect, shape);
}

type Make = (random: Random, redirect: Redirect, shape: string) => Visit;

const ODD: readonly [readonly [string, Make], ...(readonly [string, Make])[]] = [
  ['state', (random, redirect, shape) => whole(shape, 'wrong', withQuery(random, redirect, oddState))],
  ['code', (random, redirect, shape) => whole(shape, 'wrong', withQuery(random, redirect, oddCode))],
  ['host', (random, redirect, shape) => whole(shape, 'wrong', withHost(random, redirect))],
  ['path', (random, redirect, shape) => whole(shape, 'wrong', withPath(random, redirect))],
  ['method', (random, redirect, shape) => whole(shape, 'wrong', withMethod(random, redirect))],
  ['huge query', (random, redirect, shape) => whole(shape, 'wrong', hugeQuery(random, redirect))],
  ['headers', (random, redirect, shape) => cutUp(random, shape, 'wrong', oddHeaders(random, redirect))],
  ['junk', (random, _redirect, shape) => broken(shape, 'wrong', random.bytes(random.between(0, 400)))],
  ['pipelined', (random, redirect, shape) => broken(shape, 'either', pipelined(random, redirect))],
  [
    'mutated right',
    (random, redirect, shape) =>
      broken(shape, 'either', mutated(random, bytesOf(rightVisit(random, redirect)))),
  ],
  [
    'mutated wrong',
    (random, redirect, shape) =>
      broken(shape, 'wrong', mutated(random, withQuery(random, { ...redirect, state: 'zq' }, oddCode))),
  ],
  ['right in pieces', (random, redirect, shape) => inBits(random, shape, 'right', redirect)],
  ['left', (random, redirect, shape) => leaves(random, shape, redirect)],
  ['stalled', (random, redirect, shape) => stalls(random, shape, redirect)],
];

function whole(shape: string, verdict: Verdict, bytes: string): Visit {
  return { shape, verdict, steps: [{ kind: 'write', bytes }], pristine: true, stalls: false };
}

function broken(shape: string, verdict: Verdict, bytes: string): Visit {
  return { ...whole(shape, verdict, bytes), pristine: false };
}

function cutUp(random: Random, shape: string, verdict: Verdict, bytes: string): Visit {
  return { ...broken(shape, verdict, bytes), steps: inPieces(random, bytes) };
}

function inBits(random: Random, shape: string, verdict: Verdict, redirect: Redirect): Visit {
  const bytes = bytesOf(rightVisit(random, redirect));
  return { ...whole(shape, verdict, bytes), steps: inPieces(random, bytes) };
}

function leaves(random: Random, shape: string, redirect: Redirect): Visit {
  const bytes = bytesOf(rightVisit(random, redirect));
  const cut = bytes.slice(0, random.between(0, bytes.length));
  const way = random.pick(['half-close', 'abort'] as const);
  return { ...broken(shape, 'either', ''), steps: [{ kind: 'write', bytes: cut }, { kind: way }] };
}

function stalls(random: Random, shape: string, redirect: Redirect): Visit {
  const bytes = bytesOf(rightVisit(random, redirect));
  const cut = bytes.slice(0, random.below(bytes.length - 4));
  return { ...broken(shape, 'wrong', cut), stalls: true };
}

function bytesOf({ steps }: Visit): string {
  return steps.map((step) => (step.kind === 'write' ? step.bytes : '')).join('');
}

function get(random: Random, { port }: Redirect, query: string, extra: readonly string[] = []): string {
  const headers = [
    `Host: 127.0.0.1:${port}`,
    ...(random.chance(0.5) ? ['User-Agent: Mozilla/5.0 (X11)', 'Accept: text/html', 'DNT: 1'] : []),
    ...extra,
  ];
  return `GET /?${query} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
}

function withQuery(random: Random, redirect: Redirect, make: typeof oddState): string {
  return get(random, redirect, make(random, redirect));
}

function iss(random: Random): Record<string, string> {
  return random.chance(0.7) ? { iss: 'https://auth.globus.org' } : {};
}

function shuffled(random: Random, query: URLSearchParams): string {
  const pairs = [...query];
  for (let at = pairs.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    const [one, two] = [pairs[at], pairs[other]];
    if (one !== undefined && two !== undefined) [pairs[at], pairs[other]] = [two, one];
  }
  return new URLSearchParams(pairs).toString();
}

/** Missing, empty, wrong, cut, longer, doubled, in another case, in another name. */
function oddState(random: Random, { state, code }: Redirect): string {
  const odd = random.pick([
    '',
    'state=',
    `state=${random.text('abcXYZ019-_', state.length)}`,
    `state=${state.slice(0, -1)}`,
    `state=${state}x`,
    `state=${state}%00`,
    `state=${state}&state=${state}`,
    `state=${state}&state=x`,
    `state=x&state=${state}`,
    `State=${state}`,
    `state[]=${state}`,
    `xstate=${state}`,
    `state=${state.replace(/[a-zA-Z]/, (letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()))}`,
    `state=+${state}`,
    `state=${encodeURIComponent('é'.repeat(20))}`,
    'state=%ff%fe',
    `state=${'%'.repeat(random.between(1, 40))}`,
    `__proto__=${state}`,
  ]);
  return [`code=${code}`, odd, 'iss=https%3A%2F%2Fauth.globus.org'].join('&');
}

/** No code and no error, both, or one of them twice. */
function oddCode(random: Random, { state, code }: Redirect): string {
  const odd = random.pick([
    '',
    `code=${code}&error=access_denied`,
    `code=${code}&code=${code}`,
    'error=x&error=y',
    `Code=${code}`,
    `code%00=${code}`,
    'error_description=x',
  ]);
  return [odd, `state=${state}`].join('&');
}

function withHost(random: Random, redirect: Redirect): string {
  const { port } = redirect;
  const host = random.pick([
    'localhost',
    `localhost:${port}`,
    '127.0.0.1',
    `127.0.0.1:${port}1`,
    `127.0.0.1:${port}.evil.example`,
    `127.0.0.1:${port} `.concat('x'),
    `evil.example`,
    `evil.example:${port}`,
    `[::1]:${port}`,
    `0.0.0.0:${port}`,
    `2130706433:${port}`,
    `127.1:${port}`,
    '',
  ]);
  const query = `code=${redirect.code}&state=${redirect.state}`;
  const lines = random.chance(0.8)
    ? [`Host: ${host}`]
    : [`Host: ${host}`, `X-Forwarded-Host: 127.0.0.1:${port}`];
  const head = random.chance(0.1) ? [] : lines;
  return `GET /?${query} HTTP/1.1\r\n${head.map((line) => `${line}\r\n`).join('')}\r\n`;
}

function withPath(random: Random, redirect: Redirect): string {
  const path = random.pick([
    '/favicon.ico',
    '//',
    '/./',
    '/%2f',
    '/index.html',
    '/callback',
    '/\\',
    '*',
    `http://127.0.0.1:${redirect.port}/`,
    'http://evil.example/',
    '/#',
    '/;',
    '?',
    '/../',
  ]);
  return `GET ${path}?code=${redirect.code}&state=${redirect.state} HTTP/1.1\r\nHost: 127.0.0.1:${redirect.port}\r\n\r\n`;
}

function withMethod(random: Random, redirect: Redirect): string {
  const method = random.pick(['POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND']);
  const body = random.chance(0.5) ? `code=${redirect.code}&state=${redirect.state}` : '';
  const query = `code=${redirect.code}&state=${redirect.state}`;
  const headers = [
    `Host: 127.0.0.1:${redirect.port}`,
    `Content-Length: ${body.length}`,
    'Content-Type: application/x-www-form-urlencoded',
  ];
  return `${method} /?${query} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
}

/** Longer than any answer may be: more than 8,192 characters, some of it more than Node's own limit for a head. */
function hugeQuery(random: Random, redirect: Redirect): string {
  const length = random.pick([8_193, 9_000, 15_000, 16_500, 60_000, 400_000]);
  const filler = random.pick(['a', '%41', '&a=b', '=']).repeat(length).slice(0, length);
  return get(random, redirect, `code=${redirect.code}&state=${redirect.state}&x=${filler}`);
}

/** Headers that a server has its own opinion about; the state is a wrong one. */
function oddHeaders(random: Random, redirect: Redirect): string {
  const wrong = { ...redirect, state: 'zq' };
  const query = `code=${wrong.code}&state=${wrong.state}`;
  const extra = random.list(1, 3, () =>
    random.pick([
      'Expect: 100-continue',
      'Expect: tea',
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: gzip, chunked',
      'Content-Length: 5',
      'Content-Length: -1',
      'Connection: keep-alive',
      'Host: evil.example',
      `X-Long: ${'a'.repeat(random.pick([100, 8_000, 20_000]))}`,
      ' folded: x',
      'No-Colon',
      'Cookie: a=b\0c',
      'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings',
    ]),
  );
  const start = random.pick(['GET', 'GET', 'CONNECT', 'POST']);
  return get(random, wrong, query, extra).replace(/^GET/, start) + random.bytes(random.pick([0, 0, 5, 50]));
}

/** A wrong one and the right one in one go: which of them is heard, Node's parser decides. */
function pipelined(random: Random, redirect: Redirect): string {
  const right = bytesOf(rightVisit(random, redirect));
  const wrong = withQuery(random, redirect, oddState);
  return random.pick([wrong + right, right + right, right + wrong, wrong + wrong + right]);
}
