import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../scripts/build.mjs';

const root = join(import.meta.dirname, '..', '..');
const command = join(root, 'dist/cli/globus-token.js');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

function globusToken(...words: string[]): { code: number | null; out: string; err: string } {
  // Run by its own name, so that the shebang and the executable bit are proven too; no TTY on stdin.
  const { status, stdout, stderr } = spawnSync(command, words, {
    encoding: 'utf8',
    input: '',
    timeout: 2_000,
  });
  return { code: status, out: stdout, err: stderr };
}

beforeAll(() => build({ only: ['cli'] }));

describe('globus-token', () => {
  it.each(['--version', '-V'])('[C48] prints the version alone on stdout for %s', (word) => {
    expect(globusToken(word)).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it.each(['--help', '-h'])(
    '[C48] prints help on stdout for %s, and says that commands come later',
    (word) => {
      const { code, out, err } = globusToken(word);
      expect(code).toBe(0);
      expect(err).toBe('');
      expect(out).toContain('usage: globus-token');
      expect(out).toContain('has no commands yet');
    },
  );

  it.each([
    [['get', 'view_flows'], 'unknown command "get"'],
    [['--frob'], 'unknown option "--frob"'],
    [['--version', 'now'], 'unknown command "now"'],
    [['--help', '--json'], 'unknown option "--json"'],
    [['\u001b[31mred'], 'unknown command "\\u001b[31mred"'],
    [[''], 'unknown command ""'],
  ])('[C48] refuses %j with exit code 2, a hint, and nothing on stdout', (words, message) => {
    const { code, out, err } = globusToken(...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe(`globus-token: ${message}\nhint: globus-token --help\n`);
  });

  it('[C49] without words prints its help on stderr and does not wait for anyone', () => {
    const { code, out, err } = globusToken();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('usage: globus-token');
  });

  it('is executable by all and imports no Electron', () => {
    expect(statSync(command).mode & 0o111).toBe(0o111);
    expect(readFileSync(command, 'utf8')).not.toMatch(/electron/);
  });
});
