import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Conf from 'conf';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSettingsFile } from '../../../main/desktop/settings-file.ts';
import { ChosenVault } from '../../../main/host/chosen-vault.ts';
import { systemClock } from '../../../main/host/clock.ts';
import { openPassphraseVault } from '../../../main/host/passphrase-vault.ts';
import { systemLockEffects } from '../../../main/session/locks/effects.ts';
import { openLocks } from '../../../main/session/locks/os-locks.ts';
import { Grants } from '../../../main/tokens/grants.ts';
import { MemoryVault } from '../../../main/vault/memory.ts';
import { DurableVault } from '../../support/durable-vault.ts';
import { passphraseVault } from '../../support/passphrase-vault.ts';
import { CLIENT_ID, grantRecord } from '../../support/settings.ts';

const PASSPHRASE = 'canary-of-the-passphrase';
const RECORD = grantRecord();
const ENTRY = { refreshToken: 'canary-of-the-refresh-token', scopes: RECORD.scopes };
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'passphrase-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** As an agent opens them, on the folder that the last one left. */
function started() {
  const locks = openLocks(join(folder, 'locks'), systemLockEffects(systemClock));
  const settings = openSettingsFile(folder, (options) => new Conf(options), Date.now, locks);
  settings.update((old) => ({ ...old, clientId: CLIENT_ID }));
  const passphrase = openPassphraseVault(folder, settings, locks);
  const vault = new ChosenVault(
    { keychain: new DurableVault(), passphrase, memory: new MemoryVault() },
    settings.get().vaultBackend,
  );
  return { settings, vault, grants: new Grants(settings, vault, 'production', SILENT) };
}

async function signedIn() {
  // Before the first start, so that its cost is the tests'.
  await passphraseVault(folder).vault.create(PASSPHRASE);
  const agent = started();
  agent.settings.update((old) => ({ ...old, vaultBackend: 'passphrase' }));
  agent.vault.choose('passphrase');
  expect(await agent.vault.passphrase.unlock(PASSPHRASE)).toEqual({ kind: 'done' });
  expect(await agent.grants.add(RECORD, ENTRY)).toEqual({ kind: 'done' });
  return agent;
}

function allFiles(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

it('[C25] leaves neither token nor passphrase in any file of the data folder', async () => {
  const { grants } = await signedIn();
  await grants.replace(RECORD.name, { ...ENTRY, refreshToken: 'canary-of-the-rotated-token' });
  await grants.remove(RECORD.name);
  await grants.add(grantRecord('grant-2'), ENTRY);
  const files = allFiles();
  expect(files.map((path) => path.slice(folder.length + 1))).toEqual(
    expect.arrayContaining(['vault.bin', 'settings.json', 'settings.backup.json']),
  );
  for (const path of files) expect(readFileSync(path).includes('canary'), path).toBe(false);
});

it('[C28] leaves every file 0600', async () => {
  await signedIn();
  for (const path of allFiles()) expect(statSync(path).mode & 0o077, path).toBe(0);
});

it('[C26] a sign-in of the passphrase file is looked for there and nowhere else', async () => {
  const { grants, vault, settings } = await signedIn();
  expect(settings.get().grants).toMatchObject([{ backend: 'passphrase' }]);
  expect(grants.list()).toHaveLength(1);
  for (const other of ['keychain', 'memory'] as const) {
    vault.choose(other);
    expect(grants.list()).toEqual([]);
    expect(grants.account()).toBeNull();
    await grants.add(grantRecord(other), ENTRY);
    expect(grants.list()).toHaveLength(1);
  }
  vault.choose('passphrase');
  expect(grants.list().map(({ name }) => name)).toEqual([RECORD.name]);
});

it('[C27] the next start finds it locked, still signed in, and whole after the passphrase', async () => {
  const earlier = await signedIn();
  earlier.vault.choose('memory');
  await earlier.grants.add(grantRecord('memory'), ENTRY);
  const { grants, vault, settings } = started();
  grants.dropEarlierMemory();
  expect(settings.get().grants.map(({ name }) => name)).toEqual([RECORD.name]);
  expect(vault.backend).toBe('passphrase');
  expect(grants.list()).toHaveLength(1);
  expect(await grants.read(RECORD.name)).toEqual({ kind: 'trouble', trouble: 'locked' });
  expect(grants.list()).toHaveLength(1);
  expect(await vault.passphrase.unlock(PASSPHRASE)).toEqual({ kind: 'done' });
  expect(await grants.read(RECORD.name)).toEqual({ kind: 'found', entry: ENTRY });
});

it('[C27] a token that was rotated while the file was locked is stored after the unlock', async () => {
  const { grants, vault } = await signedIn();
  vault.passphrase.lock();
  const rotated = { ...ENTRY, refreshToken: 'rotated' };
  expect(await grants.replace(RECORD.name, rotated)).toEqual({ kind: 'trouble', trouble: 'locked' });
  await vault.passphrase.unlock(PASSPHRASE);
  expect(await grants.saveUnsaved(RECORD.name)).toEqual({ kind: 'done' });
  expect(await vault.read(RECORD.name)).toEqual({ kind: 'found', entry: rotated });
});

it('keeps the mark of the file in the settings: an older copy is known at the next start', async () => {
  const { grants, settings } = await signedIn();
  const older = readFileSync(join(folder, 'vault.bin'));
  await grants.add(grantRecord('grant-2'), ENTRY);
  expect(settings.get().vaultFile?.generation).toBe(3);
  const { vault } = started();
  writeFileSync(join(folder, 'vault.bin'), older, { mode: 0o600 });
  expect(await vault.passphrase.unlock(PASSPHRASE)).toMatchObject({ kind: 'refused', trouble: 'swapped' });
});
