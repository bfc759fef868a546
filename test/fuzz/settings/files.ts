import { defaultSettings } from '../../../main/settings/defaults.ts';
import type { Settings } from '../../../main/settings/types.ts';
import { CLIENT_ID, grantRecord } from '../../support/settings.ts';
import { mutated } from '../cases.ts';
import { fieldChanged, oddValue } from '../odd-values.ts';
import type { Random } from '../random.ts';

/** What somebody, or a crash, left in the place of `settings.json`. */
export interface LeftFile {
  readonly shape: string;
  readonly bytes: Buffer;
  /** Names of grants that stand in it, each in a whole record: they must be found again. */
  readonly names: readonly string[];
  /** Everything in it is as it was written. */
  readonly good: boolean;
}

/** A file as the app writes it. */
export function goodSettings(random: Random): Settings {
  const ids = random.list(0, 12, () => random.text('abcdef0123456789', 16));
  return {
    ...defaultSettings(),
    clientId: CLIENT_ID,
    clearAfterSeconds: random.between(5, 600),
    vaultBackend: random.pick(['keychain', 'passphrase', 'memory', null] as const),
    denyAll: random.chance(0.2),
    grants: [...new Set(ids)].map((id) => grantRecord(id)),
  };
}

export function leftFile(random: Random, settings: Settings): LeftFile {
  const [shape, make] = random.pick(SHAPES);
  return { shape, ...make(random, settings) };
}

type Make = (random: Random, settings: Settings) => Omit<LeftFile, 'shape'>;

const SHAPES: readonly [readonly [string, Make], ...(readonly [string, Make])[]] = [
  ['good', (_random, settings) => whole(settings, true)],
  ['truncated', (random, settings) => bytes(cut(random, JSON.stringify(settings, null, '\t')))],
  ['mutated', (random, settings) => bytes(Buffer.from(mutated(random, JSON.stringify(settings)), 'latin1'))],
  ['bytes', (random) => bytes(Buffer.from(random.bytes(random.between(0, 3_000)), 'latin1'))],
  ['empty', (random) => bytes(Buffer.from(random.pick(['', ' ', '\n', '\0'.repeat(4_096)])))],
  ['nested', (random, settings) => bytes(nested(random, settings))],
  [
    'huge',
    (random, settings) =>
      whole({ ...settings, filler: 'x'.repeat(random.pick([100_000, 3_000_000])) }, false),
  ],
  ['many grants', (random, settings) => manyGrants(random, settings)],
  ['byte order mark', (_random, settings) => marked(settings)],
  ['utf-16', (_random, settings) => bytes(Buffer.from(`\ufeff${JSON.stringify(settings)}`, 'utf16le'))],
  ['version', (random, settings) => otherVersion(random, settings)],
  ['field', (random, settings) => oneField(random, settings)],
  ['fields', (random, settings) => severalFields(random, settings)],
  ['grant', (random, settings) => oneGrant(random, settings)],
  ['prototype', (random, settings) => prototypeKeys(random, settings)],
  ['no object', (random) => bytes(Buffer.from(JSON.stringify(random.pick([null, 1, 'x', [], [1], true]))))],
];

function whole(
  value: Pick<Settings, 'grants'> & { readonly filler?: string },
  good: boolean,
): Omit<LeftFile, 'shape'> {
  return {
    bytes: Buffer.from(JSON.stringify(value, null, '\t')),
    names: value.grants.map(({ name }) => name),
    good,
  };
}

function bytes(content: Buffer | string): Omit<LeftFile, 'shape'> {
  return { bytes: Buffer.from(content), names: [], good: false };
}

function cut(random: Random, text: string): string {
  return text.slice(0, random.below(text.length));
}

/** As Windows' editor saves it: everything else is in order. */
function marked(settings: Settings): Omit<LeftFile, 'shape'> {
  const { bytes: text, names } = whole(settings, false);
  return { bytes: Buffer.concat([Buffer.from('\ufeff'), text]), names, good: false };
}

function nested(random: Random, settings: Settings): string {
  const depth = random.pick([100, 10_000, 200_000]);
  const deep = random.pick([
    `${'['.repeat(depth)}${']'.repeat(depth)}`,
    `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
    '['.repeat(depth),
  ]);
  const field = random.pick([...Object.keys(settings), 'new']);
  return `{"version":${settings.version},${JSON.stringify(field)}:${deep}}`;
}

/** More than the 1,000 that are kept: the first ones are. */
function manyGrants(random: Random, settings: Settings): Omit<LeftFile, 'shape'> {
  const grants = Array.from({ length: random.pick([999, 1_000, 1_001, 1_500]) }, (_, at) =>
    grantRecord(`g${at}`),
  );
  const { bytes: text, names } = whole({ ...settings, grants }, grants.length <= 1_000);
  return { bytes: text, names: names.slice(0, 1_000), good: grants.length <= 1_000 };
}

function otherVersion(random: Random, settings: Settings): Omit<LeftFile, 'shape'> {
  const version = random.pick([
    settings.version + 1,
    99,
    -1,
    1.5,
    '5',
    null,
    1e300,
    0,
    1,
    2,
    3,
    [5],
    {},
  ] as const);
  const value: Record<string, unknown> = { ...settings, version };
  if (random.chance(0.2)) delete value['version'];
  return { ...whole(settings, false), bytes: Buffer.from(JSON.stringify(value)) };
}

function oneField(random: Random, settings: Settings): Omit<LeftFile, 'shape'> {
  const others = Object.keys(settings).filter((name) => name !== 'grants');
  const name = random.pick(others) ?? 'clientId';
  const value = { ...settings, [name]: oddValue(random) };
  return { ...whole(settings, false), bytes: Buffer.from(JSON.stringify(value)) };
}

function severalFields(random: Random, settings: Settings): Omit<LeftFile, 'shape'> {
  let value: unknown = settings;
  for (let times = random.between(1, 4); times > 0; times--) value = fieldChanged(random, value);
  const text = JSON.stringify(value) ?? 'null';
  return bytes(text);
}

/** One record is spoiled, the others must be found again. */
function oneGrant(random: Random, settings: Settings): Omit<LeftFile, 'shape'> {
  if (settings.grants.length === 0) return whole(settings, true);
  const at = random.below(settings.grants.length);
  const spoiled: unknown[] = [...settings.grants];
  spoiled[at] = random.chance(0.3)
    ? oddValue(random)
    : { ...settings.grants[at], scopes: oddValue(random), extra: 1 };
  const names = settings.grants.filter((_, index) => index !== at).map(({ name }) => name);
  return { bytes: Buffer.from(JSON.stringify({ ...settings, grants: spoiled })), names, good: false };
}

function prototypeKeys(random: Random, settings: Settings): Omit<LeftFile, 'shape'> {
  const key = random.pick(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']);
  const value = random.pick(['{"polluted":true}', 'null', '[]', '"x"', '{"grants":[],"version":1}']);
  const text = JSON.stringify(settings);
  const inside = random.chance(0.5);
  const at = inside ? text.indexOf('"notices":{') + '"notices":{'.length : 1;
  const spoiled = `${text.slice(0, at)}${JSON.stringify(key)}:${value},${text.slice(at)}`;
  return { ...whole(settings, false), bytes: Buffer.from(spoiled) };
}
