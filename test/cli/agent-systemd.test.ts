import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NODE_FLAGS } from '../../cli/agent/node-flags.ts';
import { build } from '../../scripts/build.mjs';
import { DEMO_CLIENT_ID, startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { approveInProcess } from '../sandbox/visitor.ts';
import { keepInMemory } from '../support/cli-backend.ts';
import { type HeadlessAgent, startHeadless, writePolicy } from '../support/headless.ts';
import { type Installed, installForAll } from '../support/installed.ts';
import { giveTo, ordinaryUser } from '../support/ordinary-user.ts';
import { until } from '../support/processes.ts';
import { scopeOf } from '../support/sandbox-agent.ts';
import { HAS_SYSTEMD, type UserManager, userManager } from '../support/user-manager.ts';

const SERVICE = 'globus-token-agent.service';
const SOCKET = 'globus-token-agent.socket';
const PROBE = join(import.meta.dirname, '..', 'support', 'rights-probe.py');
const DOCS = join(import.meta.dirname, '..', '..', 'docs', 'headless.md');
const user = ordinaryUser();

describe.runIf(HAS_SYSTEMD)('the agent of a real systemd', { timeout: 60_000 }, () => {
  let place: string;
  let installed: Installed;
  let folder: string;
  let home: string;
  let env: Record<string, string>;
  let manager: UserManager;
  let sandbox: Sandbox | null = null;
  let own: HeadlessAgent | null = null;

  beforeAll(async () => {
    await build({ only: ['cli', 'headless'] });
    place = await mkdtemp(join(tmpdir(), 'installed-'));
    await chmod(place, 0o755);
    installed = await installForAll(join(place, 'app'));
  }, 60_000);
  afterAll(() => rm(place, { recursive: true, force: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'systemd-'));
    await chmod(folder, 0o755);
    home = join(folder, 'home');
    for (const name of ['home', 'run']) await mkdir(join(folder, name), { mode: 0o700 });
    for (const name of ['home', 'run']) await giveTo(user, join(folder, name));
    env = {
      PATH: `${dirname(installed.node)}:/usr/bin:/bin`,
      HOME: home,
      XDG_RUNTIME_DIR: join(folder, 'run'),
      LC_ALL: 'C.UTF-8',
      GLOBUS_TOKEN_PATIENCE: '20s',
    };
    // Whatever is called by root itself has no name for an agent of somebody else.
    await writeFile(join(folder, 'script.sh'), '#!/bin/sh\n"$@"\nexit $?\n', { mode: 0o755 });
    manager = await userManager({ folder, env, user });
  });
  afterEach(async () => {
    await own?.end();
    await manager.end();
    await sandbox?.close();
    own = sandbox = null;
    await rm(folder, { recursive: true, force: true });
  });

  const units = (...names: string[]) => join(home, '.config', 'systemd', 'user', ...names);
  const socketPath = () => join(folder, 'run', 'globus-token', 'broker.sock');
  const inScript = (...words: string[]) => manager.run(join(folder, 'script.sh'), ...words);
  const cli = (...words: string[]) => inScript(installed.node, installed.cli, ...words);
  const property = (name: string, unit = SERVICE) => manager.systemctl('show', '-P', name, unit);
  const state = (unit: string) => property('ActiveState', unit);

  /** Installed and put into effect as a person does it: by the command that the CLI prints. */
  async function install(...options: string[]): Promise<void> {
    const { code, stdout } = await cli('agent', '--install', ...options);
    expect(code).toBe(0);
    expect(await manager.run('sh', '-c', stdout)).toMatchObject({ code: 0 });
  }

  /** What `systemctl --user edit` writes. */
  async function edit(unit: string, text: string): Promise<void> {
    await mkdir(units(`${unit}.d`), { recursive: true });
    await writeFile(units(`${unit}.d`, 'override.conf'), text);
    await giveTo(user, units());
    await manager.systemctl('daemon-reload');
  }

  /** Something else in the agent's place, with all that its unit says besides. */
  const editStart = (...words: string[]) => {
    const all = words[0] === installed.agent ? [installed.node, ...NODE_FLAGS, ...words] : words;
    return edit(SERVICE, `[Service]\nExecStart=\nExecStart=${all.join(' ')}\n`);
  };

  /** What the broker says, to curl. @param body null: it is only asked */
  async function asked(
    path: string,
    route: string,
    body: object | null = null,
  ): Promise<Record<string, unknown>> {
    const post = ['-H', 'Content-Type: application/json', '-d', JSON.stringify(body)];
    const words = ['-q', '-sS', '-m', '20', '--unix-socket', path, ...(body === null ? [] : post)];
    const { code, stdout, stderr } = await inScript('curl', ...words, `http://localhost${route}`);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** Who answers, as a script asks. */
  const answering = () => asked(socketPath(), '/v1/status');

  it('has units that systemd finds nothing wrong with', async () => {
    await install('--lock-after=8h', `--data-folder=${join(home, 'my 100% "data" $HOME')}`);
    const verified = await manager.run('systemd-analyze', '--user', 'verify', units(SERVICE), units(SOCKET));
    // No system bus runs here, which systemd 255 (Ubuntu 24.04) says whatever the units are.
    const stderr = verified.stderr.replace(/^Failed to connect to system bus: .*\n/, '');
    expect({ ...verified, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await answering()).toMatchObject({ data_folder: join(home, 'my 100% "data" $HOME') });
  });

  it('is not in effect before the command that --install prints, and doctor says which that is', async () => {
    const { stdout } = await cli('agent', '--install');
    const doctor = async () => (await cli('doctor', '--offline')).stdout;
    expect(await doctor()).toContain(
      `${SOCKET} is written and not in effect\n                   → ${stdout}`,
    );
    expect(await manager.run('sh', '-c', stdout)).toMatchObject({ code: 0 });
    expect(await doctor()).toContain(`ok    autostart    ${units(SERVICE)}, ${units(SOCKET)}\n`);
  });

  it('[C30] starts with the first script that asks, behind a socket for its owner alone', async () => {
    await install();
    expect([await state(SOCKET), await state(SERVICE)]).toEqual(['active', 'inactive']);
    expect((await stat(socketPath())).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(socketPath()))).mode & 0o777).toBe(0o700);
    const { pid } = await answering();
    expect(String(pid)).toBe(await property('MainPID'));
    expect(JSON.parse((await cli('status', '--json')).stdout)).toMatchObject({ pid, socket: socketPath() });
  });

  it('[C31] knows who calls in spite of all that it gave up: a script of the policy gets a token', async () => {
    sandbox = await startSandbox();
    const path = join(folder, 'run', 'globus-token-demo', 'broker.sock');
    const data = join(home, '.config', 'globus-token-tray-demo');
    const script = join(home, 'job.sh');
    await writeFile(script, `#!/bin/sh\n"$1" get view_flows\n`, { mode: 0o755 });
    await writePolicy(join(data, 'policy.json'), [
      { program: '/bin/sh', script, scope: scopeOf('view_flows'), account: 'ada@uni.example' },
    ]);
    await keepInMemory(data);
    await giveTo(user, home);
    await install();
    await manager.systemctl('stop', SOCKET);
    await edit(SOCKET, `[Socket]\nListenStream=\nListenStream=${path}\n`);
    await editStart(installed.agent, `--demo=${sandbox.auth.port},${sandbox.flows.port},${DEMO_CLIENT_ID}`);
    await manager.systemctl('start', SOCKET);
    const { link } = await asked(path, '/v1/login', { way: 'paste' });
    const code = await approveInProcess(String(link), { username: 'ada@uni.example' });
    expect(await asked(path, '/v1/login/code', { code })).toMatchObject({ phase: 'done' });
    const get = (...words: string[]) => manager.run('env', `GLOBUS_TOKEN_SOCK=${path}`, ...words);
    const got = await get(script, installed.launcher);
    expect(got).toMatchObject({ code: 0, stderr: '' });
    expect(got.stdout.trim().length).toBeGreaterThan(20);
    expect(await get(installed.launcher, 'get', 'view_flows')).toMatchObject({ code: 5, stdout: '' });
  });

  it('gives up what its unit says, as a program in its place finds', async () => {
    const result = (name: string) => join(home, name);
    await install();
    const probe = join(folder, 'probe.py');
    await copyFile(PROBE, probe);
    await editStart('/usr/bin/python3', probe, result('in-unit'));
    await manager.systemctl('start', SERVICE);
    const read = (name: string) =>
      until('what the probe found', () =>
        readFile(result(name), 'utf8').then(
          (text) => JSON.parse(text) as unknown,
          () => undefined,
        ),
      );
    expect(await read('in-unit')).toEqual({
      ...{ namespace: 'EPERM', personality: 'EPERM', debugging: 'EPERM', 'setuid file': 'EPERM' },
      ...{ owner: 'EPERM', priority: 'EPERM', 'kernel keyring': 'EPERM' },
      ...{ netlink: 'EAFNOSUPPORT', 'local socket': 'done', internet: 'done', 'machine code': 'done' },
      ...{ 'new rights': 'never', umask: '0o77', core: 0, files: 8_192 },
    });
    await manager.run('/usr/bin/python3', probe, result('outside'));
    expect(await read('outside')).toMatchObject({
      ...{
        namespace: 'done',
        personality: 'done',
        debugging: 'done',
        owner: 'done',
        priority: 'done',
        'kernel keyring': 'done',
        'setuid file': 'done',
        netlink: 'done',
      },
      'new rights': 'possible',
    });
  });

  it('[C20] that was killed is started again before the next command gives up', async () => {
    await install();
    const { pid: first } = await answering();
    const { ino } = await stat(socketPath());
    await manager.run('kill', '-9', String(first));
    // Shorter than what the other tests give a busy machine, so that a wait of systemd's ends it.
    const patient = ['env', 'GLOBUS_TOKEN_PATIENCE=5s', installed.node, installed.cli];
    const ran = await inScript(...patient, 'status', '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect((JSON.parse(ran.stdout) as { pid: number }).pid).not.toBe(first);
    expect((await stat(socketPath())).ino).toBe(ino);
    expect(await property('NRestarts')).toBe('1');
  });

  it('ends for --stop, which says that the next script starts another', async () => {
    await install();
    const { pid: first } = await answering();
    const { code, stderr } = await cli('agent', '--stop');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        `The agent (pid ${String(first)}) has ended. Sign-ins are kept where they were.\n` +
        `systemd starts another for the next command. To have none: systemctl --user stop ${SOCKET}\n`,
    });
    expect([await state(SOCKET), await state(SERVICE)]).toEqual(['active', 'inactive']);
    expect((await answering())['pid']).not.toBe(first);
  });

  it.each([
    ['an option that it does not know', '--nonsense'],
    ['a data folder that it cannot use', '--data-folder=/etc/hostname/data'],
  ])('sends away who asks when its unit has %s, and serves when that is mended', async (_, option) => {
    await install();
    await editStart(installed.agent, option);
    for (let time = 0; time < 2; time += 1) {
      expect(await cli('status')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('it ended while it answered') as string,
      });
      await until('the end of that agent', async () => {
        const ended = [await state(SERVICE), await property('ExecMainStatus')];
        return ended.join() === 'failed,2' || undefined;
      });
    }
    expect(await property('NRestarts')).toBe('0');
    expect(await state(SOCKET)).toBe('active');
    // Doctor itself has had an agent started, which may take its time to end.
    await until('a doctor who knows how it ended', async () => {
      const { stdout } = await cli('doctor', '--offline');
      const says = 'of systemd: the agent ended with exit code 2 when it was started last';
      return stdout.includes(`warn  autostart    ${says}\n`) || undefined;
    });
    await rm(units(`${SERVICE}.d`), { recursive: true });
    expect((await cli('doctor', '--offline')).stdout).toContain('→ systemctl --user daemon-reload\n');
    await manager.systemctl('daemon-reload');
    expect(await answering()).toMatchObject({ kind: 'headless' });
  });

  it('is given up when it ends again and again; doctor says so, and its command brings it back', async () => {
    await install();
    await edit(SERVICE, '[Service]\nExecStart=\nExecStart=/bin/sh -c "exit 1"\n');
    await cli('status');
    await until('a socket that is given up', async () => (await state(SOCKET)) === 'failed' || undefined);
    const { code, stdout } = await cli('doctor', '--offline');
    expect(code).toBe(3);
    expect(stdout).toContain(
      'FAIL  autostart    systemd gave up (service-start-limit-hit): the agent ended with exit code 1',
    );
    await rm(units(`${SERVICE}.d`), { recursive: true });
    await manager.systemctl('daemon-reload');
    const [, again = ''] = /; then: (.*)/.exec(stdout) ?? [];
    expect(await manager.run('sh', '-c', again)).toMatchObject({ code: 0 });
    expect(await answering()).toMatchObject({ kind: 'headless' });
  });

  it('[C56] gives way to an agent that somebody starts, and systemd has its socket back after that', async () => {
    await install();
    const { ino } = await stat(socketPath());
    own = startHeadless(env, [], installed.node, user, installed.agent);
    await own.listens;
    expect(await answering()).toMatchObject({ pid: own.pid });
    expect((await stat(socketPath())).ino).not.toBe(ino);
    own.signal('SIGTERM');
    expect(await own.ended).toBe(0);
    expect((await stat(socketPath())).ino).toBe(ino);
    expect(String((await answering())['pid'])).toBe(await property('MainPID'));
  });

  it('stopped meanwhile, its units leave the socket of such an agent alone', async () => {
    await install();
    own = startHeadless(env, [], installed.node, user, installed.agent);
    await own.listens;
    await manager.systemctl('stop', SOCKET);
    expect(await answering()).toMatchObject({ pid: own.pid });
  });

  it('has its socket back by a restart of that unit where such an agent was killed', async () => {
    await install();
    own = startHeadless(env, [], installed.node, user, installed.agent);
    await own.listens;
    await own.end();
    await expect(answering()).rejects.toThrow();
    await manager.systemctl('restart', SOCKET);
    expect(await answering()).toMatchObject({ kind: 'headless' });
    expect(await state(SERVICE)).toBe('active');
  });

  it('takes its variables from a drop-in, and the session’s odd ones not at all', async () => {
    await install();
    await manager.systemctl(
      'set-environment',
      'GLOBUS_TOKEN_SOCK=/nowhere',
      'NODE_OPTIONS=--nonsense',
      'MINE=1',
    );
    const documented =
      /\[Service\]\nEnvironment=HTTPS_PROXY=.*\n/.exec(await readFile(DOCS, 'utf8'))?.[0] ?? '';
    await edit(SERVICE, documented);
    const { pid } = await answering();
    const variables = (await readFile(`/proc/${String(pid)}/environ`, 'utf8')).split('\0');
    expect(variables).toContain('HTTPS_PROXY=http://proxy.example:3128');
    expect(variables).toContain('MINE=1');
    expect(variables.filter((one) => /^(?:GLOBUS_TOKEN_SOCK|NODE_OPTIONS)=/.test(one))).toEqual([]);
  });

  it('[C26] is unlocked at every start by the command of a documented drop-in', async () => {
    const secret = join(home, 'passphrase');
    await writeFile(secret, 'four quiet words here\n', { mode: 0o600 });
    await giveTo(user, home);
    await install();
    const unlock = ['unlock', '--passphrase-command', `cat ${secret}`];
    expect(await cli(...unlock, '--new')).toMatchObject({ code: 0 });
    const status = async () => JSON.parse((await cli('status', '--json')).stdout) as Record<string, unknown>;
    await manager.systemctl('restart', SERVICE);
    expect(await status()).toMatchObject({ backend: 'passphrase', vault_state: 'locked' });
    const documented = /\[Service\]\nExecStartPost=.*\n/.exec(await readFile(DOCS, 'utf8'))?.[0] ?? '';
    const command = `${installed.node} ${installed.cli} unlock`;
    const here = documented
      .replace('globus-token unlock', command)
      .replace('pass show globus', `cat ${secret}`);
    expect(here).toContain(secret);
    await edit(SERVICE, here);
    await manager.systemctl('restart', SERVICE);
    expect(await status()).toMatchObject({ vault_state: 'ready' });
    await manager.run('kill', '-9', await property('MainPID'));
    await until(
      'an agent that is unlocked again',
      async () => (await status())['vault_state'] === 'ready' || undefined,
    );
    expect(await property('NRestarts')).toBe('1');
  });

  it('is gone, and its socket, after --uninstall and the command that it prints', async () => {
    await install();
    await answering();
    const { stdout } = await cli('agent', '--uninstall');
    expect(await manager.run('sh', '-c', stdout)).toMatchObject({ code: 0 });
    expect(await manager.systemctl('list-units', '--all', '--no-legend', 'globus-token-agent.*')).toBe('');
    await expect(answering()).rejects.toThrow();
    expect((await cli('status')).code).toBe(3);
    expect((await cli('doctor', '--offline')).stdout).toContain('autostart    none is set up');
  });
});
