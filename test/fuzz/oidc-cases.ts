import {
  ACCOUNT,
  ECHO,
  type FuzzCase,
  inPieces,
  ISSUER,
  mutated,
  someScope,
  type Spoil,
  type Step,
} from './cases.ts';
import type { Random } from './random.ts';

type Made = Omit<FuzzCase, 'door' | 'way'>;

/** One case for the oidc-agent socket: plain, sealed, spoiled. */
export function oidcCase(random: Random): Made {
  return random.weighted<() => Made>([
    [36, () => made('plain', true, [write(JSON.stringify(request(random)))])],
    [12, () => made('sealed', true, sealed(random, JSON.stringify(request(random)), 'nothing'))],
    [14, () => made('fields', true, [write(JSON.stringify(oddFields(random)))])],
    [5, () => made('json', false, [write(oddJson(random))])],
    [12, () => made('mutated', false, [write(mutated(random, JSON.stringify(request(random))))])],
    [5, () => made('split', true, inPieces(random, bytes(JSON.stringify(request(random)))))],
    [
      4,
      () => made('sealed-spoiled', false, sealed(random, JSON.stringify(request(random)), someSpoil(random))),
    ],
    [
      2,
      () =>
        made(
          'sealed-mutated',
          false,
          sealed(random, mutated(random, JSON.stringify(request(random))), 'nothing'),
        ),
    ],
    [3, () => made('greeting', false, greeting(random))],
    [2, () => made('half-closed', false, [write(JSON.stringify(request(random))), { kind: 'half-close' }])],
    [2, () => made('aborted', false, aborted(random))],
    [1, () => made('oversized', false, [write(oversized(random))])],
    [2, () => made('noise', false, [write(random.bytes(random.between(1, 300)))])],
  ])();
}

/** A request in order: mostly for a token, else one of the two others that are answered, or one that is not. */
function request(random: Random): Record<string, unknown> {
  const kind = random.weighted([
    [85, 'access_token'],
    [6, 'loaded_accounts'],
    [5, 'check'],
    [4, random.pick(['gen', 'add', 'lock', 'mytoken', 'id_token', 'file_read', ECHO])],
  ]);
  if (kind !== 'access_token') return { request: kind, ...(random.chance(0.3) ? { account: ECHO } : {}) };
  const who = random.pick([
    { account: ACCOUNT.username },
    { account: ISSUER },
    { issuer: `${ISSUER}/` },
    { issuer: ISSUER },
  ]);
  const scopes = random.list(1, random.chance(0.15) ? 10 : 1, () => someScope(random));
  return {
    request: kind,
    ...who,
    min_valid_period: random.pick([0, 60, '60', random.below(3_000), random.below(4_000)]),
    scope: scopes.join(' '),
    ...(random.chance(0.5) ? { application_hint: random.pick(['oidc-token', ECHO, `${ECHO}\u202e`]) } : {}),
    ...(random.chance(0.2) ? { audience: random.pick(['', ' ', `https://${ECHO}.example`]) } : {}),
  };
}

/** Wrong types, unknown and missing fields, both of what excludes each other. */
function oddFields(random: Random): Record<string, unknown> {
  const fields = request(random);
  for (let times = random.between(1, 3); times > 0; times--) {
    const name = random.pick([
      ...([
        'request',
        'account',
        'issuer',
        'min_valid_period',
        'application_hint',
        'scope',
        'audience',
      ] as const),
      ...(['refresh_token', '__proto__', 'constructor', 'shortname', ECHO, ''] as const),
    ]);
    if (random.chance(0.2)) {
      Reflect.deleteProperty(fields, name);
      continue;
    }
    const value = random.pick<unknown>([
      ...([
        null,
        true,
        -1,
        1e308,
        0.5,
        31_536_001,
        '31536000',
        '-1',
        [],
        {},
        [ECHO],
        { scope: ECHO },
      ] as const),
      ...([
        '',
        ' ',
        '\0',
        '\ud800',
        'view_flows',
        'view_flows\n',
        '[view_flows run]',
        ECHO.repeat(600),
      ] as const),
      ...(['view_flows '.repeat(20), '] view_flows', 'https://auth.globus.org.evil.example'] as const),
    ]);
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return fields;
}

/** Texts at the edge of JSON. */
function oddJson(random: Random): string {
  const good: string = JSON.stringify(request(random));
  const depth = random.between(10, 7_000);
  return random.pick<() => string>([
    () => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
    () => `{"request":"check","a":${'['.repeat(depth)}${']'.repeat(depth)}}`,
    () => `{"request":"check","request":"access_token",${good.slice(1)}`,
    () => good + good,
    () => `${good}\0\n${random.bytes(20)}`,
    () => `  ${good}`,
    () => good.replaceAll('"', "'"),
    () => good.replace('access_token', '\\u0061ccess_token'),
    () => good.replace('view_flows', 'view_flows\\u0000'),
    () => good.replace('{', '{"\xff\xfe":"\xc0\xaf",'),
    () => `[${good}]`,
    () => '{}',
    () => '{"request":{"request":"access_token"}}',
    () => `{"request":"access_token","scope":"view_flows","min_valid_period":${'9'.repeat(400)}}`,
  ])();
}

function sealed(random: Random, text: string, spoil: Spoil): Step[] {
  return [{ kind: 'seal', text, nonce: random.bytes(24), spoil }];
}

function someSpoil(random: Random): Spoil {
  return random.pick(['nonce', 'box', 'key', 'short', 'longer', 'huge', 'tail', 'cut', 'signs']);
}

/** First bytes that are nearly a public key. */
function greeting(random: Random): Step[] {
  const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const key = `${random.text(base64, 43)}=`;
  return [
    write(
      random.pick([
        key.slice(0, random.below(44)),
        `${key}${random.text(base64, random.between(1, 50))}`,
        `${key}\n\0`,
        `${'A'.repeat(43)}=`,
        mutated(random, key),
        `${key}120:${random.text(base64, 32)}:${random.text(base64, 60)}`,
      ]),
    ),
    { kind: 'pause' },
    write(random.pick(['', '5', '99999:', '0::', `16:${random.text(base64, 32)}:`, random.bytes(30)])),
  ];
}

function aborted(random: Random): Step[] {
  const steps: Step[] = [write(JSON.stringify(request(random)))];
  if (random.chance(0.7)) steps.push({ kind: random.pick(['pause', 'hear']) });
  return [...steps, { kind: 'abort' }];
}

function oversized(random: Random): string {
  const length = random.between(16_000, 40_000);
  return random.pick([
    `{"request":"check","x":"${'y'.repeat(length)}"}`,
    `{"request":"check","x":"${'y'.repeat(length)}`,
    '{'.repeat(length),
    `{"request":"access_token","issuer":"${ISSUER}","scope":"${'view_flows '.repeat(length / 11)}"}`,
    'A'.repeat(length),
  ]);
}

function made(shape: string, pristine: boolean, steps: readonly Step[]): Made {
  return { shape, pristine, steps };
}

function write(text: string): Step {
  return { kind: 'write', bytes: bytes(text) };
}

/** One character per byte; text beyond Latin-1 as UTF-8. */
function bytes(text: string): string {
  return /[^\0-\xff]/.test(text) ? Buffer.from(text).toString('latin1') : text;
}
