import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** Names the folder in which the workers of one run lay what they build for one another (test/renderer/built-page.ts). */
export const SHARED_BUILDS = 'TRAY_SHARED_BUILDS';

/** Vitest's global setup: the folder is there for one run, and is new for each run of a watch. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const renew = async (): Promise<void> => {
    process.env[SHARED_BUILDS] = await mkdtemp(join(tmpdir(), 'builds-'));
  };
  const remove = async (): Promise<void> => {
    const folder = process.env[SHARED_BUILDS];
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  };
  await renew();
  project.onTestsRerun(async () => {
    await remove();
    await renew();
  });
  return remove;
}
