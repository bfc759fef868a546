import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliRig, cliRig, NODE_CLI } from '../../support/cli-rig.ts';
import { writePolicy } from '../../support/headless.ts';
import { until } from '../../support/processes.ts';
import { onTerminal, quoted, type Typed } from '../../support/pty.ts';
import { ALL_SCOPES } from '../../support/sandbox-agent.ts';
import { below } from '../leaks.ts';

const PYTHON = '/usr/bin/python3';
/** Runs the CLI, and says how it ended as only its parent can see: a negative number is a signal. */
const PARENT = 'import subprocess, sys\nprint(subprocess.run(sys.argv[1:]).returncode)\n';

let rig: CliRig;
let parent: string;

beforeAll(async () => {
  rig = await cliRig();
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
    // Gives a second one the time to come, and tells how many came.
    const script = join(rig.folder, 'count.cjs');
    await writeFile(
      script,
      `let count = 0;
      process.on('SIGINT', () => {
        count += 1;
        if (count === 1) setTimeout(() => { console.log('counted ' + count); process.exit(); }, 200);
      });
      console.log('rea' + 'dy');
      setInterval(() => {}, 1000);`,
    );
    const ran = await atPrompt(
      `exec ${quoted(process.execPath)} ${quoted(script)}`,
      { sees: 'ready', types: '\u0003' },
      { sees: /counted[^]*PROMPT> /, types: 'exit 3\n' },
    );
    expect(ran.code).toBe(3);
    expect(ran.screen).toContain('counted 1\r');
  });

  it('leaves a program on the terminal with --no-mask, and masks it off it without', async () => {
    const script = 'if [ -t 1 ]; then echo "on it"; else echo "off it"; fi';
    expect((await onTerminal(onTty(script, ['--no-mask']), rig.env, [], true)).screen).toContain('on it');
    expect((await onTerminal(onTty(script), rig.env, [], true)).screen).toContain('off it');
  });

  it('stops with Ctrl-Z and goes on with fg', async () => {
    // Bash goes by the first of the job that stops, and a reader that has not got so far would still take a key.
    const whenStopped = async (screen: string) => {
      const pid = /^ready (\d+)\r$/m.exec(screen)?.[1] ?? '';
      await until('a reader that is stopped', async () =>
        /\) T /.test(await readFile(`/proc/${pid}/stat`, 'utf8')) ? true : undefined,
      );
      return 'fg\n';
    };
    const ran = await atPrompt(
      'echo "ready $$"; read -r line; echo "read $line"',
      { sees: /^ready \d+\r$/m, types: '\u001a' },
      { sees: /Stopped[^]*PROMPT> /, types: whenStopped },
      { sees: /read[^]*\r\n/, types: 'on\n' },
      { sees: /^read on\r[^]*PROMPT> /m, types: 'exit 3\n' },
    );
    expect(ran.code).toBe(3);
  });
});
