import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build } from '../../scripts/build.mjs';
import { SHIPPED } from '../../scripts/licence-list.mjs';
import { DIST } from '../support/dist.ts';
import { contents, secondTree, type SecondTree } from '../support/second-tree.ts';

// What the package makes of them: test/e2e/reproducible.test.ts.
let tree: SecondTree;
beforeAll(async () => {
  tree = await secondTree();
});
afterAll(() => tree.remove());

it('builds the same bytes from the same sources, wherever, whenever and with whichever settings', async () => {
  await build({ only: SHIPPED });
  await tree.run('build.mjs', SHIPPED);
  const paths = [...SHIPPED, 'LICENSES.md'];
  const [here, there] = await Promise.all(
    [DIST, join(tree.folder, 'dist')].map((dist) => contents(dist, paths)),
  );
  expect(Object.keys(here ?? {}).length).toBeGreaterThan(40);
  expect(there).toEqual(here);
}, 120_000);
