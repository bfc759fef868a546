import { realpathSync } from 'node:fs';

/** The path itself when there is nothing at it. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
