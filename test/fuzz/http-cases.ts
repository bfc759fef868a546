import { type Route, ROUTES } from '../../main/broker/contract-routes.ts';
import { ACCOUNT, ECHO, type FuzzCase, inPieces, mutated, someScope, type Step } from './cases.ts';
import { body, head, oversized } from './http-oddities.ts';
import { goodBody, oddBody } from './json-bodies.ts';
import type { Random } from './random.ts';

type Made = Omit<FuzzCase, 'door' | 'way'>;
type Shape = readonly [weight: number, name: string, make: (random: Random) => Omit<Made, 'shape'>];

/** One case for the broker's socket. */
export function httpCase(random: Random): Made {
  const [, shape, make] = random.weighted(SHAPES.map((one) => [one[0], one] as const) as Weighted);
  return { shape, ...make(random) };
}

type Weighted = [readonly [number, Shape], ...(readonly [number, Shape])[]];

const CLOSE = 'Connection: close\r\n';
/** Ends a connection whose first bytes are anybody's guess. */
const LAST = `\r\nGET /v1/status HTTP/1.1\r\nHost: localhost\r\n${CLOSE}\r\n`;

const SHAPES: readonly Shape[] = [
  [34, 'valid', (random) => pristine([write(valid(random, CLOSE))])],
  [14, 'parameters', (random) => pristine([write(`GET ${target(random)} HTTP/1.1\r\n${HOST}${CLOSE}\r\n`)])],
  [12, 'heads', (random) => odd([write(head(random, anyTarget(random)) + LAST)])],
  [
    14,
    'mutated',
    (random) => odd([write(mutated(random, valid(random)) + (random.chance(0.7) ? LAST : ''))]),
  ],
  [5, 'split', (random) => pristine(inPieces(random, valid(random, CLOSE)))],
  [6, 'pipelined', pipelined],
  [3, 'half-closed', (random) => odd([...inPieces(random, valid(random)), { kind: 'half-close' }])],
  [3, 'aborted', aborted],
  [2, 'oversized', (random) => odd([write(oversized(random, anyTarget(random)) + LAST)])],
  [5, 'bodies', (random) => odd([write(body(random, anyTarget(random)) + LAST)])],
  [6, 'json', (random) => odd([write(oddBody(random) + LAST)])],
  [2, 'noise', (random) => odd([write(random.bytes(random.between(1, 300)) + LAST)])],
];

const HOST = 'Host: localhost\r\n';

/** A request that is in order, for any route of the contract, mostly for a token. */
export function valid(random: Random, more = ''): string {
  const route = random.chance(0.75)
    ? { ...TOKEN_ROUTE, path: random.pick(['/v1/token', '/v1/header']) }
    : (random.pick(ROUTES) ?? TOKEN_ROUTE);
  // A lock makes 5 ms of refusals; it must not be all that is seen.
  const path = route.path === '/v1/lock' && random.chance(0.7) ? '/v1/status' : route.path;
  const method = path === '/v1/status' ? 'GET' : route.method;
  const query = route.parameters
    .filter(({ required }) => required || random.chance(0.25))
    .map(({ name }) => `${name}=${encoded(random, goodValue(random, name))}`)
    .join('&');
  const accept = random.pick(['', '', 'Accept: text/plain\r\n', 'Accept: application/json;q=0.9, */*\r\n']);
  const host = random.pick([HOST, HOST, 'host: LOCALHOST:8080\r\n']);
  const { head, body } = route.body === undefined ? { head: '', body: '' } : goodBody(random, route.body);
  return `${method} ${path}${query === '' ? '' : `?${query}`} HTTP/1.1\r\n${host}${accept}${more}${head}\r\n${body}`;
}

const TOKEN_ROUTE: Pick<Route, 'method' | 'path' | 'parameters' | 'body'> = {
  method: 'GET',
  path: '/v1/token',
  parameters: ROUTES.find(({ path }) => path === '/v1/token')?.parameters ?? [],
};

function goodValue(random: Random, name: string): string {
  switch (name) {
    case 'scope':
      return someScope(random);
    case 'min_ttl':
      return String(
        random.weighted([
          [6, random.below(3_000)],
          [1, random.between(3_500, 31_536_000)],
        ]),
      );
    case 'account':
      return random.pick([ACCOUNT.username, ACCOUNT.username, ACCOUNT.sub, `${ECHO}@uni.example`]);
    case 'wait':
      return random.pick(['0', '1', '30', '86400']);
    case 'for':
      return String(random.below(400_000));
    case 'tool':
      return random.pick(['curl', 'httpie', ECHO]);
    case 'recipe':
      return random.pick(['list-flows', ECHO]);
    case 'interactive':
      return random.pick(['1', '0', 'true', 'false']);
    case 'id':
      return random.pick(['r-80000000', 'p-allow', 'p-deny', `r-${ECHO}`]);
    case 'limit':
      return String(
        random.weighted([
          [20, random.between(1, 20)],
          [1, random.between(1, 1_000)],
        ]),
      );
    default:
      return random.pick([ECHO, `${ECHO} é 日本 👩🏽‍🔬`, `nightly ${ECHO}`]);
  }
}

/** As the client likes: needed escapes only, or others as well. */
function encoded(random: Random, value: string): string {
  if (random.chance(0.8)) return encodeURIComponent(value);
  return [...Buffer.from(value)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .map((escape) => (random.chance(0.5) ? escape.toUpperCase() : escape))
    .join('');
}

/** A target whose form is in order and whose parameters need not be. */
function target(random: Random): string {
  const parameters = random.list(0, 5, () => {
    const name = random.pick([
      'scope',
      'scope',
      'min_ttl',
      'account',
      'interactive',
      'name',
      'id',
      'limit',
      ...ODD_NAMES,
    ]);
    return `${name}=${random.chance(0.5) ? encoded(random, goodValue(random, name)) : oddValue(random)}`;
  });
  return `${random.pick(PATHS)}?${parameters.join('&')}`;
}

function anyTarget(random: Random): string {
  return random.chance(0.5) ? `/v1/token?scope=${someScope(random)}` : target(random);
}

const PATHS = [
  ...(['/v1/token', '/v1/token', '/v1/header', '/v1/scopes', '/v1/rules', '/v1/audit'] as const),
  ...([
    '/v1/token/',
    '//v1/token',
    '/v1/../v1/token',
    '/V1/token',
    '/v1/%74oken',
    '/v1/refresh',
    '/',
  ] as const),
] as const;

const ODD_NAMES = [
  '__proto__',
  'constructor',
  'refresh_token',
  'access_token',
  'SCOPE',
  'scope[]',
  '%73cope',
  '',
];

function oddValue(random: Random): string {
  return random.pick([
    '',
    '%',
    '%zz',
    '%ff%fe',
    '%c0%af',
    '%00',
    'view_flows%00',
    '%0d%0aSet-Cookie:%20x=1',
    '%e2%80%ae',
    '%ed%a0%80',
    '+',
    '-1',
    '1e3',
    '0x10',
    '99999999999999999999',
    'NaN',
    `${ECHO}[`.repeat(random.between(1, 200)),
    `${'%5B'.repeat(random.between(1, 600))}${ECHO}`,
    ECHO.repeat(random.between(1, 600)),
    'view_flows view_flows'.replace(' ', '%20'),
    'view_flows%5Brun%20all%5D',
  ]);
}

function pipelined(random: Random): Omit<Made, 'shape'> {
  const requests = random.list(2, random.chance(0.1) ? 60 : 8, () => valid(random));
  const all = [...requests, valid(random, CLOSE)];
  // Of more than 32 at once the connection ends without an answer to the rest.
  return { ...(all.length <= 30 ? pristine : odd)([write(all.join(''))]) };
}

function aborted(random: Random): Omit<Made, 'shape'> {
  const steps: Step[] = [write(random.list(1, 4, () => valid(random)).join(''))];
  if (random.chance(0.5)) steps.push({ kind: random.pick(['pause', 'hear']) });
  return odd([...steps, { kind: 'abort' }]);
}

function write(bytes: string): Step {
  return {
    kind: 'write',
    bytes: Buffer.from(bytes, /[^\0-\xff]/.test(bytes) ? 'utf8' : 'latin1').toString('latin1'),
  };
}

function pristine(steps: readonly Step[]): Omit<Made, 'shape'> {
  return { steps, pristine: true };
}

function odd(steps: readonly Step[]): Omit<Made, 'shape'> {
  return { steps, pristine: false };
}
