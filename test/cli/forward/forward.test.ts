import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ForwardAnswer, PendingAnswer, PolicyAnswer } from '../../../main/broker/contract.ts';
import { ask } from '../../support/broker-rig.ts';
import { type CliRig, cliRig, type Ran, type Running } from '../../support/cli-rig.ts';
import { writePolicy } from '../../support/headless.ts';
import { until } from '../../support/processes.ts';
import { ALL_SCOPES, scopeOf } from '../../support/sandbox-agent.ts';
import { type FarMachine, HAS_SSHD, startFarMachine } from '../../support/sshd.ts';
import { below } from '../leaks.ts';

const VIEW_FLOWS = scopeOf('view_flows');
/** What ends a forward is awaited; nothing here takes longer. */
const LONG = 30_000;

/** One at a time: each looks at what is left. */
describe.runIf(HAS_SSHD)('globus-token forward through a real sshd', { timeout: LONG }, () => {
  let rig: CliRig;
  let far: FarMachine;
  const running: Running[] = [];

  beforeAll(async () => {
    rig = await cliRig({ policy: 'none' });
    far = await startFarMachine(rig.folder);
  }, 60_000);
  afterAll(async () => {
    await far.end();
    await rig.end();
  });
  beforeEach(async () => {
    await far.configure();
    await rm(join(far.runtime, 'globus-token'), { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const { child, done } of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
      await done;
    }
    for (const { id } of await open()) await local(`/v1/forwards?id=${id}`, 'DELETE');
  });

  const local = async (target: string, method = 'GET') =>
    JSON.parse((await ask(rig.socket, target, { host: 'localhost' }, method)).body) as unknown;
  const open = async () => (await local('/v1/forwards')) as ForwardAnswer[];
  // What a killed one leaves of ssh’s control socket goes with the rig.
  const env = () => ({ PATH: far.path, TMPDIR: rig.folder });

  function start(...words: string[]): Running & { shown: () => string } {
    const started = rig.start(['forward', ...words], { env: env() });
    running.push(started);
    let shown = '';
    started.child.stdout?.on('data', (chunk: string) => (shown += chunk));
    return { ...started, shown: () => shown };
  }

  /** Runs a command over there, and answers what is asked here meanwhile. */
  async function onFar(
    command: string,
    answer = 'once',
    scope = 'view_flows',
  ): Promise<Ran & { asked: PendingAnswer }> {
    const { done } = start('--scope', scope, 'far', '--', command);
    const asked = await question();
    const answered = await rig.run(['approvals', '--answer', `${asked.id}=${answer}`], { tty: [] });
    expect(answered.stderr).toBe('Answered.\n');
    return { ...(await done), asked };
  }

  const question = () =>
    until('a question', async () => ((await local('/v1/approvals')) as PendingAnswer[])[0]);
  const unasked = (...words: string[]) => start('--scope', 'view_flows', 'far', '--', ...words).done;

  /** A socket that waits for callers on the other machine. */
  async function standing(...words: string[]) {
    const started = start('--scope', 'view_flows', '-N', ...words, 'far');
    const line = await until('the line for the shell', () =>
      Promise.resolve(/^export GLOBUS_TOKEN_SOCK=(.+)\n/m.exec(started.shown()) ?? undefined),
    );
    return { ...started, socket: line[1] ?? '' };
  }

  it('[C51] a program there gets a token that was approved here', async () => {
    const ran = await onFar('globus-token get --wait 20s view_flows');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const token = ran.stdout.trim();
    expect(token).toMatch(/^\S{20,}$/);
    expect(ran.asked).toMatchObject({ scope: VIEW_FLOWS, account: 'ada@uni.example' });
    expect(ran.asked.program).toBe('forwarded from far');
    expect(ran.asked.lines.join('\n')).toMatch(/\bfar\b/);
  });

  it('[C35] a no here is exit code 5 there, and ours; neither yes nor no can be for always', async () => {
    // A no keeps its scope from being asked about for a while, so this scope is for this test alone.
    const { asked, ...ran } = await onFar('globus-token get --wait 20s run_status', 'deny', 'run_status');
    expect(ran).toMatchObject({ code: 5, stdout: '' });
    expect(asked.offers).toEqual(['once', 'ten-minutes', 'hour']);
    const never = await rig.run(['approvals', '--rules', '--json']);
    expect(JSON.parse(never.stdout)).toEqual([]);
  });

  it('[C35] a scope outside is refused without a question', async () => {
    const ran = await unasked('globus-token get --wait 20s run_manage');
    expect(ran).toMatchObject({ code: 5, stdout: '' });
    expect(ran.stderr).toContain('forward');
    expect(await local('/v1/approvals')).toEqual([]);
  });

  it('[C35] a rule that always allows the ssh client says nothing about what comes through it', async () => {
    // Under the name of no relay, or the policy would not take it.
    const rules = ALL_SCOPES.map((scope) => ({ program: far.client, scope, account: 'ada@uni.example' }));
    const policy = join(rig.dataFolder, 'policy.json');
    await writePolicy(policy, rules);
    try {
      const state = (await local('/v1/policy')) as PolicyAnswer;
      expect(state).toMatchObject({ state: 'rules', count: ALL_SCOPES.length, why: [] });
      const ran = await unasked('globus-token get --wait 0 view_flows');
      expect(ran).toMatchObject({ code: 5, stdout: '' });
    } finally {
      await rm(policy);
    }
  });

  it('[C51] status, check and curl work there, as at home', async () => {
    const status = await unasked('globus-token status --json');
    expect(JSON.parse(status.stdout)).toMatchObject({ account: 'ada@uni.example', kind: 'headless' });
    const check = await unasked('globus-token check view_flows --for 1m');
    expect(check).toMatchObject({ code: 0, stderr: '' });
    expect(check.stdout).toMatch(/^yes/);
    const curl = await onFar('globus-token curl --wait 20s view_flows /flows -sS');
    expect(curl).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(curl.stdout)).toHaveProperty('flows');
  });

  it('nothing there changes the agent: lock, approvals, login, forward', async () => {
    for (const command of ['lock', 'approvals --list', 'forward --list', 'audit']) {
      const ran = await unasked(`globus-token ${command}`);
      expect({ command, code: ran.code, stdout: ran.stdout }).toEqual({ command, code: 5, stdout: '' });
    }
    expect(await local('/v1/status')).toMatchObject({ locked: false });
  });

  it('[C30] the socket there is 0600 in a folder 0700, as at home', async () => {
    const { socket } = await standing();
    expect(socket).toBe(join(far.runtime, 'globus-token', `forward-${(await open())[0]?.id.slice(2)}.sock`));
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(far.runtime, 'globus-token')).mode & 0o777).toBe(0o700);
    expect(statSync((await open())[0]?.path ?? '').mode & 0o777).toBe(0o600);
  });

  it('a plain curl gets a token through it', async () => {
    const { socket } = await standing();
    const reply = ask(socket, '/v1/token?scope=view_flows', { host: 'localhost', accept: 'text/plain' });
    const { id } = await question();
    await rig.run(['approvals', '--answer', `${id}=ten-minutes`], { tty: [] });
    expect(await reply).toMatchObject({ status: 200, body: expect.stringMatching(/^\S{20,}\n$/) as string });
    // The answer holds for this connection of ssh, so that the same is not asked again.
    expect((await ask(socket, '/v1/header?scope=view_flows', { host: 'localhost' })).status).toBe(200);
    // A name that stays the same, as docs/ssh.md has it for tmux.
    const link = join(far.runtime, 'globus-token', 'current.sock');
    await symlink(socket, link);
    const linked = { GLOBUS_TOKEN_SOCK: link };
    for (const over of [linked, { ...linked, GLOBUS_TOKEN_NODE: '/nonexistent' }]) {
      const ran = await rig.run(['header', 'view_flows'], { launcher: true, env: over });
      expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Authorization: /) as string });
    }
  });

  it('the exit code of the command is ours; stdin, stdout and stderr are its own', async () => {
    const started = rig.start(
      ['forward', '--scope', 'view_flows', 'far', '--', 'cat; echo "$GLOBUS_TOKEN_SOCK" >&2; exit 7'],
      { env: env(), stdin: 'in and out\n' },
    );
    const ran = await started.done;
    expect(ran).toMatchObject({ code: 7, stdout: 'in and out\n' });
    expect(ran.stderr).toMatch(/\/globus-token\/forward-[0-9a-f]{8}\.sock\n$/);
    expect(await open()).toEqual([]);
    expect(await readdir(join(far.runtime, 'globus-token'))).toEqual([]);
  });

  it('a person gets a shell there, and is asked here', async () => {
    const ran = await rig.run(['forward', '--scope', 'view_flows', 'far'], {
      env: env(),
      ttyOutput: true,
      tty: [
        { sees: 'You are asked here.', types: 'echo "socket: $GLOBUS_TOKEN_SOCK"; tty; exit 3\r' },
        { sees: /socket: \/\S+forward-[0-9a-f]{8}\.sock\s+\/dev\/pts\/\d+/, types: '' },
      ],
    });
    expect(ran.code).toBe(3);
    expect(await open()).toEqual([]);
  });

  it('a person in a shell there is told when its socket here is gone, and stays in it', async () => {
    const there = join(rig.folder, 'there');
    const ran = rig.run(['forward', '--scope', 'view_flows', 'far'], {
      env: env(),
      ttyOutput: true,
      tty: [
        { sees: 'You are asked here.', types: `: >${there}\r` },
        { sees: 'The socket for far is gone: nothing is answered there any more.', types: 'exit 3\r' },
      ],
    });
    await until('the shell there', () => Promise.resolve(existsSync(there) || undefined));
    await rm((await open())[0]?.path ?? '');
    expect((await ran).code).toBe(3);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s takes all of it back', async (signal) => {
    const { child, done, socket } = await standing();
    const [{ path } = { path: '' }] = await open();
    const [cli = 0] = await below(child.pid ?? 0);
    process.kill(cli, signal);
    const ran = await done;
    expect(ran.code).toBe({ SIGTERM: 143, SIGINT: 130, SIGHUP: 129 }[signal]);
    expect([existsSync(path), existsSync(socket)]).toEqual([false, false]);
    expect(await open()).toEqual([]);
  });

  it('it ends with ssh', async () => {
    const { child, done, socket } = await standing();
    const [cli = 0] = await below(child.pid ?? 0);
    const client = await realpath(far.client);
    const ssh = await until('the ssh client', async () => {
      for (const pid of await below(cli)) {
        if ((await realpath(`/proc/${pid}/exe`).catch(() => '')) === client) return pid;
      }
      return undefined;
    });
    process.kill(ssh, 'SIGKILL');
    expect((await done).code).toBe(137);
    expect(await open()).toEqual([]);
    // The other machine notices by itself.
    await until('the end of the socket there', () => Promise.resolve(existsSync(socket) ? undefined : true));
  });

  it('what was killed itself leaves nothing that lives on', async () => {
    const { child, socket } = await standing();
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await until('the end of the socket there', () => Promise.resolve(existsSync(socket) ? undefined : true));
  });

  it('--list tells of it, --close ends it, and then nothing answers there', async () => {
    const { socket, done } = await standing('--for', '2h');
    const listed = await rig.run(['forward', '--list']);
    expect(listed.stdout).toMatch(
      /^ID +HOST +ENDS IN +SCOPES\nf-[0-9a-f]{8} +far +1 h 59 min +view_flows\n$/,
    );
    const id = listed.stdout.split('\n')[1]?.split(' ')[0] ?? '';
    expect(JSON.parse((await rig.run(['forward', '--list', '--json'])).stdout)).toEqual(await open());
    expect(await rig.run(['forward', '--close', id])).toMatchObject({ code: 0, stdout: '' });
    await expect(ask(socket, '/v1/status', { host: 'localhost' })).rejects.toThrow();
    const ran = await done;
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('The socket for far is gone, so nothing is answered there any more');
    expect(existsSync(socket)).toBe(false);
    expect(await rig.run(['forward', '--close', id])).toMatchObject({ code: 19 });
    expect((await rig.run(['forward', '--list'])).stderr).toBe('No socket is open for another machine.\n');
  });

  it('--json with -N tells both ends', async () => {
    const started = start('--scope', 'view_flows', '-N', '--json', 'far');
    const shown = await until('the document', () =>
      Promise.resolve(started.shown().endsWith('}\n') ? started.shown() : undefined),
    );
    expect(JSON.parse(shown)).toEqual({
      ...(await open())[0],
      remote: expect.stringContaining(far.runtime) as string,
    });
  });

  it('a folder there that is a link or open to others is refused', async () => {
    const folder = join(far.runtime, 'globus-token');
    const elsewhere = join(rig.folder, 'elsewhere');
    await mkdir(elsewhere, { mode: 0o700 });
    await symlink(elsewhere, folder);
    const linked = await unasked('true');
    expect(linked).toMatchObject({ code: 1, stdout: '' });
    expect(linked.stderr).toContain('is not a folder of yours alone; nothing is forwarded');
    await rm(folder);
    await mkdir(folder, { mode: 0o777 });
    await chmod(folder, 0o755);
    expect((await unasked('true')).stderr).toContain('is not a folder of yours alone');
    expect(await open()).toEqual([]);
  });

  it('what a login script prints, and what the user has in ssh_config, is in nobody’s way', async () => {
    await far.configure(
      'Host *',
      ...['ControlMaster auto', 'ControlPersist 60', `ControlPath ${join(rig.folder, 'own-%C')}`],
      ...['RemoteCommand echo never', 'RequestTTY no'],
    );
    const ran = await unasked('echo here');
    expect(ran).toEqual({ code: 0, stdout: 'here\n', stderr: '', screen: '' });
    expect(existsSync(join(rig.folder, 'own'))).toBe(false);
  });

  it('[C49] without a terminal ssh asks nobody, and its exit code is ours', async () => {
    const started = Date.now();
    const ran = await start(
      '--scope',
      'view_flows',
      '-o',
      'IdentityFile=none',
      '-o',
      'Hostname=127.0.0.1',
      '-o',
      'User=nobody',
      'far',
      '--',
      'true',
    ).done;
    expect(ran).toMatchObject({ code: 255, stdout: '' });
    expect(ran.stderr).toContain('Permission denied');
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(await open()).toEqual([]);
  });

  describe('by a plain ssh -R of the main socket', () => {
    it('[C35] callers are forwarded ones: no rule, no route that changes anything', async () => {
      const socket = join(far.runtime, 'plain.sock');
      const rules = [
        { program: '/bin/sh', script: rig.caller, scope: VIEW_FLOWS, account: 'ada@uni.example' },
      ];
      const policy = join(rig.dataFolder, 'policy.json');
      await writePolicy(policy, rules);
      // Started by the very script that the rule allows everything to.
      const ssh = spawn(
        rig.caller,
        ['/usr/bin/ssh', '-F', join(rig.folder, 'ssh_config'), '-N', '-R', `${socket}:${rig.socket}`, 'far'],
        {
          env: { ...rig.env, PATH: '/usr/bin:/bin' },
          detached: true,
          stdio: 'ignore',
        },
      );
      try {
        await until('the socket there', () => Promise.resolve(existsSync(socket) || undefined));
        const header = { host: 'localhost' };
        const reason = async (target: string, method = 'GET') =>
          (JSON.parse((await ask(socket, target, header, method)).body) as { reason?: string }).reason;
        expect((await rig.run(['get', 'view_flows'])).code).toBe(0);
        expect(await reason('/v1/token?scope=view_flows&wait=0')).toBe('no-answer');
        for (const [target, method] of [
          ['/v1/forwards', 'GET'],
          ['/v1/approvals', 'GET'],
          ['/v1/rules', 'GET'],
          ['/v1/lock', 'POST'],
          ['/v1/retire', 'POST'],
        ] as const) {
          expect([target, await reason(target, method)]).toEqual([target, 'outside-forward']);
        }
        const token = ask(socket, '/v1/token?scope=view_flows', header);
        const asked = await question();
        expect(asked.offers).toEqual(['once', 'ten-minutes']);
        await rig.run(['approvals', '--answer', `${asked.id}=once`], { tty: [] });
        expect((await token).status).toBe(200);
      } finally {
        process.kill(-(ssh.pid ?? 0), 'SIGKILL');
        await rm(policy);
      }
    });
  });
});

describe('globus-token forward, before anything is opened', () => {
  let rig: CliRig;
  beforeAll(async () => void (rig = await cliRig({ policy: 'none' })), 60_000);
  afterAll(() => rig.end());

  it.each([
    [['--scope', 'view_flows', '--', '-oProxyCommand=touch x'], 'is not the name of a machine'],
    [['--scope', 'view_flows', 'me@-oProxyCommand=x'], 'is not the name of a machine'],
    [['--scope', 'view_flows', 'a b'], 'is not the name of a machine'],
    [['far', '--', 'true'], 'forward needs --scope'],
    [['--scope', 'view_flows'], 'forward needs <host>'],
    [['--scope', 'view_flows', '--for', '8d', 'far', '--', 'true'], 'one minute to seven days'],
    [['--scope', 'view_flows', '-N', 'far', '--', 'true'], 'takes no command'],
    [['--list', 'far'], '--list stands alone'],
    [['--close', 'f-1', '--scope', 'x'], '--close stands alone'],
  ])('%j is a mistake', async (words, says) => {
    const ran = await rig.run(['forward', ...words]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(says);
  });

  it('[C49] a shell needs a terminal', async () => {
    const ran = await rig.run(['forward', '--scope', 'view_flows', 'far']);
    expect(ran).toMatchObject({ code: 21, stdout: '' });
    expect(ran.stderr).toContain('hint: Give a command after --, or -N');
  });

  it('a scope that is not kept is refused, and no ssh starts', async () => {
    const ran = await rig.run(['forward', '--scope', 'nothing_such', 'far', '--', 'true'], {
      env: { PATH: '/nonexistent' },
    });
    expect(ran.code).toBe(19);
  });

  it('says so when there is no ssh', async () => {
    const empty = join(rig.folder, 'empty');
    await mkdir(empty);
    await writeFile(join(empty, 'sh'), '');
    const ran = await rig.run(['forward', '--scope', 'view_flows', 'far', '--', 'true'], {
      env: { PATH: empty },
    });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('There is no ssh program here');
    expect(JSON.parse((await rig.run(['forward', '--list', '--json'])).stdout)).toEqual([]);
  });
});
