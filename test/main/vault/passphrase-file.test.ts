import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PassphraseRig, passphraseVault } from '../../support/passphrase-vault.ts';

const NAME = 'production/c/s/flows.globus.org/1';
const ENTRY = { refreshToken: 'refresh-token', scopes: ['urn:x:a'] };
const PASSPHRASE = 'correct horse';
const DONE = { kind: 'done' };

let folder: string;
let rig: PassphraseRig;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'passphrase-'));
  rig = passphraseVault(folder);
  await rig.vault.create(PASSPHRASE);
  await rig.vault.write(NAME, ENTRY);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('the file', () => {
  it('[C28] is 0600 whatever the umask says, and at no moment wider', async () => {
    const before = process.umask(0);
    try {
      await rig.vault.write(NAME, ENTRY);
    } finally {
      process.umask(before);
    }
    expect(modeOf(rig.path)).toBe(0o600);
  });

  it.each([0o644, 0o660, 0o606])('[C28] is made 0600 again when it is found as %o', async (mode) => {
    chmodSync(rig.path, mode);
    const { vault } = passphraseVault(folder, { marks: rig.marks });
    expect(await vault.unlock(PASSPHRASE)).toEqual(DONE);
    expect(modeOf(rig.path)).toBe(0o600);
  });

  it('[C28] is made 0600 again while it is in use', async () => {
    chmodSync(rig.path, 0o644);
    expect(await rig.vault.read(NAME)).toMatchObject({ kind: 'found' });
    expect(modeOf(rig.path)).toBe(0o600);
  });

  it.each([0o755, 0o777, 0o750])(
    '[C28] is in a folder that is made 0700 when it is found as %o',
    async (mode) => {
      chmodSync(folder, mode);
      const { vault } = passphraseVault(folder, { marks: rig.marks });
      expect(await vault.unlock(PASSPHRASE)).toEqual(DONE);
      expect(modeOf(folder)).toBe(0o700);
    },
  );

  it('[C28] is refused when it is somebody else’s', async () => {
    const uid = (process.getuid?.() ?? 0) + 1;
    const before = readFileSync(rig.path);
    const { vault } = passphraseVault(folder, { marks: rig.marks, uid });
    expect(await vault.unlock(PASSPHRASE)).toMatchObject({
      kind: 'refused',
      trouble: 'unreadable',
      detail: expect.stringMatching(/belongs to user \d+/) as unknown,
    });
    expect(await vault.status()).toBe('damaged');
    expect(vault.describe().damage).toBe('unreadable');
    expect(readFileSync(rig.path).equals(before)).toBe(true);
  });

  it.each<[string, (path: string) => void, RegExp]>([
    ['a symlink to a good one', (path) => symlinkSync('real.bin', path), /symlink/],
    ['a symlink to nothing', (path) => symlinkSync('nothing', path), /symlink/],
    ['a folder', (path) => mkdirSync(path), /no regular file/],
    ['a pipe', (path) => void execFileSync('mkfifo', [path]), /no regular file/],
  ])('[C28] is refused as %s, and is not written over', async (_title, put, why) => {
    renameSync(rig.path, join(folder, 'real.bin'));
    put(rig.path);
    const { vault } = passphraseVault(folder, { marks: rig.marks });
    expect(await vault.unlock(PASSPHRASE)).toMatchObject({
      trouble: 'unreadable',
      detail: expect.stringMatching(why) as unknown,
    });
    expect(await vault.create('another')).toMatchObject({ trouble: 'exists' });
    expect(await rig.vault.write(NAME, ENTRY)).toMatchObject({ kind: 'trouble', trouble: 'damaged' });
    expect(readdirSync(folder).sort()).toEqual(['real.bin', 'vault.bin']);
  });

  it('[C28] is refused in a folder that is a symlink', async () => {
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    try {
      const { vault } = passphraseVault(link, { marks: rig.marks });
      expect(await vault.unlock(PASSPHRASE)).toMatchObject({
        trouble: 'unreadable',
        detail: expect.stringContaining('its folder is a symlink') as unknown,
      });
    } finally {
      rmSync(link);
    }
  });

  it('is replaced and never written into: another name of the old one keeps the old content', async () => {
    const other = join(folder, 'other-name');
    linkSync(rig.path, other);
    const before = readFileSync(other);
    await rig.vault.write(NAME, { ...ENTRY, refreshToken: 'next' });
    expect(readFileSync(other).equals(before)).toBe(true);
    expect(statSync(rig.path).nlink).toBe(1);
  });
});

describe('temporary files', () => {
  const left = (pid: number) => `vault.bin.${pid}.0123456789abcdef.tmp`;

  it('[C28] that a process left when it died are removed at the next unlock, and nothing else is', async () => {
    const ended = Number(execFileSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
    const keep = [left(process.ppid), 'vault.bin.bak', 'vault.bin.1.tmp', 'notes.tmp', 'settings.json'];
    // Our own number and no write under way: of an earlier process with it, as in a container.
    for (const name of [left(ended), left(process.pid), ...keep]) writeFileSync(join(folder, name), 'x');
    rig.vault.lock();
    expect(await rig.vault.unlock(PASSPHRASE)).toEqual(DONE);
    expect(readdirSync(folder).sort()).toEqual(['vault.bin', ...keep].sort());
  });

  it('are gone after a write that failed, and the old file is as it was', async () => {
    const before = readFileSync(rig.path);
    // The last step fails as on a full disk or a lock that cannot be had.
    const { vault } = passphraseVault(folder, {
      marks: rig.marks,
      alone: () => {
        throw Object.assign(new Error('no'), { code: 'ENOSPC' });
      },
    });
    await vault.unlock(PASSPHRASE);
    expect(await vault.write(NAME, { ...ENTRY, refreshToken: 'next' })).toEqual({
      kind: 'trouble',
      trouble: 'denied',
      detail: 'ENOSPC',
    });
    expect(readdirSync(folder)).toEqual(['vault.bin']);
    expect(readFileSync(rig.path).equals(before)).toBe(true);
    expect(await vault.read(NAME)).toEqual({ kind: 'found', entry: ENTRY });
  });
});
