import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** `npm run soak` lives through 24 hours. */
it('[C57] an agent with 10 accounts, 500 scopes and 50 flows keeps nothing of half an hour of callers, locks and failures', async () => {
  const { code, out } = await soak('--hours', '0.5', '--every', '3', '--seed', '2');
  expect(out).toMatch(/: nothing grows \(seed 2\)$/);
  expect(code).toBe(0);
  // It was no quiet time.
  const happened = /what happened: (.*)/.exec(out)?.[1] ?? '';
  for (const what of ['200 ', 'oidc token ', '403 ', 'left ', 'stalled ', 'lock ', 'fault ', 'signed in ']) {
    expect(happened).toContain(what);
  }
}, 120_000);

function soak(...words: string[]): Promise<{ code: number | string; out: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/soak.mjs', ...words], { cwd: ROOT }, (error, stdout) => {
      resolve({ code: error?.code ?? 0, out: stdout.trimEnd() });
    });
  });
}
