import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPlainPath } from './remote.ts';

/** What ssh puts behind the name while it makes the socket (`.` and 16 characters), and the closing zero. */
const SSH_ADDS = 18;
/** `sun_path` on macOS, the shortest (unix(4)). */
const LONGEST = 104;
const NAME = 'globus-token-XXXXXX/c';

export interface ControlFolder {
  /** Of ssh's control socket. */
  readonly path: string;
  remove(): void;
}

/** A private folder for the socket by which ssh shares one connection; /tmp where the usual one is too long. */
export function makeControlFolder(usual = tmpdir()): ControlFolder {
  const fits = isPlainPath(usual) && usual.length + 1 + NAME.length + SSH_ADDS <= LONGEST;
  const folder = mkdtempSync(join(fits ? usual : '/tmp', 'globus-token-'));
  return {
    path: join(folder, 'c'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
