export const USAGE = `usage: npm run kills [-- --kills N] [-- --seed S] [-- --keyring PERCENT]

Kills the agent without a window at random points of its work and looks at what the next one finds.

  --kills <n>          how many (500)
  --seed <n>           the same seed draws the same points (a new one each time)
  --keyring <percent>  how many of them with a real keyring instead of a passphrase file (20)
`;

/**
 * @typedef {{ kills: number, seed: number, keyring: number }} KillsChoice `keyring` from 0 to 1.
 *
 * @param {readonly string[]} words
 * @param {number} [seed] when none is given
 * @returns {{ ok: true, choice: KillsChoice } | { ok: false, message: string }}
 */
export function parseKillsArguments(words, seed = Date.now() % 2 ** 31) {
  /** @type {KillsChoice} */
  const choice = { kills: 500, seed, keyring: 0.2 };
  const rest = words.flatMap((word) => (/^--\w+=/.test(word) ? word.split(/=(.*)/s).slice(0, 2) : [word]));
  for (let index = 0; index < rest.length; index += 2) {
    const name = rest[index] ?? '';
    const value = rest[index + 1] ?? '';
    if (!['--kills', '--seed', '--keyring'].includes(name)) {
      return { ok: false, message: `unknown argument ${JSON.stringify(name)}` };
    }
    if (!/^\d{1,10}$/.test(value)) return { ok: false, message: `${name} takes a whole number` };
    if (name === '--kills') choice.kills = Number(value);
    else if (name === '--seed') choice.seed = Number(value);
    else if (Number(value) > 100) return { ok: false, message: '--keyring takes 0 to 100' };
    else choice.keyring = Number(value) / 100;
  }
  return { ok: true, choice };
}

/**
 * Where the kills fell, what they left, what did not hold; the verdict as the last line.
 *
 * @param {import('../test/kills/run.ts').KillsResult} result
 * @param {KillsChoice} choice
 * @param {string} seconds
 * @returns {string}
 */
export function summary(result, { seed }, seconds) {
  const { kills, violations, points, halfWritten, lostWithTheirAnswer, recovery } = result;
  return [
    `${'killed at'.padEnd(42)}${'kills'.padStart(6)}${'in the midst'.padStart(14)}`,
    ...[...points]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, count]) => {
        return `  ${name.padEnd(40)}${String(count.kills).padStart(6)}${String(count.midst).padStart(14)}`;
      }),
    `half-written files after ${halfWritten} kills, none after the next start`,
    `sign-ins that died with the answer of a rotation: ${lostWithTheirAnswer}`,
    `from the next start to its tokens ${recovery} ms in the middle; ${seconds} s in all`,
    ...violations.map((violation) => `violation: ${violation}`),
    `kills: ${kills}, ${violations.length} violations (seed ${seed})`,
    '',
  ].join('\n');
}
