import { FuseV1Options } from '@electron/fuses';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wrongFuses } from '../../scripts/check-fuses.mjs';

// On a whole package: test/e2e/package.test.ts.
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fuses-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** In the order of Electron's own wire; the seventh, of a snapshot, may be either. */
const GOOD = '01001100';
const NAMES = [
  ...['RunAsNode', 'EnableCookieEncryption', 'EnableNodeOptionsEnvironmentVariable'],
  ...['EnableNodeCliInspectArguments', 'EnableEmbeddedAsarIntegrityValidation', 'OnlyLoadAppFromAsar'],
  ...['LoadBrowserProcessSpecificV8Snapshot', 'GrantFileProtocolExtraPrivileges'],
];

/** An executable is searched for this sign; its version, its length and one character for each fuse come after it. */
async function withWire(states: string): Promise<string> {
  const path = join(folder, `app-${states}`);
  const sign = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001${String.fromCharCode(states.length)}${states}`;
  await writeFile(path, `\u0000\u0000${sign}\u0000`, 'latin1');
  return path;
}

const turned = (at: number, to = GOOD[at] === '1' ? '0' : '1'): string =>
  GOOD.slice(0, at) + to + GOOD.slice(at + 1);

it('[C45] finds nothing wrong with the wire that a package has to have', async () => {
  expect(NAMES.map((name) => FuseV1Options[name as keyof typeof FuseV1Options])).toEqual([...NAMES.keys()]);
  expect(await wrongFuses(await withWire(GOOD))).toEqual([]);
  expect(await wrongFuses(await withWire(turned(6)))).toEqual([]);
});

it.each([0, 1, 2, 3, 4, 5, 7])('[C45] names fuse %i when it is turned or taken away', async (at) => {
  const [is, wanted] = GOOD[at] === '1' ? ['off', 'on'] : ['on', 'off'];
  const name = NAMES[at] ?? '';
  expect(await wrongFuses(await withWire(turned(at)))).toEqual([`${name} is ${is} and has to be ${wanted}`]);
  expect(await wrongFuses(await withWire(turned(at, 'r')))).toEqual([
    `${name} is removed and has to be ${wanted}`,
  ]);
});

it('[C45] misses a fuse that the wire of this Electron does not reach', async () => {
  expect(await wrongFuses(await withWire(GOOD.slice(0, 7)))).toEqual([
    'GrantFileProtocolExtraPrivileges is not there and has to be off',
  ]);
  const none = join(folder, 'none');
  await writeFile(none, 'no fuses');
  await expect(wrongFuses(none)).rejects.toThrow('sentinel');
});
