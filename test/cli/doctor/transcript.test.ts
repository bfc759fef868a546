import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PersonRig, personRig } from '../../support/person-rig.ts';

interface Line {
  readonly check: string;
  readonly state: string;
  readonly detail: string;
  readonly next: string | null;
  readonly exit: number | null;
}

describe('globus-token doctor', { timeout: 60_000 }, () => {
  let rig: PersonRig;
  beforeEach(async () => void (rig = await personRig({ isSetUp: false })), 60_000);
  afterEach(() => rig.end());

  /** Where no agent says that this is a demo, the real hosts would be asked. */
  async function offline(env: Record<string, string> = {}): Promise<{ code: number | string; all: Line[] }> {
    return doctor(env, ['--offline']);
  }

  async function doctor(
    env: Record<string, string> = {},
    more: readonly string[] = [],
  ): Promise<{ code: number | string; all: Line[] }> {
    const { code, stdout, stderr } = await rig.detached(['doctor', '--json', ...more], { env });
    expect(stderr).toBe('');
    return { code, all: JSON.parse(stdout) as Line[] };
  }

  it('leads a new server to its first token: each failure has its code and its next step [C48, C49]', async () => {
    const started = performance.now();
    const fresh = await doctor();
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(fresh.code).toBe(10);
    expect(fresh.all.filter(({ state }) => state === 'fail')).toMatchObject([
      { check: 'vault', exit: 10, next: 'Use a passphrase file: globus-token unlock --new' },
      { check: 'client ID', exit: 20, next: 'globus-token login' },
      { check: 'sign-in', exit: 6, next: 'globus-token login' },
    ]);
    await rig.detached(['unlock', '--memory']);
    expect((await doctor()).code).toBe(20);
    await rig.end();
    rig = await personRig();
    await rig.detached(['unlock', '--memory']);
    expect((await doctor()).code).toBe(6);
    await rig.signIn();
    const { code, all } = await doctor();
    expect(code).toBe(0);
    expect(all.filter(({ state }) => state === 'fail' || state === 'warn')).toEqual([]);
    expect(all.find(({ check }) => check === 'network')).toMatchObject({ state: 'skipped' });
    await rig.detached(['lock']);
    expect((await doctor()).code).toBe(4);
  });

  it('says each thing in one line, and below what to do', async () => {
    const { code, stdout } = await rig.detached(['doctor']);
    expect(code).toBe(10);
    expect(stdout).toMatch(/^ok {4}Node\.js {6}\d+\.\d+\.\d+\n/);
    expect(stdout).toMatch(/^FAIL {2}vault {8}there is no keychain: no D-Bus session runs\n {19}→ Use a /m);
    expect(stdout).toMatch(/^- {5}network {6}the agent’s environment is demo/m);
  });

  it('sees what others may read, and changes nothing [C28]', async () => {
    await rig.detached(['unlock', '--new', '--passphrase-fd', '3'], { fd3: 'correct horse' });
    await chmod(join(rig.dataFolder, 'vault.bin'), 0o644);
    const { all } = await doctor();
    expect(all.find(({ check }) => check === 'files')).toMatchObject({
      ...{ state: 'fail', exit: 1, next: `chmod 600 ${join(rig.dataFolder, 'vault.bin')}` },
    });
    expect((await stat(join(rig.dataFolder, 'vault.bin'))).mode & 0o777).toBe(0o644);
  });

  it('ends within 2 s, with the code of no agent, where one hangs or none runs [C49]', async () => {
    rig.agent.signal('SIGSTOP');
    const started = performance.now();
    const stuck = await offline();
    expect(performance.now() - started).toBeLessThan(2_500);
    rig.agent.signal('SIGCONT');
    expect(stuck.code).toBe(3);
    // A machine may be that busy for a moment: nobody is sent to end what works.
    const next = 'Try again; if it stays so, quit the app or end the agent, and start it again';
    expect(stuck.all.filter(({ state }) => state === 'fail')).toMatchObject([
      { check: 'agent', exit: 3, next },
    ]);
    await rig.agent.end();
    expect((await offline()).code).toBe(3);
    const home = await offline({ GLOBUS_TOKEN_SOCK: join(rig.env['HOME'] ?? '', 'broker.sock') });
    expect(home.code).toBe(2);
    expect(home.all.find(({ check }) => check === 'environment')).toMatchObject({ state: 'fail', exit: 2 });
  });
});
