import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { onTerminal, type OnTerminal, type Typed } from './pty.ts';

const run = promisify(execFile);

/** A root folder with a shell and a few programs in it, to put packages into with their scripts. */
export interface SmallSystem {
  readonly root: string;
  /** Inside, with that folder as its root. */
  run(program: string, ...args: string[]): Promise<Ended>;
  /** Outside, with the same rights. */
  manage(program: string, ...args: string[]): Promise<Ended>;
  /** The same by a person at a terminal, which is there inside, too. @param more of the environment */
  manageOnTerminal(
    words: readonly string[],
    typed: readonly Typed[],
    more?: Readonly<Record<string, string>>,
  ): Promise<OnTerminal>;
  /** Every path that is not a folder and was not there at first, from the root on. */
  files(): Promise<string[]>;
  remove(): Promise<void>;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PROGRAMS = ['bash', 'cat', 'chmod', 'id', 'ln', 'readlink', 'rm', 'timeout', 'unshare', 'curl'];

/** Those of the system's own keeper too, which other users do not have on theirs. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
/** Root for what is inside, and only there, where the tests are not run as root. */
const RIGHTS = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-root-user'];

/** Rights, and mounts that nobody else has. */
const NAMESPACE = ['unshare', '--mount', ...RIGHTS.slice(1)];
/** The terminal and the processes, below the root folder $0. */
const MOUNTS = 'mount --bind /dev/tty "$0/dev/tty" && mount --rbind /proc "$0/proc" && "$@"';

/**
 * Node.js, curl and what the scripts of packages call, from this machine.
 *
 * @param more Programs of a system's own kind.
 */
export async function makeSmallSystem(more: readonly string[] = []): Promise<SmallSystem> {
  const root = await mkdtemp(join(tmpdir(), 'system-'));
  await mkdir(join(root, 'usr/bin'), { recursive: true });
  await mkdir(join(root, 'home/ada'), { recursive: true });
  await symlink('usr/bin', join(root, 'bin'));
  await symlink('bash', join(root, 'usr/bin/sh'));
  // A file does for what is only written to, and needs no right to make devices.
  await mkdir(join(root, 'dev'));
  await writeFile(join(root, 'dev/null'), '', { mode: 0o666 });
  for (const program of [...PROGRAMS, ...more])
    await bring(root, await which(program), join('/usr/bin', program));
  await bring(root, process.execPath, '/usr/bin/node');
  await bringBuiltins(root);
  const before = new Set(await listed(root));

  const call = async (words: readonly string[]): Promise<Ended> => {
    const [program = '', ...args] = [...RIGHTS, ...words];
    return run(program, args, { env: { PATH, HOME: '/home/ada', LC_ALL: 'C' } }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: unknown) => ended(error),
    );
  };
  return {
    root,
    run: (program, ...args) => call(['chroot', root, program, ...args]),
    manage: (program, ...args) => call([program, ...args]),
    async manageOnTerminal(words, typed, more = {}) {
      const terminal = join(root, 'dev/tty');
      await mkdir(join(root, 'proc'), { recursive: true });
      await writeFile(terminal, '');
      const command = [...NAMESPACE, 'sh', '-c', MOUNTS, root, ...words];
      const env = { PATH, HOME: '/home/ada', LC_ALL: 'C', ...more };
      return onTerminal(command, env, typed, true).finally(() => rm(terminal));
    },
    files: async () => (await listed(root)).filter((path) => !before.has(path)),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

function ended(error: unknown): Ended {
  if (error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error) {
    if (typeof error.code === 'number') {
      return { code: error.code, stdout: String(error.stdout), stderr: String(error.stderr) };
    }
  }
  throw error;
}

async function which(program: string): Promise<string> {
  const { stdout } = await run('/bin/sh', ['-c', 'command -v "$1"', 'sh', program]);
  return realpath(stdout.trim());
}

/** A program, and at their own paths the libraries that it loads. */
async function bring(root: string, program: string, to: string): Promise<void> {
  await cp(program, join(root, to));
  for (const library of await librariesOf(program)) {
    const inside = join(root, library);
    await mkdir(dirname(inside), { recursive: true });
    await cp(await realpath(library), inside);
  }
}

/** Debian's own Node has some of its parts in files, which it names one at a time where they are missing. */
async function bringBuiltins(root: string): Promise<void> {
  const [program = '', ...args] = [...RIGHTS, 'chroot', root, 'node', '--eval', '0'];
  for (let last = ''; ;) {
    const said = await run(program, args, { env: { PATH } }).then(() => '', String);
    const [, path = last] = /Cannot load externalized builtin: "[^":]*:([^"]+)"/.exec(said) ?? [];
    if (path === last) return;
    last = path;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await cp(await realpath(path), join(root, path));
  }
}

/** Paths of all the libraries that are loaded with one, those of their own included. */
export async function librariesOf(file: string): Promise<string[]> {
  const { stdout } = await run('ldd', [file]);
  return stdout.split('\n').flatMap((line) => /(?:=>\s*|^\s*)(\/\S+)/.exec(line)?.[1] ?? []);
}

async function listed(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}
