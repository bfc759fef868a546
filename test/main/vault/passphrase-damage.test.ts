import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KeptMark, passphraseVault } from '../../support/passphrase-vault.ts';

const NAME = 'production/c/s/flows.globus.org/1';
const ENTRY = { refreshToken: 'refresh-token', scopes: ['urn:x:a'] };
const PASSPHRASE = 'correct horse';

let folder: string;
let path: string;
let marks: KeptMark;
let good: Buffer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'passphrase-'));
  const rig = passphraseVault(folder);
  await rig.vault.create(PASSPHRASE);
  await rig.vault.write(NAME, ENTRY);
  ({ path, marks } = rig);
  good = readFileSync(path);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the next process makes of these bytes; whatever it is, the file stays as it is. */
async function unlocking(bytes: Buffer): Promise<string> {
  writeFileSync(path, bytes);
  const { vault } = passphraseVault(folder, { marks });
  const result = await vault.unlock(PASSPHRASE);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  if (result.kind === 'done') return 'opened';
  expect(await vault.read(NAME)).toMatchObject({ kind: 'trouble' });
  return result.trouble;
}

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}

/** As somebody would do it who knows the format and not the passphrase. */
function withRightChecksum(bytes: Buffer): Buffer {
  const covered = bytes.subarray(0, -32);
  return Buffer.concat([covered, createHash('sha256').update(covered).digest()]);
}

describe('a passphrase file that is not as it was written', () => {
  it('opens as it was written', async () => {
    expect(await unlocking(good)).toBe('opened');
  });

  it('[C27] is damaged for every single bit that is flipped, and never a wrong passphrase', async () => {
    const found = new Map<string, number>();
    for (let bit = 0; bit < good.length * 8; bit += 1) {
      const trouble = await unlocking(flipped(good, bit));
      found.set(trouble, (found.get(trouble) ?? 0) + 1);
    }
    // A length that grew makes the file look cut short.
    expect([...found.keys()].sort()).toEqual(['damaged', 'truncated']);
    expect(found.get('truncated')).toBeLessThanOrEqual(32);
  }, 120_000);

  it('opens for no single bit that is flipped by somebody who corrects the checksum', async () => {
    const end = (good.length - 32) * 8;
    for (let bit = 0; bit < end; bit += 1) {
      const trouble = await unlocking(withRightChecksum(flipped(good, bit)));
      const offset = bit >> 3;
      // Of salt, cost and key check nobody can tell without the key; everything else names itself.
      const allowed =
        offset < 8
          ? ['damaged']
          : offset < 12
            ? ['unreadable']
            : offset < 24
              ? ['damaged', 'wrong-passphrase']
              : offset < 40
                ? ['swapped']
                : offset < 104
                  ? ['wrong-passphrase']
                  : ['damaged', 'swapped', 'truncated'];
      expect(allowed, `bit ${bit}`).toContain(trouble);
    }
  }, 120_000);

  it('[C27] is cut short at every length', async () => {
    for (let length = 0; length < good.length; length += 1) {
      expect(await unlocking(good.subarray(0, length)), `${length} bytes`).toBe('truncated');
    }
  }, 120_000);

  it.each([
    ['something added', () => Buffer.concat([good, Buffer.from([0])])],
    ['itself twice', () => Buffer.concat([good, good])],
    ['something added and the checksum corrected', () => withRightChecksum(Buffer.concat([good, good]))],
    ['text', () => Buffer.from('{"version":4}'.repeat(50))],
    ['zeroes', () => Buffer.alloc(good.length)],
  ])('is damaged: %s', async (_title, make) => {
    expect(await unlocking(make())).toMatch(/^(damaged|truncated)$/);
  });

  it('is unreadable when it is larger than any of ours, and is not read', async () => {
    expect(await unlocking(Buffer.alloc(9 * 1024 * 1024))).toBe('unreadable');
  });

  it.each([
    ['N of 2^31', 12, 31],
    ['N of 2^20 with r of 64', 16, 2 ** 13],
    ['r of 2^32 − 1', 16, 2 ** 32 - 1],
    ['p of 2^32 − 1', 20, 2 ** 32 - 1],
    ['p of 0', 20, 0],
    ['r of 0', 16, 0],
    ['N of 1', 12, 0],
    ['N that scrypt does not take with an r of 1', 12, 16],
  ])('cannot make us work: %s', async (_title, offset, value) => {
    const hostile = Buffer.from(good);
    hostile.writeUInt32BE(value, offset);
    const before = process.memoryUsage.rss();
    const start = performance.now();
    expect(await unlocking(withRightChecksum(hostile))).toBe('damaged');
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('is refused while unlocked too, and used again once it is put right', async () => {
    const { vault } = passphraseVault(folder, { marks });
    await vault.unlock(PASSPHRASE);
    writeFileSync(path, flipped(good, 1_100));
    expect(await vault.status()).toBe('damaged');
    expect(vault.describe().damage).toBe('damaged');
    expect(await vault.write(NAME, ENTRY)).toMatchObject({ kind: 'trouble', trouble: 'damaged' });
    writeFileSync(path, good.subarray(0, 50));
    expect(await vault.read(NAME)).toMatchObject({ kind: 'trouble', trouble: 'damaged' });
    expect(vault.describe().damage).toBe('truncated');
    writeFileSync(path, good);
    expect(await vault.read(NAME)).toEqual({ kind: 'found', entry: ENTRY });
    expect(vault.describe().damage).toBeUndefined();
  });
});

it('[C27] an agent that is open knows an older copy, even when the settings were put back with it', async () => {
  const { vault } = passphraseVault(folder, { marks });
  await vault.unlock(PASSPHRASE);
  const before = marks.mark;
  await vault.write(NAME, { ...ENTRY, refreshToken: 'rotated' });
  marks.mark = before;
  writeFileSync(path, good);
  expect(await vault.read(NAME)).toMatchObject({ kind: 'trouble', trouble: 'damaged' });
  expect(vault.describe().damage).toBe('swapped');
  expect(readFileSync(path).equals(good)).toBe(true);
});
