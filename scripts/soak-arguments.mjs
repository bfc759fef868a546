export const USAGE = `usage: npm run soak [-- --hours N] [-- --every MINUTES] [-- --seed S] [-- --vault passphrase|memory]

Lets an agent live through simulated hours, with callers, renewals, locks and failures, and watches what it keeps.

  --hours <n>     simulated hours (24)
  --every <n>     simulated minutes between two measurements (60)
  --seed <n>      the same seed makes the same day (1)
  --vault <name>  where the refresh tokens are: passphrase or memory (passphrase)
`;

/**
 * @typedef {{ hours: number, every: number, seed: number, vault: 'passphrase' | 'memory' }} SoakChoice
 *
 * @param {readonly string[]} words
 * @returns {{ ok: true, choice: SoakChoice } | { ok: false, message: string }}
 */
export function parseSoakArguments(words) {
  /** @type {SoakChoice} */
  const choice = { hours: 24, every: 60, seed: 1, vault: 'passphrase' };
  const rest = words.flatMap((word) => (/^--\w+=/.test(word) ? word.split(/=(.*)/s).slice(0, 2) : [word]));
  for (let index = 0; index < rest.length; index += 2) {
    const name = rest[index] ?? '';
    const value = rest[index + 1] ?? '';
    if (name === '--vault') {
      if (value !== 'passphrase' && value !== 'memory')
        return { ok: false, message: '--vault takes passphrase or memory' };
      choice.vault = value;
    } else if (name === '--hours') {
      if (!/^\d{1,5}(?:\.\d)?$/.test(value) || Number(value) === 0)
        return { ok: false, message: '--hours takes a number above 0' };
      choice.hours = Number(value);
    } else if (name === '--every' || name === '--seed') {
      if (!/^[1-9]\d{0,8}$/.test(value))
        return { ok: false, message: `${name} takes a whole number above 0` };
      choice[/** @type {'every' | 'seed'} */ (name.slice(2))] = Number(value);
    } else {
      return { ok: false, message: `unknown argument ${JSON.stringify(name)}` };
    }
  }
  return { ok: true, choice };
}
