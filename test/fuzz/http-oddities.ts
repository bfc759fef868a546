import type { Random } from './random.ts';

/** Heads, bodies and sizes that no client of good manners sends. `target` is mostly one that gives a token. */

/** Any method with any headers. */
export function head(random: Random, target: string): string {
  const method = random.chance(0.5) ? 'GET' : random.pick(METHODS);
  const where = random.weighted([
    [8, target],
    [1, `http://localhost${target}`],
    [
      1,
      random.pick(['*', 'localhost:443', '', '/\xe9', 'http://evil.example/v1/token', '?scope=view_flows']),
    ],
  ]);
  const version = random.chance(0.9)
    ? 'HTTP/1.1'
    : random.pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', 'http/1.1', '']);
  const headers = random.list(0, 4, () => random.pick(HEADERS));
  if (random.chance(0.8)) headers.unshift('Host: localhost');
  const end = random.chance(0.95) ? '\r\n' : '\n';
  return `${method} ${where} ${version}${end}${headers.map((line) => `${line}${end}`).join('')}${end}`;
}

const METHODS = [
  ...(['GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT', 'PRI'] as const),
  ...(['M-SEARCH', 'QUERY', 'get', 'X', '', 'GET\0', 'PROPFIND'] as const),
] as const;

const HEADERS = [
  'Accept: text/plain',
  'Accept: */*',
  'Accept: text/plain;q=0, application/json',
  'Connection: close',
  'Connection: keep-alive, upgrade',
  'Connection: \xff',
  'Content-Length: 0',
  'Content-Length: 3',
  'Content-Length: -1',
  'Content-Length: 1e3',
  'Content-Length: 99999999999999999999',
  'Expect: 100-continue',
  'Expect: x',
  'Host: evil.example',
  'Host: localhost.evil.example',
  'Host: localhost:99999999',
  'Host: 127.0.0.1',
  'Host:',
  'Host: localhost',
  'Origin: null',
  'Origin: http://localhost',
  'Sec-Fetch-Site: same-origin',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip',
  'Transfer-Encoding: chunked, identity',
  'Upgrade: websocket',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
  'Authorization: Bearer x',
  'Cookie: a=b',
  'X-Forwarded-For: 127.0.0.1',
  ' folded: y',
  'no colon',
  ': no name',
  'Bad Name: x',
  'Nul: a\0b',
  'Latin: \xe9\xff',
  'Bell: \x07',
  '__proto__: x',
] as const;

/** A request with a body, whose length is told rightly, wrongly, or twice. */
export function body(random: Random, target: string): string {
  const method = random.pick(['GET', 'GET', 'POST', 'DELETE']);
  const content = random.chance(0.5)
    ? random.bytes(random.below(200))
    : `GET /v1/token?scope=view_flows HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const size = content.length.toString(16);
  const framed = random.pick([
    `Content-Length: ${content.length}\r\n\r\n${content}`,
    `Content-Length: ${content.length + random.between(1, 40)}\r\n\r\n${content}`,
    `Content-Length: ${Math.max(0, content.length - random.between(1, 40))}\r\n\r\n${content}`,
    `Content-Length: ${content.length}\r\nContent-Length: ${random.below(9)}\r\n\r\n${content}`,
    `Content-Length: ${random.pick(['4097', '5000000', '+3', '0x3', '3, 3', '2147483648'])}\r\n\r\n${content}`,
    `Transfer-Encoding: chunked\r\n\r\n${size}\r\n${content}\r\n0\r\n\r\n`,
    `Transfer-Encoding: chunked\r\n\r\n${size};${random.bytes(8)}\r\n${content}\r\n0\r\nTrailer: x\r\n\r\n`,
    `Transfer-Encoding: chunked\r\n\r\n${random.pick(BAD_SIZES)}\r\n${content}\r\n0\r\n\r\n`,
    `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${size}\r\n${content}\r\n0\r\n\r\n`,
    `Transfer-Encoding: chunked\r\n\r\n${`1\r\nx\r\n`.repeat(random.between(1, 3_000))}0\r\n\r\n`,
    `Transfer-Encoding: chunked\r\n\r\n${size}\r\n${content}`,
  ]);
  return `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${framed}`;
}

const BAD_SIZES = ['', '-1', 'g', '0x5', 'ffffffffffffffffff', '7fffffff', ' 5', '5 ', '\0', '5\n'] as const;

/** More than the broker takes: of URL, head, headers, body. */
export function oversized(random: Random, target: string): string {
  const start = `GET ${target} HTTP/1.1\r\nHost: localhost\r\n`;
  return random.pick([
    () => `GET ${target}&x=${'a'.repeat(random.between(8_000, 17_000))} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    () => `${start}X: ${'b'.repeat(random.between(15_000, 40_000))}\r\n\r\n`,
    () => `${start}${'X: y\r\n'.repeat(random.between(1_000, 4_000))}\r\n`,
    () => `${start}${'n'.repeat(20_000)}: y\r\n\r\n`,
    () => `${start}Content-Length: 6000\r\n\r\n${'c'.repeat(6_000)}`,
    () => `${start}Transfer-Encoding: chunked\r\n\r\n4000\r\n${'d'.repeat(16_384)}\r\n0\r\n\r\n`,
    () => `GET /v1/token?scope=${'%5B'.repeat(2_700)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    () => `GET /v1/token?${'scope=view_flows&'.repeat(400)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  ])();
}
