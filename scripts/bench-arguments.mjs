/** What can be measured; `list` prints the keys without measuring. */
export const SUITES = /** @type {const} */ (['desktop', 'broker', 'ui', 'cli']);

export const USAGE = `usage: npm run bench [-- --json] [-- --only ${SUITES.join('|')}|list]

Measures this app beside bare programs of its kind, in one run.

  --json         one JSON object on stdout
  --only <what>  one part; list prints the keys
`;

/**
 * @typedef {{ json: boolean, only: typeof SUITES[number] | 'list' | 'all' }} BenchChoice
 *
 * @param {readonly string[]} words
 * @returns {{ ok: true, choice: BenchChoice } | { ok: false, message: string }}
 */
export function parseBenchArguments(words) {
  const rest = words.filter((word) => word !== '--json');
  const json = rest.length < words.length;
  const [flag, ...more] = rest;
  if (flag === undefined) return { ok: true, choice: { json, only: 'all' } };
  const [what, ...beyond] = flag.startsWith('--only=') ? [flag.slice('--only='.length), ...more] : more;
  if (!flag.startsWith('--only') || beyond.length > 0) {
    return { ok: false, message: `unknown argument ${JSON.stringify(beyond[0] ?? flag)}` };
  }
  const only = [...SUITES, /** @type {const} */ ('list')].find((name) => name === what);
  if (only === undefined) {
    return { ok: false, message: `nothing to measure is called ${JSON.stringify(what ?? '')} yet` };
  }
  return { ok: true, choice: { json, only } };
}

/**
 * For people: one line per key.
 *
 * @param {Record<string, import('../test/bench/statistics.ts').Measurement>} results
 * @returns {string}
 */
export function table(results) {
  return Object.entries(results)
    .map(([key, { value, unit, floor, ratio, bound, budget, ok, beside }]) =>
      [
        key.padEnd(24),
        `${value} ${unit}`.padStart(14),
        `floor ${floor} ${unit}`.padStart(20),
        `ratio ${ratio}`.padStart(13),
        `${bound} ${budget}`.padStart(15),
        ok ? '  ok' : '  OVER',
        (beside ?? []).map(({ name, value: other }) => `  (${name}: ${other} ${unit})`).join(''),
      ].join(''),
    )
    .join('\n');
}
