import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serializeEntry } from '../../../main/vault/entry.ts';
import { build } from '../../../scripts/build.mjs';
import { DEMO_CLIENT_ID, startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { type HeadlessAgent, startHeadless, writePolicy } from '../../support/headless.ts';
import { KeyringSession } from '../../support/keyring-session.ts';
import { until } from '../../support/processes.ts';
import { ALL_SCOPES, sandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';

const run = promisify(execFile);
const CURL = '/usr/bin/curl';
/** The schema that the keychain library looks under. */
const GENERIC = 'org.freedesktop.Secret.Generic';
const agents: HeadlessAgent[] = [];

beforeAll(() => build({ only: ['headless'] }), 60_000);
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.end()));
});

function start(env: Record<string, string>, args: readonly string[] = []): HeadlessAgent {
  const agent = startHeadless(env, args);
  agents.push(agent);
  return agent;
}

/** A caller that is curl alone: this process is above it, so approvals are about Node. */
async function ask(socket: string, path: string, script?: string): Promise<Record<string, unknown>> {
  const curl = ['-q', '-sS', '--unix-socket', socket, `http://localhost${path}`];
  const { stdout } = await (script === undefined ? run(CURL, curl) : run(script, curl));
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('an agent in a bare environment', () => {
  let folder: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-'));
    await mkdir(join(folder, 'run'), { mode: 0o700 });
    env = { PATH: '/usr/bin:/bin', HOME: join(folder, 'home'), XDG_RUNTIME_DIR: join(folder, 'run') };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const socket = () => join(folder, 'run', 'globus-token', 'broker.sock');
  const data = (...names: string[]) => join(folder, 'home', '.config', 'globus-token-tray', ...names);

  it('ends for a signal that comes while its code is still loaded', async () => {
    const first = join(folder, 'first.cjs');
    // At the earliest that somebody listens, a library: no sooner does Node keep the signal from ending everything.
    const text = `const once = process.once;
      process.once = function (name, listener) {
        once.call(this, name, listener);
        if (name === 'SIGTERM') { process.once = once; process.kill(process.pid, name); }
        return this;
      };`;
    await writeFile(first, text);
    const agent = start({ ...env, NODE_OPTIONS: `--require=${first}` });
    expect(await agent.ended).toBe(0);
  });

  it('[C26] [C28] serves without a keychain, says so, and keeps no secret', async () => {
    const agent = start(env);
    await agent.listens;
    expect(agent.said()).toContain(`pid ${agent.pid} listens at ${socket()} (keychain: `);
    // Whatever it will create, and however: for its owner alone.
    if (process.platform === 'linux')
      expect(await readFile(`/proc/${agent.pid}/status`, 'utf8')).toMatch(/^Umask:\s+0077$/m);
    expect(await ask(socket(), '/v1/status')).toMatchObject({ pid: agent.pid, environment: 'production' });
    agent.signal('SIGTERM');
    expect(await agent.ended).toBe(0);
    expect(agent.said()).toMatch(/missing\)\n.*D-Bus/);
    expect(agent.said()).not.toContain('memory');
    const files = await readdir(data(), { recursive: true });
    expect(files.filter((name) => !/^(?:audit|locks|logs)(?:$|\/)/.test(name))).toEqual([]);
    for (const name of ['', 'logs', 'locks']) expect((await stat(data(name))).mode & 0o777).toBe(0o700);
    expect((await stat(data('logs', 'agent.log'))).mode & 0o777).toBe(0o600);
    await expect(stat(socket())).rejects.toThrow('ENOENT');
  });

  it('[C20] says so when the lock is held by one that has not said who it is', async () => {
    await mkdir(data('locks'), { recursive: true, mode: 0o700 });
    // Of one that was killed; who has the lock now has not written its own yet.
    const note = { kind: 'headless', socket: null, pid: 4_194_305, host: hostname(), since: 1 };
    await writeFile(data('locks', 'agent.lock'), `${JSON.stringify(note)}\n`);
    const holder = spawn('flock', [data('locks', 'agent.lock'), 'sh', '-c', 'echo held; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(holder.stdout, 'data');
    const agent = start(env);
    expect(await agent.ended).toBe(0);
    expect(agent.said()).toContain('another agent is about to serve');
    holder.stdin.end();
    await once(holder, 'exit');
  });

  it('[C20] names the machine of a holder on another one, which answers nobody here', async () => {
    await mkdir(data('locks'), { recursive: true, mode: 0o700 });
    const note = { kind: 'headless', socket: socket(), pid: 7, host: 'node17.hpc.example', since: 0 };
    await writeFile(data('locks', 'agent.lock'), `${JSON.stringify(note)}\n`);
    const holder = spawn('flock', [data('locks', 'agent.lock'), 'sh', '-c', 'echo held; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(holder.stdout, 'data');
    const agent = start(env);
    expect(await agent.ended).toBe(0);
    expect(agent.said()).toContain(
      'pid 7 (headless) on node17.hpc.example serves this data folder, and answers only there',
    );
    expect(agent.said()).not.toContain(socket());
    holder.stdin.end();
    await once(holder, 'exit');
  });

  it('[C20] ends a second start with 0, naming the first', async () => {
    const first = start(env);
    await first.listens;
    const second = start(env);
    expect(await second.ended).toBe(0);
    expect(second.said()).toBe(
      `globus-token agent: pid ${first.pid} (headless) already serves ${socket()}\n`,
    );
    expect(await ask(socket(), '/v1/status')).toMatchObject({ pid: first.pid });
  });

  it('[C20] takes over from a holder that was killed', async () => {
    const first = start(env);
    await first.listens;
    first.signal('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    const second = start(env);
    await second.listens;
    expect(await ask(socket(), '/v1/status')).toMatchObject({ pid: second.pid });
  });

  it('lets exactly one of several starts at the same moment serve', async () => {
    const all = Array.from({ length: 4 }, () => start(env));
    const winner = await Promise.any(all.map((agent) => agent.listens.then(() => agent)));
    const others = all.filter((agent) => agent !== winner);
    expect(await Promise.all(others.map((agent) => agent.ended))).toEqual([0, 0, 0]);
    expect(await ask(socket(), '/v1/status')).toMatchObject({ pid: winner.pid });
  });

  it.each(['SIGINT', 'SIGHUP'] as const)('ends in order on %s', async (name) => {
    const agent = start(env);
    await agent.listens;
    agent.signal(name);
    expect(await agent.ended).toBe(0);
    expect(await readFile(data('logs', 'agent.log'), 'utf8')).toContain('"msg":"stopped"');
  });

  it('ends with 2 for an unknown option or a folder that is a file', async () => {
    expect(await start(env, ['--what']).ended).toBe(2);
    const file = join(folder, 'file');
    await writeFile(file, '');
    expect(await start(env, ['--data-folder', file]).ended).toBe(2);
  });

  it('ends with 3 when its socket cannot be opened', async () => {
    const agent = start({ ...env, GLOBUS_TOKEN_SOCK: 'relative.sock' });
    expect(await agent.ended).toBe(3);
    expect(agent.said()).toContain('must be an absolute path');
  });

  it('names the line of a mistake in the policy file', async () => {
    await mkdir(data(), { recursive: true, mode: 0o700 });
    await writeFile(data('policy.json'), '{\n"version": 1,\n"rules": [{}]\n}', { mode: 0o600 });
    const agent = start(env);
    await agent.listens;
    agent.signal('SIGTERM');
    await agent.ended;
    expect(agent.said()).toMatch(/policy\.json is not used:\n {2}line 3, rules\[0\]/);
  });
});

describe('an agent with a keyring and a policy file', () => {
  let keyring: KeyringSession;
  let sandbox: Sandbox;
  let demo: string;
  beforeAll(async () => {
    [keyring, sandbox] = await Promise.all([KeyringSession.open({ keyring: 'unlocked' }), startSandbox()]);
    demo = `--demo=${sandbox.auth.port},${sandbox.flows.port},${DEMO_CLIENT_ID}`;
    const { agent, settings, vault } = sandboxAgent(sandbox);
    expect((await agent.signIn({ scopes: ALL_SCOPES, way: 'browser' })).ok).toBe(true);
    agent.close();
    await mkdir(data(), { recursive: true, mode: 0o700 });
    await writeFile(data('settings.json'), JSON.stringify(settings.get()), { mode: 0o600 });
    for (const { name } of settings.get().grants) {
      const read = await vault.read(name);
      const entry = read.kind === 'found' ? serializeEntry(read.entry) : null;
      if (entry?.ok !== true) throw new Error('the sign-in left no entry');
      const about = ['service', 'globus-token-tray-demo', 'account', name, 'xdg:schema', GENERIC];
      await keyring.secretTool(['store', '--label', 'test', ...about], entry.text);
    }
  }, 60_000);
  afterAll(async () => {
    await sandbox.close();
    await keyring.close();
  });
  const data = (...names: string[]) =>
    join(keyring.env['XDG_CONFIG_HOME'] ?? '', 'globus-token-tray-demo', ...names);
  const socket = () => join(keyring.env['XDG_RUNTIME_DIR'] ?? '', 'globus-token-demo', 'broker.sock');

  async function script(name: string): Promise<string> {
    const path = join(keyring.env['HOME'] ?? '', name);
    await writeFile(path, `#!/bin/sh\n${CURL} "$@"\nexit $?\n`);
    await chmod(path, 0o755);
    return path;
  }

  it('[C35] gives a token to whom a rule allows it, and to nobody else without a person', async () => {
    const allowed = await script('nightly.sh');
    const other = await script('other.sh');
    await rm(data('policy.json'), { force: true });
    const agent = start(keyring.env, [demo]);
    await agent.listens;
    await until('the line about the policy', () =>
      Promise.resolve(agent.said().includes(`there is no ${data('policy.json')}`) || undefined),
    );
    const path = '/v1/token?scope=view_flows&wait=0';
    const refused = { status: 403, reason: 'no-answer' };
    expect(await ask(socket(), path, allowed)).toMatchObject(refused);

    const rule = { program: '/bin/sh', script: allowed, scope: scopeOf('view_flows') };
    await writePolicy(data('policy.json'), [{ ...rule, account: 'ada@uni.example' }]);
    const answer = await ask(socket(), path, allowed);
    expect(answer).toHaveProperty('access_token');
    expect(sandbox.issued).toContain(answer['access_token']);
    const no = await ask(socket(), path, other);
    expect(no).toMatchObject(refused);
    expect(no['detail']).toContain('no rule allows this program');
    expect(await ask(socket(), '/v1/token?scope=run_status&wait=0', allowed)).toMatchObject(refused);

    await chmod(data('policy.json'), 0o666);
    const untrusted = await ask(socket(), path, allowed);
    expect(untrusted).toMatchObject(refused);
    expect(untrusted['detail']).toContain(`${data('policy.json')} has a mistake`);
    await expectNoSecret();
  });

  it('honours the switch that denies everything', async () => {
    const caller = await script('denied.sh');
    const rule = { program: '/bin/sh', script: caller, scope: scopeOf('view_flows') };
    await rm(data('policy.json'), { force: true });
    await writePolicy(data('policy.json'), [{ ...rule, account: 'ada@uni.example' }]);
    const agent = start(keyring.env, [demo]);
    await agent.listens;
    const path = '/v1/token?scope=view_flows';
    expect(await ask(socket(), path, caller)).toHaveProperty('access_token');
    const settings = JSON.parse(await readFile(data('settings.json'), 'utf8')) as object;
    await writeFile(data('settings.json'), JSON.stringify({ ...settings, denyAll: true }));
    expect(await ask(socket(), path, caller)).toMatchObject({ reason: 'denied' });
    await writeFile(data('settings.json'), JSON.stringify({ ...settings, denyAll: false }));
  });

  /** In no file of the data folder (CHECKLIST 25). */
  async function expectNoSecret(): Promise<void> {
    const entries = await readdir(data(), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
      for (const secret of sandbox.issued) expect(text.includes(secret)).toBe(false);
    }
  }
});
