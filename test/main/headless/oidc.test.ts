import { execFile, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OidcOpened, openHeadlessOidc } from '../../../main/headless/oidc.ts';
import { RecordingLog } from '../../support/agent-parts.ts';
import { ACCESS, rawClient } from '../../support/broker-rig.ts';
import { cliRig, type CliRig } from '../../support/cli-rig.ts';
import { ISSUER, oidcClient, oidcNeighbours, plain } from '../../support/oidc-rig.ts';

describe('an agent without a window that answers clients of oidc-agent', () => {
  let rig: CliRig;
  let socket: string;
  beforeAll(async () => {
    rig = await cliRig({ agentArgs: ['--oidc-agent'] });
    socket = join(dirname(rig.socket), 'oidc.sock');
  }, 60_000);
  afterAll(() => rig.end());

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

describe('its socket, when the broker’s has moved', () => {
  const installed = spawnSync('oidc-token', ['--version']).status === 0;
  let folder: string;
  let broker: string;
  let log: RecordingLog;
  let moved: string[];
  let oidc: OidcOpened;

  const at = (name: string, file = 'oidc.sock') => join(folder, name, 'globus-token', file);
  const check = (path: string) => plain(path, { request: 'check' });
  const start = async () => {
    const { ports } = oidcNeighbours();
    return openHeadlessOidc(true, {
      ...{ ports, issuer: ISSUER, brokerPath: () => broker, log },
      moved: (path) => moved.push(path),
    });
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oidc-'));
    for (const name of ['run', 'tmp']) await mkdir(join(folder, name), { mode: 0o700 });
    broker = at('run', 'broker.sock');
    log = new RecordingLog();
    moved = [];
    oidc = await start();
  });
  afterEach(async () => {
    await oidc.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('[C30] is made anew in a folder that was removed and comes back, for its owner alone', async () => {
    await rm(join(folder, 'run'), { recursive: true });
    await mkdir(join(folder, 'run'), { mode: 0o700 });
    await oidc.look();
    expect(moved).toEqual([at('run')]);
    expect(await check(at('run'))).toMatchObject({ status: 'success' });
    expect(statSync(at('run')).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(at('run'))).mode & 0o777).toBe(0o700);
  });

  it.runIf(installed)('gives the real oidc-token its token there', async () => {
    const ask = () => oidcClient(at('run'), 'oidc-token', 'ada@uni.example', '-s', 'view_flows');
    await rm(join(folder, 'run'), { recursive: true });
    expect((await ask()).code).not.toBe(0);
    await mkdir(join(folder, 'run'), { mode: 0o700 });
    await oidc.look();
    expect(await ask()).toMatchObject({ code: 0, out: `${ACCESS}\n` });
  });

  it('goes with it to another folder and back, and leaves nothing behind', async () => {
    const client = await rawClient(at('run'));
    broker = at('tmp', 'broker.sock');
    await oidc.look();
    expect(await check(at('tmp'))).toMatchObject({ status: 'success' });
    // Who had connected is let go, and the old file is gone.
    await client.closed;
    expect(existsSync(at('run'))).toBe(false);
    broker = at('run', 'broker.sock');
    await oidc.look();
    expect(existsSync(at('tmp'))).toBe(false);
    expect(moved).toEqual([at('tmp'), at('run')]);
    await oidc.close();
    expect(existsSync(at('run'))).toBe(false);
  });

  it('[C30] is not made in a folder that others can change; it says so once, and comes when that is mended', async () => {
    await rm(dirname(at('run')), { recursive: true });
    await chmod(join(folder, 'run'), 0o777);
    await oidc.look();
    await oidc.look();
    expect(moved).toEqual([]);
    expect(log.lines).toEqual([
      {
        level: 'warn',
        fields: { why: expect.stringContaining('can be changed by other users') as string },
        message: 'the oidc-agent socket is gone and cannot be made anew yet',
      },
    ]);
    await chmod(join(folder, 'run'), 0o700);
    await oidc.look();
    expect(await check(at('run'))).toMatchObject({ status: 'success' });
  });

  it('[C30] takes no place that is too long for a socket', async () => {
    broker = at(`tmp/${'x'.repeat(80)}`, 'broker.sock');
    await mkdir(dirname(dirname(broker)));
    await oidc.look();
    expect(log.lines).toMatchObject([{ fields: { why: expect.stringContaining('at most 104') as string } }]);
    expect(await check(at('run'))).toMatchObject({ status: 'success' });
  });

  it('[C30] takes no place where another one answers, and has it once that one has ended', async () => {
    const second = await start();
    expect(second).toMatchObject({ path: null, why: `another broker answers at ${at('run')}` });
    await second.look();
    expect(moved).toEqual([]);
    // Said at its start already.
    expect(log.lines.map(({ level }) => level)).toEqual(['error']);
    await oidc.close();
    await second.look();
    expect(moved).toEqual([at('run')]);
    expect(await check(at('run'))).toMatchObject({ status: 'success' });
    await second.close();
  });
});
