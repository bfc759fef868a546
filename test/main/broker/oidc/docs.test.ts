import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { REASONS } from '../../../../main/broker/contract.ts';
import { failure } from '../../../../main/broker/oidc/answers.ts';
import { ACCESS } from '../../../support/broker-rig.ts';
import { oidcRig } from '../../../support/oidc-rig.ts';

const text = readFileSync(new URL('../../../../docs/oidc-agent.md', import.meta.url), 'utf8');
const installed = spawnSync('oidc-token', ['--version']).status === 0;

it.runIf(installed)('runs the examples of docs/oidc-agent.md as they stand', async () => {
  const rig = await oidcRig();
  const script = /```sh\n([^]*?)```/.exec(text)?.[1] ?? '';
  const env = { ...process.env, OIDC_SOCK: rig.path };
  const { stdout } = await promisify(execFile)('sh', ['-euc', script], { env });
  expect(stdout.match(new RegExp(ACCESS, 'g'))).toHaveLength(2);
  expect(stdout).toContain('1900000000\n');
  expect(stdout).toContain('ada@uni.example');
  await rig.close();
});

it('never sends a client of this protocol to the routes of the other socket', () => {
  for (const reason of Object.keys(REASONS) as (keyof typeof REASONS)[]) {
    // Only HTTP has these three.
    if (['not-found', 'method-not-allowed', 'foreign-origin'].includes(reason)) continue;
    expect(failure(reason)).not.toMatch(/\/v1\/|interactive=|min_ttl/);
  }
});
