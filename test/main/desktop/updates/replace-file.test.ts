import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFile, startAfter } from '../../../../main/desktop/updates/replace-file.ts';
import { until } from '../../../support/processes.ts';

let folder: string;
let image: string;
let fresh: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replace-'));
  [image, fresh] = [join(folder, 'App.AppImage'), join(folder, 'fresh')];
  writeFileSync(image, 'old');
  chmodSync(image, 0o750);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sha512 = (bytes: Uint8Array) => createHash('sha512').update(bytes).digest('base64');

describe('a program', () => {
  it('becomes the new one, with the mode that it had', () => {
    const bytes = Buffer.alloc(2_500_000, 'new');
    writeFileSync(fresh, bytes);
    replaceFile(fresh, image, sha512(bytes));
    expect(readFileSync(image).equals(bytes)).toBe(true);
    expect(statSync(image).mode & 0o777).toBe(0o750);
    expect(readdirSync(folder).sort()).toEqual(['App.AppImage', 'fresh']);
  });

  it('stays as it was when the file was changed after it had been checked', () => {
    writeFileSync(fresh, 'other');
    expect(() => replaceFile(fresh, image, sha512(Buffer.from('new')))).toThrow('was changed');
    expect(readFileSync(image, 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['App.AppImage', 'fresh']);
  });

  it('stays as it was when there is nothing to put there', () => {
    expect(() => replaceFile(fresh, image, sha512(Buffer.from('new')))).toThrow('ENOENT');
    expect(readFileSync(image, 'utf8')).toBe('old');
  });

  it('is replaced where a link to it points, and through no link that lies beside it', () => {
    const link = join(folder, 'link');
    const victim = join(folder, 'victim');
    symlinkSync(image, link);
    writeFileSync(victim, 'victim');
    symlinkSync(victim, `${image}.update`);
    writeFileSync(fresh, 'new');
    replaceFile(fresh, link, sha512(Buffer.from('new')));
    expect(readFileSync(image, 'utf8')).toBe('new');
    expect(readFileSync(victim, 'utf8')).toBe('victim');
  });
});

it('a program is started once the one before it has ended, with its arguments and without its mount', async () => {
  const said = join(folder, 'said');
  writeFileSync(
    image,
    `#!/bin/sh\nprintf '%s|' "$PWD" "\${APPDIR-none}" "$@" > '${said}.part'\nmv '${said}.part' '${said}'\n`,
  );
  const before = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(before, 'spawn');
  process.env['APPDIR'] = '/tmp/.mount';
  try {
    startAfter(before.pid ?? 0, image, ['--hidden', `it's "$HOME"`]);
  } finally {
    delete process.env['APPDIR'];
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(existsSync(said)).toBe(false);
  before.kill('SIGKILL');
  const text = await until('the program', () =>
    Promise.resolve(existsSync(said) ? readFileSync(said, 'utf8') : undefined),
  );
  expect(text).toBe(`/|none|--hidden|it's "$HOME"|`);
});
