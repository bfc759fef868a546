import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { passphraseVault } from '../../support/passphrase-vault.ts';
import { Child, type ChildBundle, bundleChild } from '../../support/child-rpc.ts';

const PASSPHRASE = 'correct horse';
const DONE = { kind: 'done' };

let bundle: ChildBundle;
let folder: string;
const children = new Set<Child>();

beforeAll(async () => (bundle = await bundleChild('passphrase-child.ts')), 60_000);
afterAll(() => bundle.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'passphrase-'));
  // The cost is the file's, so the children need no second for it.
  expect(await passphraseVault(folder).vault.create(PASSPHRASE)).toEqual(DONE);
});
afterEach(async () => {
  for (const child of children) await child.kill();
  children.clear();
  rmSync(folder, { recursive: true, force: true });
});

async function opened(): Promise<Child> {
  const child = await Child.start(bundle.file);
  children.add(child);
  expect(await child.ask({ op: 'open', folder, passphrase: PASSPHRASE })).toEqual(DONE);
  return child;
}

async function kill(child: Child): Promise<void> {
  children.delete(child);
  await child.kill();
}

it('[C27] is readable after every kill -9 in the midst of writing, with all that was said to be written', async () => {
  const known: string[] = [];
  for (let turn = 0; turn < 8; turn += 1) {
    const child = await opened();
    const written: string[] = [];
    const enough = new Promise<void>((resolve) =>
      child.onMessage((message) => {
        if (typeof message['written'] === 'string') written.push(message['written']);
        // Another point in the next write every time.
        if (written.length === 1 + turn * 2) setTimeout(resolve, turn % 4);
      }),
    );
    const working = child.ask({ op: 'work', prefix: `turn-${turn}`, count: 10_000 }).catch(() => 'killed');
    await enough;
    await kill(child);
    expect(await working).toBe('killed');
    known.push(...written);

    const next = await opened();
    expect(await next.ask({ op: 'found', names: known })).toEqual(known);
    // What the dead one left is gone with the unlock.
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await kill(next);
  }
}, 120_000);

it('loses nothing of two processes that write at the same time', async () => {
  const one = await opened();
  const other = await opened();
  const count = 15;
  await Promise.all([
    one.ask({ op: 'work', prefix: 'one', count }),
    other.ask({ op: 'work', prefix: 'other', count }),
  ]);
  const names = ['one', 'other'].flatMap((prefix) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${index}`),
  );
  for (const child of [one, other, await opened()]) {
    expect(await child.ask({ op: 'found', names })).toEqual(names);
  }
}, 60_000);
