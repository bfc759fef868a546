import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

export type FoundProgram = { kind: 'found'; path: string } | { kind: 'not-found' } | { kind: 'no-program' };

/**
 * Where a shell would find a command: a name on PATH, anything with a slash where it says. `no-program`: there
 * is a file, and it may not be run.
 */
export function findProgram(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
): FoundProgram {
  if (process.platform === 'win32') return findOnWindows(command, env);
  const candidates = command.includes('/')
    ? [resolve(command)]
    : (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder === '' ? '.' : folder, command));
  const files = command === '' ? [] : candidates.filter((path) => isThere(path));
  const path = files.find((file) => isProgram(file));
  if (path !== undefined) return { kind: 'found', path: resolve(path) };
  return { kind: files.length > 0 ? 'no-program' : 'not-found' };
}

function findOnWindows(command: string, env: Readonly<Record<string, string | undefined>>): FoundProgram {
  const folders = /[\\/]/.test(command) ? [''] : (env['PATH'] ?? env['Path'] ?? '').split(delimiter);
  for (const folder of folders) {
    for (const ending of ['', '.exe', '.com']) {
      const path = folder === '' ? resolve(command + ending) : join(folder, command + ending);
      if (isProgram(path)) return { kind: 'found', path };
    }
  }
  return { kind: 'not-found' };
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
