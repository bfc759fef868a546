import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { build } from '../../scripts/build.mjs';
import { type BareHome, bareHome } from '../support/bare-home.ts';
import { NODE_CLI } from '../support/cli-rig.ts';
import { until } from '../support/processes.ts';

let bare: BareHome;
beforeAll(() => build({ only: ['cli', 'headless'] }), 60_000);
beforeEach(async () => void (bare = await bareHome()));
afterEach(() => bare.end());

const AUTOSTART = { GLOBUS_TOKEN_AUTOSTART: '1' };
const nobody = () => ({
  code: 3,
  stdout: '',
  stderr: `globus-token: No agent answers at ${bare.socket}.\nhint: Start the app, or: globus-token agent\n`,
});

async function status(more: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const { stdout } = await bare.run(['status', '--json'], more);
  return JSON.parse(stdout) as Record<string, unknown>;
}

// Each case starts several programs.
const SLOW = { timeout: 30_000 };

/** What a new agent says, by whatever way it is asked. */
const NOT_SET_UP = {
  code: 20,
  stdout: '',
  stderr: expect.stringContaining('hint: Set it: globus-token login --client-id') as string,
};

describe('[C51] a command that finds no agent', SLOW, () => {
  it('says how to start one, and starts none unasked', async () => {
    expect(await bare.run(['status'])).toMatchObject(nobody());
    expect(await bare.run(['get', 'view_flows'], {}, true)).toMatchObject({ code: 3 });
    await expect(stat(bare.dataFolder)).rejects.toThrow('ENOENT');
  });

  it('starts one where GLOBUS_TOKEN_AUTOSTART allows it', async () => {
    expect(await status(AUTOSTART)).toMatchObject({ kind: 'headless', pid: await bare.pid() });
    expect(await bare.run(['get', 'view_flows'], {}, true)).toMatchObject(NOT_SET_UP);
  });

  it('[C48] a new agent has no client ID: every command says so with one code, the launcher and Node alike', async () => {
    expect(await bare.run(['get', 'view_flows'], AUTOSTART, true)).toMatchObject(NOT_SET_UP);
    for (const words of [
      ['get', 'view_flows'],
      ['header', 'view_flows'],
      ['curl', 'view_flows', '/flows'],
      ['exec', '--scope', 'view_flows', '--', 'true'],
      ['check', 'view_flows', '--for', '1h'],
      ['check', '--for', '1h'],
    ])
      expect(await bare.run(words), words.join(' ')).toMatchObject(NOT_SET_UP);
    const { stderr } = await bare.run(['get', 'view_flows', '--json']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { exit: 'not-set-up', code: 20 } });
  });

  it('starts one from the shell launcher too', async () => {
    expect(await bare.run(['get', 'view_flows'], AUTOSTART, true)).toMatchObject(NOT_SET_UP);
    expect(await status()).toMatchObject({ kind: 'headless' });
  });

  it('starts one that keeps nothing of the terminal and the environment it came from', async () => {
    const secrets = { GLOBUS_TOKEN: 'AgSecretToken', GLOBUS_TOKEN_VIEW_FLOWS: 'AgOther', CLOUD_KEY: 'k3y' };
    const given = { ...AUTOSTART, ...secrets, XDG_SESSION_ID: '4', https_proxy: 'http://proxy.example:1' };
    expect(await status({ ...given, NODE_OPTIONS: '--no-warnings' })).toMatchObject({ kind: 'headless' });
    const proc = `/proc/${await bare.pid()}`;
    // stat(5): after the name in brackets state, parent, group, session, terminal.
    const fields = (await readFile(`${proc}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
    expect(fields.slice(2, 5)).toEqual([String(await bare.pid()), String(await bare.pid()), '0']);
    for (const fd of [0, 1, 2]) expect(await readlink(`${proc}/fd/${fd}`)).toBe('/dev/null');
    expect(await readlink(`${proc}/cwd`)).toBe('/');
    expect(await readFile(`${proc}/status`, 'utf8')).toMatch(/^Umask:\t0077$/m);
    const environ = (await readFile(`${proc}/environ`, 'utf8')).split('\0').filter((line) => line !== '');
    const { PATH, HOME, XDG_RUNTIME_DIR, LC_ALL } = bare.env;
    const kept = { PATH, HOME, XDG_RUNTIME_DIR, LC_ALL, XDG_SESSION_ID: '4', https_proxy: given.https_proxy };
    expect(environ.sort()).toEqual(
      Object.entries(kept)
        .map(([name, value]) => `${name}=${value ?? ''}`)
        .sort(),
    );
  });

  it('starts one that keeps no lock and no pipe of the caller’s open, whatever their numbers', async () => {
    const stdio = Array.from({ length: 212 }, (_, fd): 'ignore' | 'pipe' =>
      [1, 5, 40, 200, 211].includes(fd) ? 'pipe' : 'ignore',
    );
    const env = { ...bare.env, ...AUTOSTART };
    const caller = spawn(process.execPath, [NODE_CLI, 'status'], { env, stdio });
    const ends = caller.stdio
      .filter((end) => end instanceof Readable)
      .map((end) => once(end.resume(), 'end'));
    expect(ends).toHaveLength(5);
    // They end while the agent lives: nobody but the caller had them.
    await Promise.all(ends);
    expect(await status()).toMatchObject({ kind: 'headless' });
  });

  it('starts one agent in all when several do so at once', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => status(AUTOSTART)));
    const pid = await bare.pid();
    expect(all.map((answer) => answer['pid'])).toEqual([pid, pid, pid, pid]);
  });

  it('starts one after `agent --on-demand`, and none after `agent --no-on-demand`', async () => {
    const file = join(bare.dataFolder, 'cli.json');
    const allowed = await bare.run(['agent', '--on-demand', '--json']);
    expect(JSON.parse(allowed.stdout)).toEqual({ startAgent: true, file });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await bare.run(['status'], { GLOBUS_TOKEN_AUTOSTART: '0' })).toMatchObject(nobody());
    expect(await status()).toMatchObject({ kind: 'headless' });
    expect(await bare.run(['agent', '--stop'])).toMatchObject({ code: 0 });
    const forbidden = await bare.run(['agent', '--no-on-demand']);
    expect(forbidden).toMatchObject({
      code: 0,
      stdout: '',
      stderr: `No command starts an agent by itself any more (${file}).\n`,
    });
    expect(await bare.run(['status'])).toMatchObject(nobody());
  });

  it('starts none in the place of a socket that is not this machine’s own', async () => {
    const forwarded = join(bare.folder, 'run', 'globus-token', 'forward-1.sock');
    const { code } = await bare.run(['status'], { ...AUTOSTART, GLOBUS_TOKEN_SOCK: forwarded });
    expect(code).toBe(3);
    await expect(stat(bare.dataFolder)).rejects.toThrow('ENOENT');
  });

  it('says so when what it started ends at once', async () => {
    await mkdir(dirname(bare.dataFolder), { recursive: true });
    await writeFile(bare.dataFolder, 'no folder');
    expect(await bare.run(['status'], AUTOSTART)).toMatchObject({
      code: 3,
      stderr:
        'globus-token: The agent ended while it started (2). Nothing was lost.\nhint: See why: globus-token agent\n',
    });
  });
});

describe('globus-token agent', SLOW, () => {
  it('runs one in its own process until a signal ends it', async () => {
    const words = [NODE_CLI, 'agent', '--lock-after=8h'];
    const child = spawn(process.execPath, words, { env: bare.env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    const ended = once(child, 'close');
    await until('an agent that listens', () => Promise.resolve(said.includes(' listens at ') || undefined));
    expect(await status()).toMatchObject({ pid: child.pid, kind: 'headless' });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('refuses with the agent’s own words and code what the agent does not understand', async () => {
    expect(await bare.run(['agent', '--lock-after', 'soon'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'globus-token agent: --lock-after takes a duration: 90s, 30m, 8h, 7d\n',
    });
  });

  it('[C29] locks itself when the time of --lock-after is over', async () => {
    expect(await bare.run(['agent', '--detach', '--lock-after', '1'])).toMatchObject({ code: 0 });
    await until('an agent that is locked', async () => (await status())['locked'] === true || undefined);
    expect(await bare.run(['get', 'view_flows'])).toMatchObject({ code: 4, stdout: '' });
  });

  it('[C29] counts from the unlock of a passphrase file, and from every later one', async () => {
    const unlock = (...more: string[]) =>
      bare.run(['unlock', ...more, '--passphrase-command', 'echo correct horse']);
    expect(await bare.run(['agent', '--detach'])).toMatchObject({ code: 0 });
    expect(await unlock('--new')).toMatchObject({ code: 0 });
    expect(await bare.run(['agent', '--stop'])).toMatchObject({ code: 0 });
    expect(await bare.run(['agent', '--detach', '--lock-after', '1'])).toMatchObject({ code: 0 });
    expect(await status()).toMatchObject({ backend: 'passphrase', vault_state: 'locked', locked: false });
    for (const time of ['first', 'second']) {
      expect([time, await unlock()]).toMatchObject([time, { code: 0 }]);
      await until(`the ${time} lock`, async () => (await status())['locked'] === true || undefined);
    }
    const wrong = ['unlock', '--passphrase-command', 'echo wrong'];
    expect(await bare.run(wrong)).toMatchObject({ code: 15 });
  });

  it('--detach waits until it answers, and starts no second one', async () => {
    const first = await bare.run(['agent', '--detach']);
    const pid = await bare.pid();
    expect(first).toMatchObject({
      code: 0,
      stdout: '',
      stderr: `An agent (pid ${pid}) answers at ${bare.socket}.\n`,
    });
    const second = await bare.run(['agent', '--detach', '--json']);
    expect(JSON.parse(second.stdout)).toEqual({ pid, kind: 'headless', socket: bare.socket, started: false });
  });

  it('--stop ends it, and starts none to end', async () => {
    await bare.run(['agent', '--detach']);
    const pid = await bare.pid();
    expect(await bare.run(['agent', '--stop'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: `The agent (pid ${pid}) has ended. Sign-ins are kept where they were.\n`,
    });
    await expect(stat(bare.socket)).rejects.toThrow('ENOENT');
    expect(await bare.run(['agent', '--stop'], AUTOSTART)).toMatchObject({
      code: 3,
      stderr: `globus-token: No agent answers at ${bare.socket}, so there is none to stop.\nhint: If one should: globus-token doctor\n`,
    });
  });

  it.each([
    ['the app', () => ({ pid: process.pid, kind: 'desktop' }), 'The app answers there'],
    // As through a forwarded socket: the number is another program's here.
    [
      'another program of this number',
      () => ({ pid: process.pid, kind: 'headless' }),
      'is no process of yours',
    ],
    ['no process at all', () => ({ pid: 0, kind: 'headless' }), 'No agent answers'],
  ])('--stop does not touch %s', async (_, answer, why) => {
    await mkdir(dirname(bare.socket), { mode: 0o700 });
    const text = JSON.stringify(answer());
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(`${head}content-length: ${text.length}\r\n\r\n${text}`));
    });
    await new Promise<void>((resolve) => server.listen(bare.socket, resolve));
    try {
      const { code, stderr } = await bare.run(['agent', '--stop']);
      expect([2, 3]).toContain(code);
      expect(stderr).toContain(why);
    } finally {
      server.close();
    }
  });

  it('takes one thing at a time', async () => {
    expect(await bare.run(['agent', '--stop', '--detach'])).toMatchObject({
      code: 2,
      stderr: 'globus-token: --detach and --stop do not go together\nhint: globus-token agent --help\n',
    });
    expect(await bare.run(['agent', '--stop', '--lock-after=1h'])).toMatchObject({ code: 2 });
    expect(await bare.run(['agent', '--install', '--demo=1,2'])).toMatchObject({ code: 2 });
  });
});
