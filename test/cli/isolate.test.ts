import { afterAll, beforeAll, expect, it } from 'vitest';
import { approveInProcess } from '../sandbox/visitor.ts';
import { cliRig, type CliRig } from '../support/cli-rig.ts';

let rig: CliRig;
beforeAll(async () => (rig = await cliRig()), 60_000);
afterAll(() => rig.end());

async function scopesOf(name: string): Promise<number> {
  const { stdout } = await rig.run(['get', name, '--json']);
  return (JSON.parse(stdout) as { scopes: string[] }).scopes.length;
}

it('a sign-in with --isolate gives the scope a token that can do nothing else', async () => {
  expect(await scopesOf('view_flows')).toBeGreaterThan(1);
  const { code } = await rig.run(['login', '--no-browser', '--isolate', 'view_flows'], {
    tty: [
      {
        sees: /authorize\?\S+\s[\s\S]*Code:/,
        types: async (screen) => {
          const link = /https?:\/\/\S+\/authorize\?\S+/.exec(screen)?.[0] ?? '';
          return `${await approveInProcess(link, { username: 'ada@uni.example' })}\r`;
        },
      },
    ],
  });
  expect(code).toBe(0);
  expect(await scopesOf('view_flows')).toBe(1);
  // The others are served as before.
  expect(await scopesOf('run')).toBeGreaterThan(1);
});
