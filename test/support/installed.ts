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

/**
 * Installs them for programs of other users, since the checkout may lie where nobody else may look (root's home), and
 * so may this Node. `npm run build` must have been run.
 *
 * @param place a folder of the test's own, that everybody may enter
 */
export async function installForAll(place: string): Promise<Installed> {
  await copyProduct(place, ['keytar', 'koffi', '@koromix']);
  await mkdir(join(place, 'bin'));
  const node = join(place, 'bin', 'node');
  if (await isForAll(process.execPath)) await symlink(process.execPath, node);
  else await copyFile(process.execPath, node);
  return {
    node,
    modules: join(place, 'node_modules'),
    cli: join(place, 'dist', 'cli', 'globus-token.js'),
    launcher: join(place, 'dist', 'cli', 'globus-token'),
    agent: join(place, 'dist', 'headless', 'globus-token-agent.js'),
  };
}

/**
 * The bundles of command line and agent, and native modules, as they lie in a package.
 *
 * @param takes which paths of the modules
 */
export async function copyProduct(
  place: string,
  modules: readonly string[],
  takes: (path: string) => boolean = () => true,
): Promise<void> {
  for (const bundle of ['cli', 'headless'])
    await cp(join(DIST, bundle), join(place, 'dist', bundle), { recursive: true });
  for (const name of modules) {
    const from = join(ROOT, 'node_modules', name);
    await cp(from, join(place, 'node_modules', name), { recursive: true, filter: takes });
  }
}

/** Whether others may run it, and enter every folder that leads there. */
async function isForAll(path: string): Promise<boolean> {
  if (((await stat(path)).mode & 0o001) === 0) return false;
  return path === '/' || isForAll(dirname(path));
}
