import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve, win32 } from 'node:path';

export type FoundProgram =
  | { kind: 'found'; path: string }
  | { kind: 'not-found' }
  | { kind: 'no-program' }
  /** Windows: lines for cmd.exe, which no other program can start. */
  | { kind: 'batch'; path: string };

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where a shell would find a command: a name on PATH, anything with a slash where it says. `no-program`: there
 * is a file, and it may not be run.
 */
export function findProgram(command: string, env: Env): FoundProgram {
  if (process.platform === 'win32') return findOnWindows(command, env);
  const candidates = command.includes('/')
    ? [resolve(command)]
    : (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder === '' ? '.' : folder, command));
  const files = command === '' ? [] : candidates.filter((path) => isThere(path));
  const path = files.find((file) => isProgram(file));
  if (path !== undefined) return { kind: 'found', path: resolve(path) };
  return { kind: files.length > 0 ? 'no-program' : 'not-found' };
}

const PROGRAMS = ['.com', '.exe'];
const BATCHES = ['.bat', '.cmd'];

/**
 * As libuv looks for what it starts, but for the current folder, which may be a cloned repository: it is not looked
 * into unasked, and an empty entry of PATH, as a `;` at its end makes one, does not ask for it. A name without an
 * ending is none of a program there: beside `npm.cmd` stands `npm`, a script for other shells. Lines for cmd.exe are
 * found where there is no program of that name.
 */
export function findOnWindows(command: string, env: Env, isFile = isProgram): FoundProgram {
  if (command === '') return { kind: 'not-found' };
  const folders = /[\\/]/.test(command) ? ['.'] : foldersOf(env);
  const given = win32.extname(command) === '' ? [] : [''];
  for (const endings of [[...given, ...PROGRAMS], BATCHES]) {
    const paths = folders.flatMap((folder) =>
      endings.map((ending) => win32.resolve(folder, command + ending)),
    );
    const path = paths.find((file) => isFile(file));
    if (path === undefined) continue;
    return { kind: BATCHES.includes(win32.extname(path).toLowerCase()) ? 'batch' : 'found', path };
  }
  return { kind: 'not-found' };
}

/** An entry may stand in quotes. */
function foldersOf(env: Env): string[] {
  const entries = (env['PATH'] ?? env['Path'] ?? '').split(win32.delimiter);
  return entries.map((entry) => entry.replaceAll('"', '').trim()).filter((folder) => folder !== '');
}

function isThere(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
