import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_CLIENT_ID, startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { approveInProcess } from '../../sandbox/visitor.ts';
import { until } from '../../support/processes.ts';
import { onTerminal } from '../../support/pty.ts';
import { startWine, type Wine, WINE, type WineProcess, type WineRun } from '../../support/wine.ts';

const LINK = /http:\/\/127\.0\.0\.1:\d+\/v2\/oauth2\/authorize\?\S+/;
/** As on a profile that is not named as one would wish. */
const APPDATA = String.raw`C:\users\Ünï & 100 (x86)\App Data`;

let wine: Wine;
let sandbox: Sandbox;
let agent: WineProcess;
let own: Record<string, string>;
beforeAll(async () => {
  [wine, sandbox] = await Promise.all([startWine(), startSandbox()]);
  const { stdout } = await wine.run(wine.node, ['-p', 'process.env.USERNAME']);
  // Many tests at once make an agent slow to answer.
  own = {
    APPDATA,
    GLOBUS_TOKEN_PATIENCE: '20s',
    GLOBUS_TOKEN_SOCK: String.raw`\\.\pipe\globus-token-demo-` + stdout.trim(),
  };
  agent = await started();
}, 120_000);
afterAll(async () => {
  await wine.end();
  await sandbox.close();
});

const words = () => {
  const sockets = `file:///Z:${join(import.meta.dirname, '../../support/wine-sockets.mjs')}`;
  const demo = `--demo=${sandbox.auth.port},${sandbox.flows.port},${DEMO_CLIENT_ID}`;
  return ['--import', sockets, wine.cli, 'agent', demo];
};
const gt = (command: string, how: WineRun = {}) =>
  wine.gt(command.split(' '), { ...how, env: { ...own, ...how.env } });

async function started(): Promise<WineProcess> {
  const one = wine.start(wine.node, words(), { env: own });
  await one.says('listens at');
  return one;
}

/** Killed as nothing on Windows can be ended otherwise, and started anew. */
async function restarted(): Promise<void> {
  agent.kill();
  await agent.done;
  agent = await started();
}

async function status(): Promise<Record<string, unknown>> {
  return JSON.parse((await gt('status --json')).stdout) as Record<string, unknown>;
}

/** By the code of the sign-in page, which comes on stdin. */
async function signIn() {
  const login = wine.start(wine.node, [wine.cli, 'login', '--no-browser', '--code-fd', '0'], { env: own });
  const [link = ''] = LINK.exec(await login.says(LINK)) ?? [];
  login.write(`${await approveInProcess(link)}\r\n`);
  return login.done;
}

describe('an agent on Windows, as far as Wine is one', { timeout: 90_000, shuffle: false }, () => {
  it('serves at a pipe of the user’s, from the Credential Manager, and a second one names it', async () => {
    expect(await status()).toMatchObject({
      ...{ kind: 'headless', environment: 'demo', vault: 'Windows Credential Manager', vault_state: 'ready' },
      ...{ socket: own['GLOBUS_TOKEN_SOCK'], data_folder: `${APPDATA}\\globus-token-tray-demo` },
    });
    const second = await wine.run(wine.node, words(), { env: own });
    expect(second).toMatchObject({ code: 0, stdout: '' });
    expect(second.stderr).toContain('already serves');
  });

  it('signs in by a code on stdin, says that it hands out nothing, and offers no policy [C59]', async () => {
    const { code, stdout, stderr } = await signIn();
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^view_flows +ready/m);
    expect(stderr).toContain('does not tell who asks');
    expect(await status()).toMatchObject({ account: 'ada@uni.example' });
  });

  it.each(['get view_flows', 'header view_flows --wait 2m', 'exec -- cmd /c echo hi'])(
    'refuses at once, and names the way out: %s [C49, C59]',
    async (command) => {
      const { code, stdout, stderr } = await gt(command);
      expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
      expect(stderr).toContain('This system does not tell which program asks');
      expect(stderr).toContain('Start the app');
    },
  );

  it('keeps sign-ins over a kill in the Credential Manager [C22]', async () => {
    await restarted();
    expect(await status()).toMatchObject({ account: 'ada@uni.example' });
    expect((await gt('check view_flows --for 1h')).code).toBe(0);
  });

  it('writes who was refused, and no token [C36]', async () => {
    const { stdout } = await gt('audit --json');
    expect(stdout).toContain('no-answer');
    for (const token of sandbox.issued) expect(stdout).not.toContain(token);
  });

  it('doctor finds a healthy Windows but for what it cannot do', async () => {
    const { code, stdout } = await gt('doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +vault +Windows Credential Manager$/m);
    expect(stdout).toMatch(/^warn +agent .*hands out no token/m);
    expect(stdout).not.toContain('FAIL');
  });

  it('signs out at Globus and in the Credential Manager [C23]', async () => {
    expect(await gt('logout')).toMatchObject({ code: 0 });
    await restarted();
    expect(await status()).toMatchObject({ account: null });
  });

  it('keeps a passphrase file, locks, and unlocks by a pipe alone [C48]', async () => {
    const pass = { stdin: 'correct horse\r\n' };
    expect(await gt('unlock --new --passphrase-fd 0', pass)).toMatchObject({ code: 0 });
    expect((await signIn()).code).toBe(0);
    await restarted();
    expect(await status()).toMatchObject({ backend: 'passphrase', vault_state: 'locked' });
    expect(await gt('unlock --passphrase-fd 0', { stdin: 'wrong\n' })).toMatchObject({ code: 15 });
    expect(await gt('unlock --passphrase-fd 0', pass)).toMatchObject({ code: 0 });
    expect(await gt('lock')).toMatchObject({ code: 0 });
    expect(await gt('get view_flows')).toMatchObject({ code: 4 });
    expect(await gt('unlock --passphrase-command more', pass)).toMatchObject({ code: 0 });
    expect(await status()).toMatchObject({ account: 'ada@uni.example', locked: false });
  });

  it('--stop says which process to end, and one that was detached answers to it', async () => {
    agent.kill();
    await agent.done;
    const [, , , ...options] = words();
    const detach = `agent --detach ${options.slice(1).join(' ')}`;
    // On a busy machine it may be there later than the command waits for it.
    const detached = await until('an agent that was detached', async () => {
      const { code, stderr } = await gt(detach);
      return code === 0 ? stderr : undefined;
    });
    const { pid } = await status();
    expect(detached).toContain(`pid ${String(pid)}`);
    const { code, stderr } = await gt('agent --stop');
    expect(code).toBe(2);
    const [, hint = ''] = /^hint: (.*)$/m.exec(stderr) ?? [];
    expect(hint).toBe(`taskkill /f /pid ${String(pid)}`);
    expect(await wine.run('cmd.exe', ['/d', '/c', ...hint.split(' ')])).toMatchObject({ code: 0 });
    expect(await gt('agent --stop')).toMatchObject({ code: 3 });
  });

  it('ends in order at Ctrl-C in its console', async () => {
    const line = [WINE, wine.node, ...words()];
    const env = { ...wine.env, TERM: 'xterm', APPDATA: own['APPDATA'] ?? '' };
    const ended = await onTerminal(line, env, [{ sees: 'listens at', types: '\u0003' }], true);
    expect(ended.code).toBe(0);
  });
});
