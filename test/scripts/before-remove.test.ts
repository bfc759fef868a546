import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../scripts/build-targets.mjs';
import { onTerminal, type OnTerminal, type Typed } from '../support/pty.ts';

// With the real dpkg and rpm: test/e2e/installers.test.ts; with apt: before-remove-apt.test.ts.
const SCRIPT = ['/bin/sh', join(ROOT, 'assets', 'packages', 'before-remove.sh')];
const ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
const QUESTION = 'Stop the removal for that? [y/N] ';

const remove = (words: readonly string[], typed: readonly Typed[] = [], env = {}): Promise<OnTerminal> =>
  onTerminal(words, { ...ENV, ...env }, typed, true);
const inBackground = ['/bin/bash', '-mc', '"$@" & wait $!', 'bash', ...SCRIPT];
const keptOutput = ['/bin/sh', '-c', 'said=$("$@") && printf %s "$said"', 'sh', ...SCRIPT];
const withoutTerminal = ['/usr/bin/setsid', '--wait', ...SCRIPT];
const withoutInput = ['/bin/sh', '-c', '"$@" </dev/null', 'sh', ...SCRIPT];

it.each(['y', 'Y', 'yes', 'Yes'])('stops the removal at “%s”', async (answer) => {
  const { code, screen } = await remove([...SCRIPT, 'remove'], [{ sees: QUESTION, types: `${answer}\r` }]);
  expect(code).toBe(1);
  expect(screen).toContain('globus-token logout --forget\r\n');
  expect(screen).toMatch(/is not removed\. Remove it again when everybody has signed out\.\r\n$/);
});

it.each([
  ['nothing', '\r'],
  ['no', 'n\r'],
  ['what is neither', 'maybe\r'],
  ['the end of input', '\u0004'],
])('goes on at %s, and says what can be done afterwards', async (_what, types) => {
  const { code, screen } = await remove([...SCRIPT, 'remove'], [{ sees: QUESTION, types }]);
  expect(code).toBe(0);
  expect(screen).toContain('\r\nAfterwards, each user ends the consents at https://auth.globus.org/');
});

it('takes silence for a no: apt would hold its lock for ever once its terminal is gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'silence-'));
  try {
    const script = await readFile(join(ROOT, 'assets/packages/before-remove.sh'), 'utf8');
    const impatient = script.replace('timeout --foreground 300 ', 'timeout --foreground 0.2 ');
    expect(impatient).not.toBe(script);
    await writeFile(join(folder, 'before-remove.sh'), impatient);
    const { code, screen } = await remove(['/bin/sh', join(folder, 'before-remove.sh'), 'remove']);
    expect(code).toBe(0);
    expect(screen).toContain(`${QUESTION}\r\nAfterwards`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('asks for an rpm, too, whose scripts have no input of their own', async () => {
  const { code } = await remove([...withoutInput, '0'], [{ sees: QUESTION, types: 'y\r' }]);
  expect(code).toBe(1);
});

it.each([
  ['where the system is told to ask nothing', [...SCRIPT, 'remove'], { DEBIAN_FRONTEND: 'noninteractive' }],
  ['where questions go to a window', [...SCRIPT, 'remove'], { DEBIAN_FRONTEND: 'passthrough' }],
  ['at a terminal that is not its own, as of a rescue shell', [...withoutTerminal, 'remove'], {}],
  ['so where /bin/sh is bash', [...withoutTerminal.toSpliced(2, 1, '/bin/bash', '--posix'), 'remove'], {}],
  ['in the background, where reading would stop it', [...inBackground, 'remove'], {}],
  ['where the output is kept, as dnf does', [...keptOutput, '0'], {}],
  ['where the input is none of a person', [...withoutInput, 'remove'], {}],
  ['where another package takes its place', [...SCRIPT, 'remove', 'in-favour', 'other', '2'], {}],
])('asks nobody %s, and removes', async (_where, words, env) => {
  const { code, screen } = await remove(words, [], env);
  expect(code).toBe(0);
  expect(screen).not.toContain('[y/N]');
  expect(screen).toContain('Afterwards');
});

it.each([['upgrade', '2'], ['deconfigure', 'in-favour', 'other', '2'], ['failed-upgrade', '1'], ['1'], []])(
  'says nothing when nothing goes: %s',
  async (...args) => {
    expect(await remove([...SCRIPT, ...args])).toMatchObject({ code: 0, screen: '' });
  },
);
