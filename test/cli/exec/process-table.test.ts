import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  inForeground,
  type ProcessReads,
  runningProcess,
  systemReads,
} from '../../../cli/child/process-table.ts';
import { until } from '../../support/processes.ts';
import { onTerminal } from '../../support/pty.ts';

/** macOS as its ps(1) prints it: numbers on the right of their columns, a line's end, no heading. */
function macos(printed: string | null): { reads: ProcessReads; asked: (readonly string[])[] } {
  const asked: (readonly string[])[] = [];
  const none = (): never => {
    throw new Error('ENOENT');
  };
  const reads: ProcessReads = {
    platform: 'darwin',
    readFile: none,
    ownerOf: none,
    run(program, args) {
      asked.push([program, ...args]);
      return printed ?? none();
    },
  };
  return { reads, asked };
}

describe('whether a terminal sends its signals to this process too', () => {
  it.each([
    ['the foreground group of its terminal', ' 4711  4711\n', true],
    ['numbers that fill their columns', '94711 94711\n', true],
    ['a job in the background', ' 4711   512\n', false],
    ['no terminal', ' 4711     0\n', false],
    ['no terminal, by another version', ' 4711    -1\n', false],
    ['nothing', '\n', false],
  ])('on macOS, asked of ps: %s [C50]', (_what, printed, wanted) => {
    const { reads, asked } = macos(printed);
    expect(inForeground(4711, reads)).toBe(wanted);
    expect(asked).toEqual([['ps', '-o', 'pgid=,tpgid=', '-p', '4711']]);
  });

  it('on macOS without a ps that answers it counts as no, so that the signal is passed on [C50]', () => {
    expect(inForeground(4711, macos(null).reads)).toBe(false);
  });

  it('the ps that is here answers that very question as /proc does [C50]', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foreground-'));
    const [pidFile, done] = [join(folder, 'pid'), join(folder, 'done')];
    const script = 'echo $$ >"$1.new" && mv "$1.new" "$1"; until [ -e "$2" ]; do sleep 0.02; done';
    const env = { PATH: process.env['PATH'] ?? '' };
    const alone = spawn('sleep', ['30'], { env, detached: true, stdio: 'ignore' });
    try {
      const shell = onTerminal(['sh', '-c', script, 'sh', pidFile, done], env);
      const pid = await until('a shell on a terminal', () =>
        readFile(pidFile, 'utf8').then(Number, () => undefined),
      );
      const both = (of: number) =>
        (['linux', 'darwin'] as const).map((platform) => inForeground(of, { ...systemReads, platform }));
      expect(both(pid)).toEqual([true, true]);
      expect(both(alone.pid ?? 0)).toEqual([false, false]);
      await writeFile(done, '');
      await shell;
    } finally {
      alone.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('whose process it is, and what it runs', () => {
  it('on macOS, asked of ps', () => {
    const { reads, asked } = macos(
      '  501 /usr/local/bin/node /opt/tray/globus-token-agent.js --oidc-agent\n',
    );
    expect(runningProcess(4711, reads)).toEqual({
      uid: 501,
      words: ['/usr/local/bin/node', '/opt/tray/globus-token-agent.js', '--oidc-agent'],
    });
    expect(asked).toEqual([['ps', '-o', 'uid=,args=', '-p', '4711']]);
  });

  it.each([
    ['nothing', '\n'],
    ['an error', null],
  ])('on macOS it is nobody’s where ps says %s', (_what, printed) => {
    expect(runningProcess(4711, macos(printed).reads)).toBeNull();
  });

  it('the ps that is here answers that very question as /proc does', () => {
    const here = runningProcess(process.pid, systemReads);
    expect(here?.uid).toBe(process.getuid?.());
    const byPs = runningProcess(process.pid, { ...systemReads, platform: 'darwin' });
    expect(byPs?.uid).toBe(here?.uid);
    expect(byPs?.words[0]).toBe(here?.words[0]?.split(' ')[0]);
  });
});
