import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configOf } from '../../scripts/build-targets.mjs';

/** Whatever a bundle imports, statically or not, by require or by resolve. */
const IMPORTS = /(?:\bfrom|\bimport|\brequire(?:\.resolve)?)\s*\(?\s*["'`]([^"'`\n]+)["'`]/g;
const FORBIDDEN = /^electron(?:$|\/|-store|-updater)/;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundles-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Made anew, so that no stale build is searched. */
async function bundle(target: 'headless' | 'cli'): Promise<string[]> {
  const outDir = join(folder, target);
  await build(await configOf(target, outDir));
  const names = (await readdir(outDir)).filter((name) => name.endsWith('.js'));
  return Promise.all(names.map((name) => readFile(join(outDir, name), 'utf8')));
}

function importsOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => [...text.matchAll(IMPORTS)].map((match) => match[1] ?? ''));
}

describe('what runs without Electron', () => {
  it.each(['headless', 'cli'] as const)(
    'imports nothing of Electron in its %s bundle',
    async (target) => {
      const texts = await bundle(target);
      expect(texts.length).toBeGreaterThan(0);
      const imports = importsOf(texts);
      if (target === 'headless') expect(imports).toContain('node:fs');
      expect(imports.filter((name) => FORBIDDEN.test(name))).toEqual([]);
      // electron-store, once bundled, is known by what it says.
      expect(texts.join('\n')).not.toContain('Electron Store');
    },
    60_000,
  );

  it('sees each way to import', () => {
    const text =
      'import"electron";import a from"electron-store";await import(`electron-updater`);b=require("electron/main")';
    expect(importsOf([text]).filter((name) => FORBIDDEN.test(name))).toHaveLength(4);
  });
});
