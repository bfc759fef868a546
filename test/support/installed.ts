import { cp, copyFile, mkdir, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../../scripts/build-targets.mjs';
import { DIST } from './dist.ts';

/** The command line and the agent in a folder that other users may read, as a package has them. */
export interface Installed {
  readonly node: string;
  readonly cli: string;
  readonly launcher: string;
  readonly agent: string;
  readonly modules: string;
}

const NATIVE = ['keytar', 'koffi', '@koromix'];

/**
 * Installs them for programs of other users, since the checkout may lie where nobody else may look (root's home), and
 * so may this Node. `npm run build` must have been run.
 *
 * @param place a folder of the test's own, that everybody may enter
 */
export async function installForAll(place: string): Promise<Installed> {
  const modules = join(place, 'node_modules');
  for (const bundle of ['cli', 'headless'])
    await cp(join(DIST, bundle), join(place, 'dist', bundle), { recursive: true });
  for (const name of NATIVE)
    await cp(join(ROOT, 'node_modules', name), join(modules, name), { recursive: true });
  await mkdir(join(place, 'bin'));
  const node = join(place, 'bin', 'node');
  if (await isForAll(process.execPath)) await symlink(process.execPath, node);
  else await copyFile(process.execPath, node);
  return {
    ...{ node, modules },
    cli: join(place, 'dist', 'cli', 'globus-token.js'),
    launcher: join(place, 'dist', 'cli', 'globus-token'),
    agent: join(place, 'dist', 'headless', 'globus-token-agent.js'),
  };
}

/** Whether others may run it, and enter every folder that leads there. */
async function isForAll(path: string): Promise<boolean> {
  if (((await stat(path)).mode & 0o001) === 0) return false;
  return path === '/' || isForAll(dirname(path));
}
