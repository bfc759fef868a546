import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAST, KeptMark, passphraseVault } from '../../support/passphrase-vault.ts';

const NAME = 'production/0a4c8d20-9b0e-4b6e-8a53-3f3b7c1d2e4f/sub/flows.globus.org/1';
const OTHER = NAME.replace(/1$/, '2');
const ENTRY = { refreshToken: 'Ag-canary-7f3c-refresh-token', scopes: ['urn:x:a', 'urn:x:b'] };
const PASSPHRASE = 'correct horse battery staple';
const DONE = { kind: 'done' };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'passphrase-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** One entry in it, unlocked. */
async function filled() {
  const rig = passphraseVault(folder);
  expect(await rig.vault.create(PASSPHRASE)).toEqual(DONE);
  expect(await rig.vault.write(NAME, ENTRY)).toEqual(DONE);
  return rig;
}

describe('a passphrase vault', () => {
  it('is found again by the next process, with the passphrase and not before', async () => {
    const { marks } = await filled();
    const { vault } = passphraseVault(folder, { marks });
    expect(await vault.exists()).toBe(true);
    expect(vault.unlocked).toBe(false);
    expect(await vault.status()).toBe('locked');
    expect(await vault.read(NAME)).toEqual({ kind: 'trouble', trouble: 'locked' });
    expect(await vault.unlock(PASSPHRASE)).toEqual(DONE);
    expect(vault.unlocked).toBe(true);
    expect(await vault.status()).toBe('ready');
    expect(await vault.read(NAME)).toEqual({ kind: 'found', entry: ENTRY });
    expect(await vault.read(OTHER)).toEqual({ kind: 'absent' });
  });

  it('[C26] names itself', () => {
    const { vault } = passphraseVault(folder);
    expect(vault.describe()).toEqual({ backend: 'passphrase', label: 'passphrase file', persistent: true });
  });

  it('[C25] writes no token, name or scope in plain, and no passphrase', async () => {
    const { vault } = await filled();
    await vault.write(OTHER, { ...ENTRY, refreshToken: `${ENTRY.refreshToken}-2` });
    expect(readdirSync(folder)).toEqual(['vault.bin']);
    const bytes = readFileSync(join(folder, 'vault.bin'));
    for (const secret of ['canary', 'flows.globus.org', 'urn:x:a', PASSPHRASE, 'refreshToken']) {
      for (const form of [Buffer.from(secret), Buffer.from(secret, 'utf16le'), base64Of(secret)]) {
        expect(bytes.includes(form)).toBe(false);
      }
    }
  });

  it('takes another nonce for every write, so that equal contents never look equal', async () => {
    const { vault, path } = await filled();
    const nonces = new Set<string>();
    for (let index = 0; index < 20; index += 1) {
      await vault.write(NAME, ENTRY);
      nonces.add(readFileSync(path).subarray(112, 124).toString('hex'));
    }
    expect(nonces.size).toBe(20);
  });

  it('removes an entry for good, and says so of one that was never there', async () => {
    const { vault, marks } = await filled();
    const before = marks.mark?.generation;
    expect(await vault.remove(OTHER)).toEqual(DONE);
    expect(marks.mark?.generation).toBe(before);
    expect(await vault.remove(NAME)).toEqual(DONE);
    vault.lock();
    await vault.unlock(PASSPHRASE);
    expect(await vault.read(NAME)).toEqual({ kind: 'absent' });
  });

  it('keeps names apart that are special to JavaScript', async () => {
    const { vault } = await filled();
    await vault.write('__proto__', ENTRY);
    vault.lock();
    await vault.unlock(PASSPHRASE);
    expect(await vault.read('__proto__')).toEqual({ kind: 'found', entry: ENTRY });
    expect(await vault.read('constructor')).toEqual({ kind: 'absent' });
  });

  it('refuses an entry that is too large for Windows, and keeps the old one', async () => {
    const { vault } = await filled();
    const large = { ...ENTRY, refreshToken: 'x'.repeat(2_500) };
    expect(await vault.write(NAME, large)).toMatchObject({ kind: 'trouble', trouble: 'denied' });
    expect(await vault.read(NAME)).toEqual({ kind: 'found', entry: ENTRY });
  });

  it('keeps every one of many writes that are made at once', async () => {
    const { vault, marks } = await filled();
    const names = Array.from({ length: 30 }, (_, index) => NAME.replace(/1$/, `many-${index}`));
    const all = await Promise.all(names.map((name) => vault.write(name, ENTRY)));
    expect(all).toEqual(names.map(() => DONE));
    const next = passphraseVault(folder, { marks }).vault;
    await next.unlock(PASSPHRASE);
    for (const name of names) expect(await next.read(name)).toEqual({ kind: 'found', entry: ENTRY });
  });

  it('keeps its cost in the file, so that a later default still opens it', async () => {
    const { marks } = await filled();
    const { vault } = passphraseVault(folder, { marks, cost: { logN: 11, r: 4, p: 2 } });
    expect(await vault.unlock(PASSPHRASE)).toEqual(DONE);
  });
});

describe('making one', () => {
  it('[C26] leaves one that is there as it is, whatever is in it', async () => {
    const { vault, marks, path } = await filled();
    const before = readFileSync(path);
    const { mark } = marks;
    for (const one of [vault, passphraseVault(folder, { marks }).vault]) {
      expect(await one.create('another')).toMatchObject({ kind: 'refused', trouble: 'exists' });
    }
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(marks.mark).toEqual(mark);
    expect(await vault.read(NAME)).toMatchObject({ kind: 'found' });
  });

  it('makes one of two that are asked for at the same time', async () => {
    const [one, other] = [passphraseVault(folder).vault, passphraseVault(folder).vault];
    const made = await Promise.all([one.create('one'), other.create('other')]);
    expect(made.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
    expect(readdirSync(folder)).toEqual(['vault.bin']);
  });

  it('refuses an empty passphrase and writes nothing', async () => {
    const { vault } = passphraseVault(folder);
    expect(await vault.create('')).toMatchObject({ kind: 'refused', trouble: 'wrong-passphrase' });
    expect(readdirSync(folder)).toEqual([]);
    expect(await vault.exists()).toBe(false);
  });

  it('takes the place of one that was moved away', async () => {
    const { marks, path } = await filled();
    renameSync(path, `${path}.old`);
    const { vault } = passphraseVault(folder, { marks });
    expect(await vault.create('another')).toEqual(DONE);
    vault.lock();
    expect(await vault.unlock('another')).toEqual(DONE);
    expect(await vault.read(NAME)).toEqual({ kind: 'absent' });
  });

  it('makes none where the mark of an earlier one could not be taken back', async () => {
    const { marks, path } = await filled();
    renameSync(path, `${path}.old`);
    marks.broken = true;
    const { vault } = passphraseVault(folder, { marks });
    expect(await vault.create('another')).toMatchObject({ kind: 'refused', trouble: 'unreadable' });
    expect(existsSync(path)).toBe(false);
  });
});

describe('the passphrase', () => {
  it.each([
    ['long', 'x'.repeat(10_000)],
    ['one letter', 'x'],
    ['spaces', '   '],
    ['emoji and Greek', '🗝️ κλειδί 鍵'],
    ['a NUL and control characters', 'a\0b\u0007'],
  ])('may be: %s', async (_title, passphrase) => {
    const { vault } = passphraseVault(folder);
    expect(await vault.create(passphrase)).toEqual(DONE);
    vault.lock();
    expect(await vault.unlock(`${passphrase}.`)).toMatchObject({ trouble: 'wrong-passphrase' });
    expect(await vault.unlock(passphrase)).toEqual(DONE);
  });

  it('is the same in every form that Unicode has for the same letters', async () => {
    const { vault } = passphraseVault(folder);
    await vault.create('caf\u00e9 \ufb01');
    vault.lock();
    expect(await vault.unlock('cafe\u0301 fi')).toEqual(DONE);
  });

  it.each(['', 'Correct horse battery staple', `${PASSPHRASE} `, PASSPHRASE.slice(0, -1)])(
    'is wrong as %j, and nothing is changed',
    async (wrong) => {
      const { marks, path } = await filled();
      const before = readFileSync(path);
      const { vault } = passphraseVault(folder, { marks });
      expect(await vault.unlock(wrong)).toMatchObject({ kind: 'refused', trouble: 'wrong-passphrase' });
      expect(vault.unlocked).toBe(false);
      expect(await vault.status()).toBe('locked');
      expect(readFileSync(path).equals(before)).toBe(true);
    },
  );

  it('does not lock an unlocked vault by being wrong', async () => {
    const { vault } = await filled();
    expect(await vault.unlock('wrong')).toMatchObject({ trouble: 'wrong-passphrase' });
    expect(await vault.read(NAME)).toMatchObject({ kind: 'found' });
  });
});

describe('locking', () => {
  it('[C27] a lock while things are under way makes them locked or done, never absent', async () => {
    // After every number of microtasks, then after every number of answers of the file system.
    for (let turn = 0; turn < 60; turn += 1) {
      const { vault, path } = passphraseVault(folder);
      await vault.create(PASSPHRASE);
      await vault.write(NAME, ENTRY);
      const under = [
        vault.read(NAME),
        vault.write(OTHER, ENTRY),
        vault.read(NAME),
        vault.remove(OTHER),
        vault.read(NAME),
        vault.status(),
      ];
      if (turn < 40) for (let tick = 0; tick < turn; tick += 1) await Promise.resolve();
      else for (let tick = 40; tick < turn; tick += 1) await afterIo();
      vault.lock();
      for (const answer of await Promise.all(under)) {
        if (typeof answer === 'string') expect(['ready', 'locked']).toContain(answer);
        else if (answer.kind === 'trouble') expect(answer.trouble).toBe('locked');
        else expect(['found', 'done']).toContain(answer.kind);
      }
      expect(await vault.read(NAME)).toEqual({ kind: 'trouble', trouble: 'locked' });
      expect(await vault.unlock(PASSPHRASE)).toEqual(DONE);
      expect(await vault.read(NAME)).toEqual({ kind: 'found', entry: ENTRY });
      rmSync(path);
    }
  });

  it('[C27] a lock while a file that another process wrote is read again is no damage', async () => {
    const { vault, marks } = await filled();
    const other = passphraseVault(folder, { marks }).vault;
    await other.unlock(PASSPHRASE);
    for (let turn = 0; turn < 12; turn += 1) {
      await other.write(OTHER, ENTRY);
      const under = [vault.read(NAME), vault.write(NAME, ENTRY), vault.read(NAME)];
      for (let tick = 0; tick < turn; tick += 1) await afterIo();
      vault.lock();
      for (const answer of await Promise.all(under)) {
        if (answer.kind === 'trouble') expect(answer.trouble).toBe('locked');
        else expect(['found', 'done']).toContain(answer.kind);
      }
      expect(await vault.unlock(PASSPHRASE)).toEqual(DONE);
    }
  });

  it('while a passphrase is being tried leaves it locked', async () => {
    const { marks } = await filled();
    const { vault } = passphraseVault(folder, { marks });
    for (const wait of [() => null, afterIo]) {
      const unlocking = vault.unlock(PASSPHRASE);
      await wait();
      vault.lock();
      expect(await unlocking).toMatchObject({ kind: 'refused', trouble: 'locked' });
    }
    expect(vault.unlocked).toBe(false);
  });

  it('takes the passphrase again', async () => {
    const { vault } = await filled();
    vault.lock();
    vault.lock();
    expect(await vault.write(NAME, ENTRY)).toEqual({ kind: 'trouble', trouble: 'locked' });
    expect(await vault.unlock(PASSPHRASE)).toEqual(DONE);
  });
});

describe('another file in its place', () => {
  it('is refused when it is another vault, also with its own passphrase', async () => {
    const { marks, path } = await filled();
    const elsewhere = mkdtempSync(join(tmpdir(), 'passphrase-'));
    const stranger = passphraseVault(elsewhere);
    await stranger.vault.create('another');
    // Written as often: only its ID tells.
    await stranger.vault.write(NAME, ENTRY);
    copyFileSync(stranger.path, path);
    rmSync(elsewhere, { recursive: true });
    const before = readFileSync(path);
    const { vault } = passphraseVault(folder, { marks });
    expect(await vault.status()).toBe('damaged');
    expect(vault.describe().damage).toBe('swapped');
    for (const passphrase of ['another', PASSPHRASE]) {
      expect(await vault.unlock(passphrase)).toMatchObject({ kind: 'refused', trouble: 'swapped' });
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is refused when it is an older copy of itself, also while unlocked', async () => {
    const { vault, marks, path } = await filled();
    copyFileSync(path, `${path}.old`);
    await vault.write(OTHER, ENTRY);
    renameSync(`${path}.old`, path);
    const before = readFileSync(path);
    expect(await vault.read(NAME)).toMatchObject({ kind: 'trouble', trouble: 'damaged' });
    expect(vault.describe().damage).toBe('swapped');
    expect(await vault.write(NAME, ENTRY)).toMatchObject({ kind: 'trouble', trouble: 'damaged' });
    const next = passphraseVault(folder, { marks }).vault;
    expect(await next.unlock(PASSPHRASE)).toMatchObject({ kind: 'refused', trouble: 'swapped' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is in order when it is newer than its mark: the process died between the two', async () => {
    const { vault, marks } = await filled();
    const before = marks.mark;
    await vault.write(OTHER, ENTRY);
    marks.mark = before;
    const next = passphraseVault(folder, { marks }).vault;
    expect(await next.unlock(PASSPHRASE)).toEqual(DONE);
    expect(marks.mark?.generation).toBe((before?.generation ?? 0) + 1);
  });

  it('is taken as ours where the settings know of none', async () => {
    await filled();
    const marks = new KeptMark();
    expect(await passphraseVault(folder, { marks }).vault.unlock(PASSPHRASE)).toEqual(DONE);
    expect(marks.mark).toMatchObject({ generation: 2 });
  });

  it('settings that cannot be written cost no sign-in', async () => {
    const { vault, marks } = await filled();
    marks.broken = true;
    expect(await vault.write(OTHER, ENTRY)).toEqual(DONE);
    expect(await vault.read(OTHER)).toMatchObject({ kind: 'found' });
  });

  it('[C27] nothing in its place is missing and never absent, and is not made again by a write', async () => {
    const { vault, path } = await filled();
    rmSync(path);
    for (const state of ['unlocked', 'locked']) {
      if (state === 'locked') vault.lock();
      expect(await vault.status()).toBe('missing');
      expect(await vault.read(NAME)).toEqual({ kind: 'trouble', trouble: 'missing' });
      expect(await vault.write(NAME, ENTRY)).toEqual({ kind: 'trouble', trouble: 'missing' });
      expect(await vault.unlock(PASSPHRASE)).toMatchObject({ kind: 'refused', trouble: 'absent' });
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('costs 128 MiB to try a passphrase unless a test says otherwise', async () => {
  const { vault, path } = passphraseVault(folder, { cost: undefined });
  expect(await vault.create(PASSPHRASE)).toEqual(DONE);
  const bytes = readFileSync(path);
  expect([12, 16, 20].map((offset) => bytes.readUInt32BE(offset))).toEqual([17, 8, 1]);
  expect(FAST.logN).toBeLessThan(17);
});

function base64Of(text: string): Buffer {
  return Buffer.from(Buffer.from(text).toString('base64').slice(0, -3));
}

/** Lets answers of the file system come in. */
function afterIo(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
