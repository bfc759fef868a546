import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { access, chmod, mkdir, open, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliRig, cliRig, NODE_CLI } from '../../support/cli-rig.ts';
import { writePolicy } from '../../support/headless.ts';
import { until } from '../../support/processes.ts';
import { onTerminal, quoted, type Typed } from '../../support/pty.ts';
import { ALL_SCOPES } from '../../support/sandbox-agent.ts';
import { below, filesWith, holders } from '../leaks.ts';

const PYTHON = '/usr/bin/python3';
/** Runs the CLI, and says how it ended as only its parent can see: a negative number is a signal. */
const PARENT = 'import subprocess, sys\nprint(subprocess.run(sys.argv[1:]).returncode)\n';

let rig: CliRig;
let token: string;
let parent: string;

beforeAll(async () => {
  rig = await cliRig();
  token = (await rig.run(['get', 'view_flows'])).stdout.trim();
  parent = join(rig.folder, 'parent.py');
  await writeFile(parent, PARENT);
  const callers = [
    { program: '/bin/sh', script: rig.caller },
    { program: PYTHON, script: parent },
  ];
  await writePolicy(
    join(rig.dataFolder, 'policy.json'),
    callers.flatMap((caller) =>
      ALL_SCOPES.map((scope) => ({ ...caller, scope, account: 'ada@uni.example' })),
    ),
  );
});
afterAll(() => rig.end());

const exec = (...words: string[]) => rig.run(['exec', ...words]);
const sh = (script: string, ...words: string[]) => exec(...words, '--', 'sh', '-c', script);

/** A program that runs until it is told to end; ours, its own and what it wrote so far. */
async function running(script: string, words: readonly string[] = []) {
  const started = rig.start(['exec', ...words, '--', 'sh', '-c', script]);
  let shown = '';
  started.child.stdout?.on('data', (chunk: string) => (shown += chunk));
  await until('a program that runs', () => Promise.resolve(shown.includes('ready') || undefined));
  const [cli = 0] = await below(started.child.pid ?? 0);
  const [child = 0] = await below(cli);
  return { ...started, cli, pid: child, shown: () => shown };
}

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

describe('how exec ends', () => {
  it.each([0, 1, 7, 255])('with the exit code of the program: %i [C50]', async (code) => {
    expect(await sh(`exit ${code}`)).toMatchObject({ code, stderr: '' });
  });

  it.each(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGABRT', 'SIGUSR1', 'SIGSEGV'] as const)(
    'by the signal that ended the program: %s [C50]',
    async (signal) => {
      const words = [NODE_CLI, 'exec', '--', 'sh', '-c', `ulimit -c 0; kill -${signal.slice(3)} $$`];
      const child = spawn(PYTHON, [parent, process.execPath, ...words], {
        env: rig.env,
        cwd: rig.folder,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let shown = '';
      child.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
      await once(child, 'close');
      expect(shown.trim()).toBe(String(-constants.signals[signal]));
    },
  );

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const)(
    'only with the program, which gets the signal: %s [C50]',
    async (signal) => {
      const name = signal.slice(3);
      const script = `trap 'echo got ${name}; exit 9' ${name}; echo ready; while :; do sleep 0.05; done`;
      const { cli, done } = await running(script);
      process.kill(cli, signal);
      expect(await done).toMatchObject({ code: 9, stdout: `ready\ngot ${name}\n`, stderr: '' });
    },
  );

  it('with 127 and 126 when there is no such program, or none that can be run', async () => {
    const plain = join(rig.folder, 'plain');
    await writeFile(plain, 'no program');
    expect(await exec('--', 'no-such-program-anywhere')).toEqual({
      code: 127,
      stdout: '',
      stderr:
        'globus-token: There is no program no-such-program-anywhere, so no token was asked for.\n' +
        'hint: see that it is on PATH\n',
      screen: '',
    });
    expect(await exec('--', plain)).toMatchObject({ code: 126, stdout: '' });
    expect(await exec('--', rig.folder)).toMatchObject({ code: 126, stdout: '' });
    const lost = join(rig.folder, 'lost');
    await writeFile(lost, '#!/no/such/interpreter\n');
    await chmod(lost, 0o755);
    expect(await exec('--', lost)).toMatchObject({ code: 127, stdout: '' });
    const ran = await exec('--json', '--', 'no-such-program-anywhere');
    expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: 127 } });
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
    const [cli = 0, ...family] = await below(child.pid ?? 0);
    expect(family).toHaveLength(2);
    expect((await holders(token)).sort()).toEqual(family.sort());
    expect(await filesWith(token, [rig.folder], [cli, ...family])).toEqual([]);
    child.stdin.end('\n');
    expect(await once(child, 'close')).toEqual([0, null]);
  });
});

describe('exec on a terminal', () => {
  const onTty = (script: string, words: readonly string[] = []) => [
    ...[rig.caller, process.execPath, NODE_CLI, 'exec', ...words, '--', 'sh', '-c', script],
  ];

  /** Typed at the prompt of an interactive shell, which gives its jobs process groups. */
  const atPrompt = (script: string, ...typed: Typed[]) =>
    onTerminal(
      ['bash', '--norc', '-i'],
      { ...rig.env, PS1: 'PROMPT> ' },
      [{ sees: 'PROMPT> ', types: `${onTty(script).map(quoted).join(' ')}\n` }, ...typed],
      true,
    );

  it('sends Ctrl-C to the program once', async () => {
    const script = 'trap "echo got it" INT; echo ready; read -r _; read -r _; echo gone on';
    const ran = await atPrompt(
      script,
      { sees: /^ready\r$/m, types: '\u0003' },
      { sees: 'got it', types: '\n' },
      { sees: /gone on\r[^]*PROMPT> /, types: 'exit 3\n' },
    );
    expect(ran.code).toBe(3);
    expect(ran.screen.match(/got it\r/g)).toHaveLength(1);
  });

  it('leaves a program on the terminal with --no-mask, and masks it off it without', async () => {
    const script = 'if [ -t 1 ]; then echo "on it"; else echo "off it"; fi';
    expect((await onTerminal(onTty(script, ['--no-mask']), rig.env, [], true)).screen).toContain('on it');
    expect((await onTerminal(onTty(script), rig.env, [], true)).screen).toContain('off it');
  });

  it('stops with Ctrl-Z and goes on with fg', async () => {
    const ran = await atPrompt(
      'echo ready; read -r line; echo "read $line"',
      { sees: /^ready\r$/m, types: '\u001a' },
      { sees: /Stopped[^]*PROMPT> /, types: 'fg\n' },
      { sees: /read[^]*\r\n/, types: 'on\n' },
      { sees: /^read on\r[^]*PROMPT> /m, types: 'exit 3\n' },
    );
    expect(ran.code).toBe(3);
  });
});
