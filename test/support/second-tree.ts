import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../scripts/build-targets.mjs';

const run = promisify(execFile);

/** All that the shipped bundles and packages are made from. */
const MADE_FROM = [
  ...['assets', 'cli', 'main', 'preload', 'renderer', 'scripts'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'electron-builder.yml', 'LICENSE'],
];

/** The same sources at another place, where everything else is another, too: zone of time, language, settings. */
export interface SecondTree {
  readonly folder: string;
  /** One of its scripts, as somebody else runs it. @param cwd another folder when absent */
  run(script: string, args: readonly string[], cwd?: string): Promise<void>;
  remove(): Promise<void>;
}

export async function secondTree(): Promise<SecondTree> {
  const place = await mkdtemp(join(tmpdir(), 'second-'));
  const folder = join(place, 'an other', 'tree');
  await Promise.all(MADE_FROM.map((name) => cp(join(ROOT, name), join(folder, name), { recursive: true })));
  await ownModules(folder);
  return {
    folder,
    async run(script, args, cwd = tmpdir()) {
      const strange = { TZ: 'Pacific/Kiritimati', LC_ALL: 'C', NODE_ENV: 'development', DIST: 'dist' };
      await run(process.execPath, [join(folder, 'scripts', script), ...args], {
        cwd,
        env: { ...process.env, ...strange },
      });
    },
    remove: () => rm(place, { recursive: true, force: true }),
  };
}

/**
 * A second checkout has its own: through a link to ours rolldown would see other paths between a module and the root,
 * and it orders a chunk's imports by them. Hard links, since they are a third of a gigabyte.
 */
async function ownModules(tree: string): Promise<void> {
  const [from, to] = [join(ROOT, 'node_modules'), join(tree, 'node_modules')];
  await run('cp', ['-al', from, to]).catch(() => cp(from, to, { recursive: true }));
  await rm(join(to, '.cache'), { recursive: true, force: true });
}

/** Hash of each file at these paths below a folder, with `x` where it can be run. */
export async function contents(folder: string, paths: readonly string[]): Promise<Record<string, string>> {
  const files = (await Promise.all(paths.map((path) => filesIn(join(folder, path))))).flat().sort();
  const pairs = files.map(async (file) => {
    const hash = createHash('sha256').update(await readFile(file));
    const runs = ((await stat(file)).mode & 0o100) !== 0;
    return [relative(folder, file), `${hash.digest('hex')}${runs ? ' x' : ''}`] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

async function filesIn(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
