import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtPackages, type Packages } from '../support/packages.ts';
import { contents, secondTree, type SecondTree } from '../support/second-tree.ts';

let packages: Packages;
let tree: SecondTree;
beforeAll(async () => {
  [packages, tree] = await Promise.all([builtPackages(), secondTree()]);
});
afterAll(async () => {
  await tree.remove();
  await packages.remove();
});

it('packs the same archive, command line and agent from the same sources, wherever, whenever and with whichever settings', async () => {
  const output = join(tree.folder, 'release');
  // electron-builder looks for its hooks where it is started.
  await tree.run('package.mjs', ['--test-runtime', '--output', output], tree.folder);
  const [unpacked = ''] = await readdir(output).then((names) =>
    names.filter((name) => existsSync(join(output, name, 'resources', 'app.asar'))),
  );
  const parts = ['LICENSES.md', 'app.asar', 'app.asar.unpacked', 'cli', 'headless', 'node_modules'];
  const [here, there] = [packages.shipped, join(output, unpacked)].map((folder) => join(folder, 'resources'));
  expect((await readdir(here ?? '')).sort()).toEqual(parts);
  const ours = await contents(here ?? '', parts);
  expect(ours['app.asar']).toMatch(/^[0-9a-f]{64}$/);
  expect(Object.keys(ours).length).toBeGreaterThan(20);
  expect(await contents(there ?? '', parts)).toEqual(ours);
}, 120_000);
