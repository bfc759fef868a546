import { copyFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type PersonRig, personRig } from '../support/person-rig.ts';
import { filesWith, holders } from './leaks.ts';

/** Spaces at both ends, and not ASCII alone. */
const PASSPHRASE = ' zwölf  hungrige Pferde ';
/** As /proc is searched: byte by byte. */
const ASCII_PART = 'f  hungrige Pferde ';
const types = (text: string) => `${text}\r`;

describe('where there is no keychain', { timeout: 60_000 }, () => {
  let rig: PersonRig;
  afterEach(() => rig.end());

  it('makes a passphrase file at the terminal, once both are the same, without an echo [C25]', async () => {
    rig = await personRig();
    const { code, stdout, stderr, screen } = await rig.person(
      ['unlock', '--new'],
      [
        { sees: 'New passphrase: ', types: types(PASSPHRASE) },
        { sees: 'The same again: ', types: types('something else') },
        { sees: 'New passphrase: ', types: types(PASSPHRASE) },
        { sees: 'The same again: ', types: types(PASSPHRASE) },
      ],
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Made and unlocked. Sign-ins are kept in the passphrase file now.\n',
    });
    expect(screen).toContain('These were not the same.');
    expect(screen).not.toContain('Pferde');
    expect((await stat(join(rig.dataFolder, 'vault.bin'))).mode & 0o777).toBe(0o600);
    expect(await rig.answer('/v1/status')).toMatchObject({ backend: 'passphrase', vault_state: 'ready' });
    const again = await rig.detached(['unlock', '--new', '--passphrase-fd', '3'], { fd3: 'x' });
    expect(again.code).toBe(2);
  }, 60_000);

  it('keeps sign-ins in memory when told so [C26]', async () => {
    rig = await personRig();
    const { code, stdout } = await rig.detached(['unlock', '--memory', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ backend: 'memory', vault_state: 'ready' });
    const given = await rig.detached(['unlock', '--passphrase-fd', '3'], { fd3: PASSPHRASE });
    expect(given).toMatchObject({ code: 2, stdout: '' });
    expect(given.stderr).toContain('kept in memory, which takes no passphrase');
    // Nothing but a person at a terminal unlocks what takes no passphrase.
    expect(await rig.detached(['unlock'])).toMatchObject({ code: 21, stdout: '' });
    expect((await rig.person(['unlock'])).code).toBe(0);
  }, 60_000);
});

describe('unlock with a passphrase file', { timeout: 60_000 }, () => {
  let rig: PersonRig;
  let file: string;
  beforeAll(async () => {
    rig = await personRig();
    file = join(rig.dataFolder, 'vault.bin');
    const made = await rig.detached(['unlock', '--new', '--passphrase-fd', '3'], { fd3: `${PASSPHRASE}\n` });
    if (made.code !== 0) throw new Error(made.stderr);
  }, 60_000);
  afterAll(() => rig.end());

  async function locked(): Promise<void> {
    expect((await rig.detached(['lock'])).code).toBe(0);
    expect(await rig.answer('/v1/status')).toMatchObject({ locked: true });
  }
  const unlockBy = (fd3: string) => rig.detached(['unlock', '--passphrase-fd', '3'], { fd3 });

  it('asks at the terminal, without an echo [C48]', async () => {
    await locked();
    const typed = [{ sees: 'Passphrase: ', types: types(PASSPHRASE) }];
    const { code, stdout, stderr, screen } = await rig.person(['unlock'], typed);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: 'Unlocked.\n' });
    expect(screen).not.toContain('Pferde');
    expect(await rig.answer('/v1/status')).toMatchObject({ locked: false, vault_state: 'ready' });
  });

  it('asks nobody without a terminal [C49]', async () => {
    const started = performance.now();
    const { code, stdout, stderr } = await rig.detached(['unlock']);
    expect({ code, stdout }).toEqual({ code: 21, stdout: '' });
    expect(stderr).toMatch(/^globus-token: A passphrase is needed.*\nhint: Give it by --passphrase-fd or /);
    const made = await rig.detached(['unlock', '--new']);
    expect(made.code).toBe(21);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it.each(['\n', '\r\n', '', '\nsecond line\n'])('takes one line end %j away and no space', async (end) => {
    await locked();
    expect(await unlockBy(`${PASSPHRASE}${end}`)).toEqual({ code: 0, stdout: '', stderr: 'Unlocked.\n' });
  });

  it.each([
    ['trimmed', PASSPHRASE.trim(), 15],
    ['another', 'correct horse', 15],
    ['empty', '\n', 2],
    ['too long', 'x'.repeat(1_025), 2],
    ['endless', 'x'.repeat(100_000), 2],
  ])('refuses one that is %s [C48]', async (_, passphrase, wanted) => {
    await locked();
    const { code, stdout, stderr } = await unlockBy(passphrase);
    expect({ code, stdout }).toEqual({ code: wanted, stdout: '' });
    expect(stderr).toMatch(/^globus-token: .*\n/);
    expect(await rig.answer('/v1/status')).toMatchObject({ locked: true });
  });

  it('takes the first line that a command prints, and lets it say things on stderr', async () => {
    await locked();
    await writeFile(join(rig.folder, 'secret'), `${PASSPHRASE}\n`, { mode: 0o600 });
    const command = `echo looking >&2; cat '${join(rig.folder, 'secret')}'; echo more`;
    const { code, stderr } = await rig.detached(['unlock', '--passphrase-command', command]);
    await rm(join(rig.folder, 'secret'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'looking\nUnlocked.\n' });
  });

  it.each([
    ['exit 3', 1, 'ended with 3'],
    ['kill $$', 1, 'ended with SIGTERM'],
    [`printf '${PASSPHRASE}'; exit 1`, 1, 'ended with 1'],
    ['true', 2, 'gave nothing'],
    [`printf '\\377\\n'`, 2, 'not the passphrase'],
  ])('refuses what the command %j gives [C48]', async (command, wanted, says) => {
    const { code, stderr } = await rig.detached(['unlock', '--passphrase-command', command]);
    expect(code).toBe(wanted);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('Pferde');
  });

  it('tells a file that is cut short, damaged, or swapped from a wrong passphrase [C25, C48]', async () => {
    const copy = join(rig.folder, 'vault.copy');
    await copyFile(file, copy);
    const cases = [
      [16, () => truncate(file, 40)],
      [17, () => flipped(file)],
      [18, () => rm(file).then(() => otherVault(file))],
      [10, () => rm(file)],
    ] as const;
    for (const [wanted, spoil] of cases) {
      await locked();
      await spoil();
      const { code, stdout, stderr } = await unlockBy(PASSPHRASE);
      expect({ code, stdout }, stderr).toEqual({ code: wanted, stdout: '' });
      expect(stderr).toMatch(/^globus-token: .*\nhint: .*\n$/);
      await copyFile(copy, file);
    }
    expect((await unlockBy(PASSPHRASE)).code).toBe(0);
  }, 60_000);

  it('refuses two sources at once [C48]', async () => {
    const both = ['unlock', '--passphrase-fd', '3', '--passphrase-command', 'true'];
    expect((await rig.detached(both, { fd3: 'x' })).code).toBe(2);
    expect((await rig.detached(['unlock', '--new', '--memory'])).code).toBe(2);
  });

  it('has the passphrase in nobody’s arguments, environment or files while it runs [C25]', async () => {
    await locked();
    const child = rig.spawned(['unlock', '--passphrase-fd', '3'], { fd3: `${PASSPHRASE}\n` });
    const ended = once(child, 'close');
    let rounds = 0;
    while (child.exitCode === null && child.signalCode === null) {
      expect(await holders(ASCII_PART)).toEqual([]);
      rounds += 1;
    }
    await ended;
    expect(child.exitCode).toBe(0);
    expect(rounds).toBeGreaterThan(3);
    expect(await filesWith(ASCII_PART, [rig.dataFolder, rig.folder], [rig.agent.pid])).toEqual([]);
  });

  it('[C48] is what the agent wants after a restart, and what login asks for first', async () => {
    await rig.restart();
    expect(await rig.answer('/v1/status')).toMatchObject({ backend: 'passphrase', vault_state: 'locked' });
    expect(await rig.detached(['login'])).toMatchObject({ code: 4, stdout: '' });
    const typed = [
      { sees: 'Passphrase: ', types: types(PASSPHRASE) },
      { sees: 'Code: ', types: types('') },
    ];
    const { code } = await rig.person(['login', '--no-browser'], typed);
    expect(code).toBe(6);
    expect(await rig.answer('/v1/status')).toMatchObject({ vault_state: 'ready' });
  }, 30_000);
});

/** One bit of the ciphertext's end, so of the tag. */
async function flipped(path: string): Promise<void> {
  const bytes = await readFile(path);
  const last = bytes.length - 1;
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
  await writeFile(path, bytes);
}

/** A file of another agent with the same passphrase. */
async function otherVault(path: string): Promise<void> {
  const other = await personRig();
  try {
    await other.detached(['unlock', '--new', '--passphrase-fd', '3'], { fd3: PASSPHRASE });
    await copyFile(join(other.dataFolder, 'vault.bin'), path);
  } finally {
    await other.end();
  }
}
