import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build, type Rolldown } from 'vite';
import { configOf } from '../../scripts/build-targets.mjs';
import { SHARED_BUILDS } from '../support/shared-builds.ts';

/** By path, with a slash before it. */
export type PageFiles = Map<string, string | Uint8Array>;

/** The same configuration as the app's own build, kept in memory. */
export async function buildPage(): Promise<PageFiles> {
  const config = await configOf('renderer', 'unused');
  const output = (await build({
    ...config,
    mode: 'production',
    logLevel: 'error',
    build: { ...config.build, write: false },
  })) as Rolldown.RolldownOutput;
  return new Map(
    output.output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  );
}

/** The page, built by the first that asks in a run of tests, for all its workers; built here and now outside one. */
export async function builtPage(): Promise<PageFiles> {
  const folder = process.env[SHARED_BUILDS];
  if (folder === undefined) return buildPage();
  const [file, mine] = [join(folder, 'page.json'), join(folder, 'building')];
  for (;;) {
    const there = await readFile(file, 'utf8').catch(() => null);
    if (there !== null) return new Map((JSON.parse(there) as [string, string][]).map(read));
    // One can make the folder. What ends without a page gives it to the next, who says what is wrong with it.
    if (await made(mine)) {
      try {
        const page = await buildPage();
        await writeFile(join(mine, 'page.json'), JSON.stringify([...page].map(write)));
        await rename(join(mine, 'page.json'), file);
        return page;
      } finally {
        await rm(mine, { recursive: true });
      }
    }
    await wait(20);
  }
}

/** False: another one had made it. */
async function made(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

const write = ([path, body]: [string, string | Uint8Array]): [string, string] => [
  path,
  Buffer.from(body).toString('base64'),
];
const read = ([path, body]: [string, string]): [string, Uint8Array] => [path, Buffer.from(body, 'base64')];
