import type { Random } from './random.ts';

/** A value that JSON can carry and hardly any field expects. */
export function oddValue(random: Random): unknown {
  return random.pick(ODD)(random);
}

const ODD: readonly [(random: Random) => unknown, ...((random: Random) => unknown)[]] = [
  () => null,
  (random) => random.chance(0.5),
  (random) => random.pick([0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 8_640_000_000_000_001]),
  (random) =>
    random.pick(['', ' ', '\0', '__proto__', '../..', '\ud800', '\u202e', 'null', '[object Object]']),
  (random) => random.bytes(random.between(1, 60)),
  (random) => random.pick(['a', 'é', '[', '*']).repeat(random.pick([100, 4_001, 70_000])),
  () => [],
  () => ({}),
  (random) => random.list(0, 5, () => random.pick([1, 'x', null, true])),
  (random) => ({ [random.pick(['a', '__proto__', 'constructor', 'ok', 'length'])]: random.below(9) }),
  (random) => Array.from({ length: random.pick([10, 1_001, 20_000]) }, () => 'x'),
  (random) => deep(random.pick([5, 500])),
];

/** The value with one thing in it changed, taken out, put in or doubled, at any depth. */
export function fieldChanged(random: Random, value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value as unknown[];
    if (list.length === 0 || random.chance(0.3)) return [...list, oddValue(random)];
    const at = random.below(list.length);
    if (random.chance(0.2)) return list.filter((_, index) => index !== at);
    return list.map((one, index) => (index === at ? fieldChanged(random, one) : one));
  }
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return oddValue(random);
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const chosen = entries[at];
  if (chosen === undefined) return { ...value, [random.pick(NAMES)]: oddValue(random) };
  const rest = entries.filter((_, index) => index !== at);
  if (random.chance(0.15)) return Object.fromEntries(rest);
  return Object.fromEntries([...rest, [chosen[0], fieldChanged(random, chosen[1])]]);
}

const NAMES = ['__proto__', 'constructor', 'toString', 'extra', '', 'token', 'ok', '0'] as const;

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
