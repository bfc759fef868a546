import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliRig, type CliRig } from '../../support/cli-rig.ts';

let rig: CliRig;
let socket: string;
beforeAll(async () => {
  rig = await cliRig({ agentArgs: ['--oidc-agent'] });
  socket = join(dirname(rig.socket), 'oidc.sock');
}, 60_000);
afterAll(() => rig.end());

describe('an agent without a window that answers clients of oidc-agent', () => {
  it('says where, on a socket for its owner alone', () => {
    expect(rig.agent.said()).toContain(`OIDC_SOCK=${socket}`);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
  });

  it('[C51] gives the real oidc-token what its policy allows', async () => {
    const { stdout } = await promisify(execFile)(
      rig.caller,
      ['oidc-token', 'ada@uni.example', '-s', 'view_flows'],
      {
        env: { ...rig.env, OIDC_SOCK: socket },
      },
    );
    expect(rig.sandbox.issued).toContain(stdout.trim());
  });

  it('closes it at the end', async () => {
    const other = await cliRig({ signedIn: false, agentArgs: ['--oidc-agent'] });
    const path = join(dirname(other.socket), 'oidc.sock');
    expect(existsSync(path)).toBe(true);
    other.agent.signal('SIGTERM');
    expect(await other.agent.ended).toBe(0);
    expect(existsSync(path)).toBe(false);
    await other.end();
  });
});
