import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../scripts/build.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

interface Package {
  readonly bin: Readonly<Record<string, string>>;
  readonly man: string;
}

describe('what npm install -g finds in the package', { timeout: 60_000 }, () => {
  let described: Package;
  let packed: readonly string[];
  beforeAll(async () => {
    await build({ only: ['cli'] });
    described = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Package;
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      maxBuffer: 16_777_216,
    });
    const [found] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    packed = found.files.map(({ path }) => path);
  }, 60_000);

  it('is every command that package.json names', () => {
    expect(packed).toEqual(expect.arrayContaining(Object.values(described.bin)));
  });

  it('is the man page, under the command’s name and section', async () => {
    expect(described.man).toMatch(/\/globus-token\.1$/);
    expect(packed).toContain(described.man);
    expect(await readFile(join(ROOT, described.man), 'utf8')).toMatch(/^\.TH "?GLOBUS-TOKEN"? "?1"?/im);
  });
});
