import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PassphraseVault } from '../../../main/vault/passphrase.ts';
import { type KeptMark, passphraseVault } from '../../support/passphrase-vault.ts';
import type { Played, Stage, Target } from '../play-target.ts';
import type { Random } from '../random.ts';
import { type SpoiledFile, spoiledFile, type VaultFiles } from './files.ts';

const PASSPHRASE = 'correct horse';
const NAMES = ['production/c/s/flows.globus.org/1', 'production/c/s/transfer.api.globus.org/2'] as const;
const entry = (version: number) => ({ refreshToken: `refresh-token-${version}`, scopes: ['urn:x:a'] });
const VERSIONS = 4;
/** scrypt at the highest cost that a head may name takes 256 MiB. */
const MOST_MEMORY = 400 * 1024 * 1024;

/** The passphrase file, changed on disk before an unlock and under an agent that has it open. */
export const VAULT: Target = {
  atOnce: 1,
  async open(): Promise<Stage> {
    const root = await mkdtemp(join(tmpdir(), 'fuzz-vault-'));
    const other = await mkdtemp(join(tmpdir(), 'fuzz-vault-'));
    const ours = await written(root);
    const { older } = await written(other);
    const files: VaultFiles = { ours: ours.older, newest: ours.newest, others: older };
    const memory = process.memoryUsage.rss();
    return {
      async play(random) {
        const spoiled = spoiledFile(random, files);
        const played = random.chance(0.7)
          ? await atStart(random, root, ours.marks, spoiled)
          : await whileOpen(root, ours.marks, spoiled, files.newest);
        const grown = process.memoryUsage.rss() - memory;
        if (grown < MOST_MEMORY) return played;
        return { ...played, violation: `${Math.round(grown / 2 ** 20)} MiB more in use` };
      },
      async close() {
        await rm(root, { recursive: true, force: true });
        await rm(other, { recursive: true, force: true });
      },
    };
  },
};

interface Written {
  readonly older: readonly [Buffer, ...Buffer[]];
  readonly newest: Buffer;
  readonly marks: KeptMark;
}

/** A vault with some history. */
async function written(folder: string): Promise<Written> {
  const { vault, path, marks } = passphraseVault(folder);
  await vault.create(PASSPHRASE);
  const older: [Buffer, ...Buffer[]] = [readFileSync(path)];
  for (let version = 1; version < VERSIONS; version++) {
    for (const name of NAMES) await vault.write(name, entry(version));
    older.push(readFileSync(path));
  }
  const newest = older.pop() ?? older[0];
  return { older, newest, marks };
}

/** What the next process makes of it; the file stays as it is, whatever that is. */
async function atStart(
  random: Random,
  folder: string,
  marks: KeptMark,
  spoiled: SpoiledFile,
): Promise<Played> {
  const { shape, bytes, told } = spoiled;
  const mark = marks.mark;
  const { vault, path } = passphraseVault(folder, { marks });
  writeFileSync(path, bytes);
  const right = random.chance(0.85);
  const result = await vault.unlock(
    right ? PASSPHRASE : random.pick(['x', 'Correct horse', 'correct horse ']),
  );
  const said: string = result.kind === 'done' ? 'opened' : result.trouble;
  const expected: readonly string[] = right
    ? told
    : ['wrong-passphrase', ...told.filter((one) => one !== 'opened')];
  let violation = expected.includes(said) ? null : `${said}, and not ${expected.join(' or ')}`;
  violation ??= untouched(folder, bytes);
  if (marks.mark?.generation !== mark?.generation || marks.mark?.id !== mark?.id)
    violation ??= 'another mark';
  violation ??= said === 'opened' ? await opens(vault) : await closed(vault);
  vault.lock();
  return { shape: `at start: ${shape}`, answer: said, violation };
}

/** Under an agent that has it open: refused and left alone, and used again once it is put right. */
async function whileOpen(
  folder: string,
  marks: KeptMark,
  spoiled: SpoiledFile,
  newest: Buffer,
): Promise<Played> {
  const { shape, bytes, told } = spoiled;
  const { vault, path } = passphraseVault(folder, { marks });
  writeFileSync(path, newest);
  const first = await vault.unlock(PASSPHRASE);
  if (first.kind !== 'done')
    return { shape, answer: first.trouble, violation: 'the right file did not open' };
  writeFileSync(path, bytes);
  const good = told.includes('opened');
  const status = await vault.status();
  const damage = vault.describe().damage ?? null;
  const answer = good ? status : (damage ?? status);
  let violation = good === (status === 'ready') ? null : `status ${status}`;
  // Not by the key at hand: locked, as after a change of the passphrase.
  if (status === 'locked' && !told.includes('wrong-passphrase')) violation ??= 'locked';
  // The key is made: of another salt or cost the seal alone tells.
  const mayBe: readonly string[] = told.includes('wrong-passphrase') ? [...told, 'damaged'] : told;
  if (status === 'damaged' && !mayBe.includes(damage ?? 'opened')) violation ??= `damage ${String(damage)}`;
  if (!good) {
    const write = await vault.write(NAMES[0], entry(9));
    if (write.kind === 'done') violation ??= 'wrote over a file that is not to be trusted';
    violation ??= untouched(folder, bytes);
    writeFileSync(path, newest);
    if (status === 'locked') await vault.unlock(PASSPHRASE);
    if ((await vault.status()) !== 'ready') violation ??= 'not used again once it was put right';
  }
  violation ??= await opens(vault);
  vault.lock();
  violation ??= await closed(vault);
  return { shape: `while open: ${shape}`, answer, violation };
}

async function opens(vault: PassphraseVault): Promise<string | null> {
  for (const name of NAMES) {
    const read = await vault.read(name);
    if (read.kind !== 'found' || read.entry.refreshToken !== entry(VERSIONS - 1).refreshToken)
      return 'another entry';
  }
  return null;
}

/** Trouble in every answer, never `absent`: that would sign the user out. */
async function closed(vault: PassphraseVault): Promise<string | null> {
  const read = await vault.read(NAMES[0]);
  if (read.kind !== 'trouble') return `a read answered ${read.kind}`;
  const removed = await vault.remove(NAMES[0]);
  return removed.kind === 'trouble' ? null : 'a removal was answered with done';
}

function untouched(folder: string, bytes: Buffer): string | null {
  const names = readdirSync(folder);
  if (names.join() !== 'vault.bin') return `files in the folder: ${names.join(', ')}`;
  return readFileSync(join(folder, 'vault.bin')).equals(bytes) ? null : 'the file was changed';
}
