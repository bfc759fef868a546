import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ROOT } from './build-targets.mjs';

// The pictures of docs/images, from the real app in both themes; the test that makes them runs in CI, too.
await build();
const { status } = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    'e2e',
    'test/e2e/screenshots.test.ts',
    'test/e2e/broker.test.ts',
  ],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, SCREENSHOTS: 'docs' } },
);
process.exitCode = status ?? 1;
