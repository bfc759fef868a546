import { parseDuration } from './duration.ts';
import { Failure } from './failure.ts';
import type { Context, Input, OptionSpec } from './types.ts';

/** Of every command that a person may be asked for. */
export const WAIT_OPTION: OptionSpec = {
  type: 'string',
  value: '<duration>',
  help: 'give a person so long to answer: 30s, 2m; 0: ask nobody, only rules decide',
  completes: 'none',
};

/**
 * The broker's `wait`: how many seconds a person may take. Without a terminal nobody is there to be asked, so it
 * is 0 unless `--wait` or GLOBUS_TOKEN_WAIT say otherwise; with one, as long as the agent gives (CHECKLIST 49).
 *
 * @throws Failure `usage`
 */
export function waitSeconds(
  context: Pick<Context, 'env' | 'person'>,
  options: Input['options'],
): number | undefined {
  const given = options['wait'];
  const set = context.env['GLOBUS_TOKEN_WAIT'] ?? '';
  if (typeof given === 'string') return durationOption('--wait', given);
  if (set !== '') return durationOption('GLOBUS_TOKEN_WAIT', set);
  return context.person() === null ? 0 : undefined;
}

/** @throws Failure `usage` */
export function durationOption(name: string, value: string): number {
  const seconds = parseDuration(value);
  if (seconds !== null) return seconds;
  throw new Failure(
    'usage',
    `${name} takes a duration, not ${JSON.stringify(value)}.`,
    'Write 90s, 30m, 72h or 7d',
  );
}
