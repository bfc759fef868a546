import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ROOT } from './build-targets.mjs';

// Every state of the real app in both themes, into test-results/screenshots; of those, what README and docs show, and
// what the visual tests compare with, into the repository. The tests that make them run in CI, too.
await build();
/** @param {string} project @param {readonly string[]} files */
const make = (project, files) =>
  spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', project, ...files],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, SCREENSHOTS: 'docs' } },
  ).status;
const app = make('e2e', [
  // And all that begin like it: screenshots-list.test.ts and so on.
  'test/e2e/screenshots',
  'test/e2e/animation.test.ts',
  'test/e2e/broker.test.ts',
]);
const page = make('unit', ['test/renderer/visual.test.ts']);
process.exitCode = app === 0 && page === 0 ? 0 : 1;
