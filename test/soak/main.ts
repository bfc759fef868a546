import type { SoakChoice } from '../../scripts/soak-arguments.mjs';
import { runSoak } from './run.ts';
import { row, sentence } from './verdict.ts';

/** What `npm run soak` starts, as a bundle: a small process, in which little else is kept. */
process.exit(await main(JSON.parse(process.argv[2] ?? '{}') as SoakChoice));

/** @returns 1 when something grows */
async function main(choice: SoakChoice): Promise<number> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const { hours, seed, vault } = choice;
  const start = performance.now();
  say(`soak: ${hours} simulated hours, seed ${seed}, ${vault} vault`);
  say(row(null));
  const result = await runSoak({ ...choice, sampled: (sample) => say(row(sample)) });
  const counts = [...result.counts].sort(([one], [other]) => one.localeCompare(other));
  say(`what happened: ${counts.map(([what, count]) => `${what} ${count}`).join(', ')}`);
  for (const finding of result.findings ?? []) say(sentence(finding));
  const growing = (result.findings ?? []).filter(({ grows }) => grows).map(({ series }) => series);
  const verdict =
    result.findings === null
      ? 'too short to say'
      : growing.length === 0
        ? 'nothing grows'
        : `${growing.join(', ')}: growing`;
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  say(
    `soak: ${hours} hours in ${seconds} s, ${result.tokens} tokens from the fake Globus: ${verdict} (seed ${seed})`,
  );
  return growing.length === 0 ? 0 : 1;
}
