/** Cases of each target when no number is given: about two minutes each on a laptop. */
const DEFAULTS = {
  loopback: 20_000,
  broker: 100_000,
  oidc: 100_000,
  scope: 20_000,
  settings: 6_000,
  vault: 30_000,
  ipc: 12_000,
};

/** @typedef {keyof typeof DEFAULTS} Target */

export const TARGETS = /** @type {Target[]} */ (Object.keys(DEFAULTS));

export const USAGE = `usage: npm run fuzz [-- --target T] [-- --requests N] [-- --seed S] [-- --at INDEX]

Gives generated input to what takes input from outside, and looks at everything that comes of it.

  --target <name>  ${TARGETS.join(', ')} or all (all)
  --requests <n>   how many cases of each (${TARGETS.map((name) => `${name} ${DEFAULTS[name]}`).join(', ')})
  --seed <n>       the same seed makes the same cases (a new one each time)
  --at <index>     plays one case of one target alone, as a violation names it
`;

/**
 * @typedef {{ target: Target, requests: number }} Round
 * @typedef {{ rounds: Round[], seed: number, at: number | null }} FuzzChoice
 *
 * @param {readonly string[]} words
 * @param {number} [seed] when none is given
 * @returns {{ ok: true, choice: FuzzChoice } | { ok: false, message: string }}
 */
export function parseFuzzArguments(words, seed = Date.now() % 2 ** 31) {
  /** @type {{ requests: number | null, seed: number, at: number | null }} */
  const numbers = { requests: null, seed, at: null };
  let targets = TARGETS;
  const rest = words.flatMap((word) => (/^--\w+=/.test(word) ? word.split(/=(.*)/s).slice(0, 2) : [word]));
  for (let index = 0; index < rest.length; index += 2) {
    const name = rest[index] ?? '';
    const value = rest[index + 1] ?? '';
    if (name === '--target') {
      targets = value === 'all' ? TARGETS : TARGETS.filter((target) => target === value);
      if (targets.length === 0) return no(`--target takes ${TARGETS.join(', ')} or all`);
    } else if (name === '--requests' || name === '--seed' || name === '--at') {
      if (!/^\d{1,10}$/.test(value)) return no(`${name} takes a whole number`);
      numbers[/** @type {'requests' | 'seed' | 'at'} */ (name.slice(2))] = Number(value);
    } else {
      return no(`unknown argument ${JSON.stringify(name)}`);
    }
  }
  if (numbers.at !== null && targets.length > 1) return no('--at needs a --target');
  const rounds = targets.map((target) => ({ target, requests: numbers.requests ?? DEFAULTS[target] }));
  return { ok: true, choice: { rounds, seed: numbers.seed, at: numbers.at } };
}

/** @param {string} message @returns {{ ok: false, message: string }} */
function no(message) {
  return { ok: false, message };
}

/**
 * What came back, by kind; what did not hold; the verdict as the last line.
 *
 * @param {import('../test/fuzz/run.ts').FuzzResult} result
 * @param {{ target: Target, seed: number }} round
 * @param {string} seconds
 * @returns {string}
 */
export function summary({ played, violations, answers, shapes, heap }, { target, seed }, seconds) {
  const replay = `node scripts/fuzz.mjs --target ${target} --seed ${seed} --at <index>`;
  return [
    'answers',
    ...table(answers),
    'generated',
    ...table(shapes),
    `heap ${heap.early} MB early, ${heap.late} MB at the end; ${seconds} s`,
    ...violations.map((violation) => `violation: ${violation}`),
    ...(violations.length === 0 ? [] : [`replay: ${replay}`]),
    `fuzz ${target}: ${played} cases, ${violations.length} violations (seed ${seed})`,
    '',
  ].join('\n');
}

/** @param {ReadonlyMap<string, number>} counts @returns {string[]} */
function table(counts) {
  return [...counts]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([what, count]) => `  ${what.padEnd(60)} ${String(count).padStart(8)}`);
}
