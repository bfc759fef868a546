import type { ExitName } from '../exit-codes.ts';
import { type Check, type DoctorParts, fail, type Finding } from './types.ts';

/** No single check may take longer; together they take as long as the slowest. Milliseconds. */
const LIMIT_MS = 1_500;

export interface Report extends Finding {
  readonly check: string;
}

/** Every check at once; none of them throws, and none keeps the others waiting. */
export async function examine(
  checks: readonly Check[],
  parts: DoctorParts,
  limit = LIMIT_MS,
): Promise<Report[]> {
  const all = await Promise.all(
    checks.map(async (check) =>
      (await limited(check, parts, limit)).map((finding) => ({ check: check.name, ...finding })),
    ),
  );
  return all.flat();
}

/** The exit code of the first failure. */
export function verdict(reports: readonly Report[]): ExitName {
  return reports.find(({ state }) => state === 'fail')?.exit ?? 'ok';
}

async function limited(check: Check, parts: DoctorParts, limit: number): Promise<readonly Finding[]> {
  const over = new AbortController();
  let stop: () => void = () => undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    const timer = setTimeout(() => {
      over.abort();
      resolve([
        fail(check.exit, `no answer within ${limit / 1_000} s`, 'Try again; if it stays so, restart it'),
      ]);
    }, limit);
    stop = () => clearTimeout(timer);
  });
  try {
    return await Promise.race([check.run(parts, over.signal).catch(unexpected), late]);
  } finally {
    stop();
  }
}

/** The kind alone is shown: a message may quote what it failed on. */
function unexpected(error: unknown): readonly Finding[] {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  const kind = code ?? (error instanceof Error ? error.name : 'Error');
  return [fail('failed', `could not be checked (${kind})`, null)];
}
