import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build } from '../../scripts/build.mjs';
import { ROOT } from '../../scripts/build-targets.mjs';
import { SHIPPED } from '../../scripts/licence-list.mjs';
import { DIST } from '../support/dist.ts';

/** All that the shipped bundles are made from. */
const MADE_FROM = [
  ...['assets', 'cli', 'main', 'preload', 'renderer', 'scripts'],
  ...['package.json', 'package-lock.json', 'tsconfig.json'],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reproducible-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('builds the same bytes from the same sources, wherever, whenever and with whichever settings', async () => {
  await build({ only: SHIPPED });
  const elsewhere = join(folder, 'an other', 'tree');
  await Promise.all(
    MADE_FROM.map((name) => cp(join(ROOT, name), join(elsewhere, name), { recursive: true })),
  );
  await ownModules(elsewhere);
  const env = {
    ...process.env,
    ...{ TZ: 'Pacific/Kiritimati', LC_ALL: 'C', NODE_ENV: 'development', DIST: 'dist' },
  };
  await promisify(execFile)(process.execPath, [join(elsewhere, 'scripts', 'build.mjs'), ...SHIPPED], {
    cwd: tmpdir(),
    env,
  });
  const [here, there] = await Promise.all([contents(DIST), contents(join(elsewhere, 'dist'))]);
  expect(Object.keys(here).length).toBeGreaterThan(40);
  expect(there).toEqual(here);
}, 120_000);

/**
 * A second checkout has its own: through a link to ours rolldown would see other paths between a module and the root,
 * and it orders a chunk's imports by them. Hard links, since they are a third of a gigabyte.
 */
async function ownModules(tree: string): Promise<void> {
  const [from, to] = [join(ROOT, 'node_modules'), join(tree, 'node_modules')];
  await promisify(execFile)('cp', ['-al', from, to]).catch(() => cp(from, to, { recursive: true }));
  await rm(join(to, '.cache'), { recursive: true, force: true });
}

/** Hash of each file of the shipped bundles, with `x` where it can be run. */
async function contents(dist: string): Promise<Record<string, string>> {
  const places = [...SHIPPED, 'LICENSES.md'].map((name) => join(dist, name));
  const files = (await Promise.all(places.map(filesIn))).flat().sort();
  const pairs = files.map(async (file) => {
    const hash = createHash('sha256').update(await readFile(file));
    const runs = ((await stat(file)).mode & 0o100) !== 0;
    return [relative(dist, file), `${hash.digest('hex')}${runs ? ' x' : ''}`] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

async function filesIn(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
