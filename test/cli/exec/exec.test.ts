import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliRig, cliRig, NODE_CLI } from '../../support/cli-rig.ts';
import { until } from '../../support/processes.ts';
import { ALL_SCOPES } from '../../support/sandbox-agent.ts';
import { below, filesWith, holders, programOf } from '../leaks.ts';

let rig: CliRig;
let token: string;

beforeAll(async () => {
  rig = await cliRig();
  token = (await rig.run(['get', 'view_flows'])).stdout.trim();
});
afterAll(() => rig.end());

const exec = (...words: string[]) => rig.run(['exec', ...words]);
const sh = (script: string, ...words: string[]) => exec(...words, '--', 'sh', '-c', script);

describe('the environment of exec', () => {
  it('has the token of view_flows in GLOBUS_TOKEN, and stdin is the user’s', async () => {
    const script = '[ "$GLOBUS_TOKEN" = "$(cat)" ] && echo same';
    const ran = await rig.run(['exec', 'sh', '-c', script], { stdin: token });
    expect(ran).toEqual({ code: 0, stdout: 'same\n', stderr: '', screen: '' });
  });

  it('has one variable for each of several scopes', async () => {
    const names =
      'printenv GLOBUS_TOKEN_RUN_MANAGE GLOBUS_TOKEN_VIEW_FLOWS; printenv GLOBUS_TOKEN || echo none';
    const ran = await sh(names, '--scope', 'view_flows', '--scope', 'run_manage');
    expect(ran.stdout).toBe('****\n****\nnone\n');
    const full = ALL_SCOPES.find((scope) => scope.endsWith('/view_flows')) ?? '';
    const named = await sh(
      'test -n "$A" && test -n "$B" && echo both',
      '--scope',
      full,
      '--scope',
      'run_manage',
      '--env',
      'A',
      '--env',
      'B',
    );
    expect(named).toMatchObject({ code: 0, stdout: 'both\n' });
  });

  it.each([
    [['--scope', 'view_flows', '--scope', 'view_flows'], 'Two tokens would be in GLOBUS_TOKEN_VIEW_FLOWS'],
    [['--env', 'A', '--env', 'B'], 'There are 1 scopes and 2 names'],
    [['--env', 'A=B'], '"A=B" is no name of a variable'],
    [['--min-ttl', 'soon'], '--min-ttl takes a duration'],
    [['--nonsense'], 'unknown option "--nonsense"'],
  ])('is refused for %j', async (words, why) => {
    const ran = await exec(...words, '--', 'true');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(why);
  });

  it('starts nothing when a token is refused, and asks nobody [C49]', async () => {
    const mark = join(rig.folder, 'started');
    const touch = ['--', 'touch', mark];
    const began = performance.now();
    expect(await exec('--scope', 'view_flows', '--scope', 'nothing_such', ...touch)).toMatchObject({
      code: 19,
      stdout: '',
    });
    expect(performance.now() - began).toBeLessThan(2_000);
    const denied = await rig.run(['exec', ...touch], { unknownCaller: true });
    expect(denied).toMatchObject({ code: 5, stdout: '' });
    expect((await exec('--min-ttl', '300d', ...touch)).code).toBe(9);
    await expect(access(mark)).rejects.toThrow('ENOENT');
  });
});

it('exec does the same from the launcher [C50]', async () => {
  const words = ['exec', '--', 'sh', '-c', 'echo "<$GLOBUS_TOKEN>"; exit 7'];
  expect(await rig.run(words, { launcher: true })).toMatchObject({ code: 7, stdout: '<****>\n', stderr: '' });
});

describe('what exec lets through', () => {
  it('shows no token on stdout or stderr, in no common form [C50]', async () => {
    const ran = await sh(
      'echo "<$GLOBUS_TOKEN>"; echo "[$GLOBUS_TOKEN]" >&2; env | grep ^GLOBUS_TOKEN=; ' +
        'printf %s "$GLOBUS_TOKEN" | base64; printf "Bearer %s" "$GLOBUS_TOKEN" | base64 -w 0; echo; ' +
        'printf %s "$GLOBUS_TOKEN" | od -An -v -tx1 | tr -d " \\n"; echo; printf %s "$GLOBUS_TOKEN" | fold -w 20',
    );
    expect(ran.code).toBe(0);
    const [plain, env, encoded, bearer, hex, folded, ...rest] = ran.stdout.split('\n');
    expect([plain, env, hex, folded, rest]).toEqual(['<****>', 'GLOBUS_TOKEN=****', '****', '****', []]);
    expect(encoded).toMatch(/^\*{4}[A-Za-z0-9+/]?=*$/);
    expect(bearer).toMatch(/^QmVhcmVyI.?.?\*{4}[A-Za-z0-9+/]?=*$/);
    expect(ran.stderr).toBe('[****]\n');
  });

  it('shows no token that comes in pieces', async () => {
    const script = 'printf "a%.20s" "$GLOBUS_TOKEN"; sleep 0.1; echo "${GLOBUS_TOKEN#????????????????????}z"';
    expect(await exec('--', 'sh', '-c', script)).toMatchObject({ code: 0, stdout: 'a****z\n' });
  });

  it('leaves at once, a question without a line’s end as well', async () => {
    const child = spawn(
      rig.caller,
      [
        process.execPath,
        NODE_CLI,
        'exec',
        '--',
        'sh',
        '-c',
        'printf "name? "; read -r name; echo "hi $name"',
      ],
      { env: rig.env, stdio: ['pipe', 'pipe', 'inherit'] },
    );
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (shown === 'name? ') child.stdin.end('ada\n');
    });
    await once(child, 'close');
    expect(shown).toBe('name? hi ada\n');
  });

  it('changes no byte of what is no secret, however much it is', async () => {
    const program = `
      const { createHash } = require('node:crypto');
      const hash = createHash('sha256');
      let state = 1, left = 160;
      (function more() {
        for (; left > 0; left -= 1) {
          const bytes = Buffer.alloc(65536);
          for (let i = 0; i < bytes.length; i += 1) bytes[i] = (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 16;
          hash.update(bytes);
          if (!process.stdout.write(bytes)) { left -= 1; return process.stdout.once('drain', more); }
        }
        process.stderr.write(hash.digest('hex'));
      })();`;
    const child = spawn(
      rig.caller,
      [process.execPath, NODE_CLI, 'exec', '--', process.execPath, '-e', program],
      {
        env: rig.env,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const hash = createHash('sha256');
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => hash.update(chunk));
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(hash.digest('hex')).toBe(told);
  });

  it('may be opened by name, as scripts do with /dev/stderr', async () => {
    const ran = await sh('echo out >/dev/stdout; echo "$GLOBUS_TOKEN" | tee /dev/stderr >/dev/null');
    expect(ran).toEqual({ code: 0, stdout: 'out\n', stderr: '****\n', screen: '' });
  });

  it('is masked where no FIFO can be made, too', async () => {
    const words = ['exec', '--', '/bin/sh', '-c', 'echo "<$GLOBUS_TOKEN>"; echo "[$GLOBUS_TOKEN]" >&2'];
    const ran = await rig.run(words, { env: { PATH: rig.folder } });
    expect(ran).toMatchObject({ code: 0, stdout: '<****>\n', stderr: '[****]\n' });
  });

  it('is left alone with --no-mask', async () => {
    expect(await sh('echo "$GLOBUS_TOKEN"', '--no-mask')).toMatchObject({ code: 0, stdout: `${token}\n` });
  });

  it('ends a program that nobody reads any more', async () => {
    const words = ['exec', '--', 'sh', '-c', 'yes; echo "ended $?" >&2'];
    const child = spawn(rig.caller, [process.execPath, NODE_CLI, ...words], {
      env: rig.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    await once(child, 'close');
    expect(told).toBe('ended 141\n');
  });

  it('may have descriptors that its words name, as <(…) makes them', async () => {
    const file = join(rig.folder, 'on-3');
    await writeFile(file, 'on three\n');
    const handle = await open(file);
    const child = spawn(rig.caller, [process.execPath, NODE_CLI, 'exec', '--', 'cat', '/dev/fd/3'], {
      env: rig.env,
      stdio: ['ignore', 'pipe', 'inherit', handle.fd],
    });
    let shown = '';
    child.stdout?.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    expect(await once(child, 'close')).toEqual([0, null]);
    await handle.close();
    expect(shown).toBe('on three\n');
  });
});

describe('while exec runs', () => {
  it('only the program and what it starts have the token, and no file does [C50]', async () => {
    const temporary = join(rig.folder, 'tmp');
    await mkdir(temporary);
    const words = ['exec', '--', 'sh', '-c', 'sleep 60 & echo ready; read -r _; kill $!; wait'];
    const child = spawn(rig.caller, [process.execPath, NODE_CLI, ...words], {
      env: { ...rig.env, TMPDIR: temporary },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    // While it becomes its program a process shows no environment.
    const sleeps = (pid: number) => programOf(pid).then((program) => /sleep|coreutils|busybox/.test(program));
    const [cli = 0, ...family] = await until('both processes', async () => {
      const pids = await below(child.pid ?? 0);
      return (await Promise.all(pids.map(sleeps))).includes(true) ? pids : undefined;
    });
    expect(family).toHaveLength(2);
    expect((await holders(token)).sort()).toEqual(family.sort());
    // Its environment is the owner’s; a command line is everybody’s.
    expect(await holders(token, ['cmdline'])).toEqual([]);
    expect(await filesWith(token, [rig.folder], [cli, ...family])).toEqual([]);
    expect(await readdir(temporary)).toEqual([]);
    child.stdin.end('\n');
    expect(await once(child, 'close')).toEqual([0, null]);
  });
});
