import { availableParallelism } from 'node:os';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Pages take longest: one that began last would be waited for alone. */
class PagesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const first = ({ moduleId }: TestSpecification) => (moduleId.includes('/test/renderer/') ? 0 : 1);
    return sorted.toSorted((one, other) => first(one) - first(other));
  }
}

export default defineConfig({
  plugins: [svelte({ configFile: false })],
  test: {
    sequence: { sequencer: PagesFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{main,preload,renderer,cli,sandbox,scripts}/**/*.test.ts'],
          globalSetup: 'test/support/shared-builds.ts',
          sequence: { shuffle: true },
          // Most of them wait for processes and pages half of the time.
          maxWorkers: availableParallelism() + 1,
          // They end what hangs, and say nothing of speed: a property takes ten times as long on a busy machine.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // With `--fileParallelism` two at a time, each with a screen, a bus and a home of its own (scripts/test.mjs).
          fileParallelism: false,
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
    ],
  },
});
