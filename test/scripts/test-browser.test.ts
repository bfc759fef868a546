import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureTestBrowser, findTestBrowser, TEST_BROWSER } from '../../scripts/test-browser.mjs';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'browsers-'));
});
afterEach(() => rm(cache, { recursive: true, force: true }));

it('takes the browser of the system first, then the pinned one, and fetches nothing while there is one', async () => {
  const system = join(cache, 'of-the-system');
  const said: string[] = [];
  const ensure = () => ensureTestBrowser(cache, (line) => said.push(line), system);
  await expect(findTestBrowser(cache, system)).resolves.toBe(null);

  const folder = join(cache, TEST_BROWSER.package.replace('@sparticuz/', '').replace('@', '-'));
  const pinned = join(folder, 'chromium');
  await mkdir(folder);
  await writeFile(pinned, '');
  await chmod(pinned, 0o755);
  await expect(ensure()).resolves.toBe(pinned);

  await writeFile(system, '');
  await expect(ensure()).resolves.toBe(system);
  await expect(findTestBrowser(cache, system)).resolves.toBe(system);
  expect(said).toEqual([]);
});
