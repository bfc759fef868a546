export const USAGE = `usage: npm run fuzz [-- --requests N] [-- --seed S] [-- --only broker|oidc] [-- --at INDEX]

Sends generated requests to the broker's and the oidc-agent socket and looks at every byte that comes back.

  --requests <n>  how many (200000)
  --seed <n>      the same seed makes the same requests (a new one each time)
  --only <door>   one of the two sockets
  --at <index>    plays one request alone, as a violation names it
`;

/**
 * @typedef {{ requests: number, seed: number, only: 'broker' | 'oidc' | null, at: number | null }} FuzzChoice
 *
 * @param {readonly string[]} words
 * @param {number} [seed] when none is given
 * @returns {{ ok: true, choice: FuzzChoice } | { ok: false, message: string }}
 */
export function parseFuzzArguments(words, seed = Date.now() % 2 ** 31) {
  /** @type {FuzzChoice} */
  const choice = { requests: 200_000, seed, only: null, at: null };
  const rest = words.flatMap((word) => (/^--\w+=/.test(word) ? word.split(/=(.*)/s).slice(0, 2) : [word]));
  for (let index = 0; index < rest.length; index += 2) {
    const name = rest[index] ?? '';
    const value = rest[index + 1] ?? '';
    if (name === '--only') {
      if (value !== 'broker' && value !== 'oidc')
        return { ok: false, message: '--only takes broker or oidc' };
      choice.only = value;
    } else if (name === '--requests' || name === '--seed' || name === '--at') {
      if (!/^\d{1,10}$/.test(value)) return { ok: false, message: `${name} takes a whole number` };
      choice[/** @type {'requests' | 'seed' | 'at'} */ (name.slice(2))] = Number(value);
    } else {
      return { ok: false, message: `unknown argument ${JSON.stringify(name)}` };
    }
  }
  return { ok: true, choice };
}

/**
 * What came back, by kind; what did not hold; the verdict as the last line.
 *
 * @param {import('../test/fuzz/run.ts').FuzzResult} result
 * @param {Pick<FuzzChoice, 'seed' | 'only'>} choice
 * @param {string} seconds
 * @returns {string}
 */
export function summary({ played, violations, answers, shapes, heap }, { seed, only }, seconds) {
  const replay = `node scripts/fuzz.mjs --seed ${seed}${only === null ? '' : ` --only ${only}`} --at <index>`;
  return [
    'answers',
    ...table(answers),
    'generated',
    ...table(shapes),
    `heap ${heap.early} MB early, ${heap.late} MB at the end; ${seconds} s`,
    ...violations.map((violation) => `violation: ${violation}`),
    ...(violations.length === 0 ? [] : [`replay: ${replay}`]),
    `fuzz: ${played} requests, ${violations.length} violations (seed ${seed})`,
    '',
  ].join('\n');
}

/** @param {ReadonlyMap<string, number>} counts @returns {string[]} */
function table(counts) {
  return [...counts]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([what, count]) => `  ${what.padEnd(40)} ${String(count).padStart(8)}`);
}
