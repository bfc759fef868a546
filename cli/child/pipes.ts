import { execFile } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** One way from a child to us. */
export interface OutputPipe {
  /** The child's end; `release` closes ours of it once the child has it. */
  readonly writeEnd: number;
  readonly from: Readable;
  readonly release: () => void;
}

const run = promisify(execFile);

/**
 * Pipes as a shell makes them. Those of Node's `spawn` are sockets, which Linux lets nobody open by name: a
 * child that writes to /dev/stdout or /dev/stderr would fail (ENXIO). Node cannot make a real one, so these
 * begin as FIFOs in a private folder, which is gone before the child starts; what passes is never on a disk.
 *
 * @returns null where FIFOs cannot be made; sockets have to do then
 */
export async function openPipes(
  count: number,
  platform: NodeJS.Platform,
): Promise<readonly OutputPipe[] | null> {
  if (platform === 'win32') return null;
  const opened: OutputPipe[] = [];
  let folder = '';
  try {
    folder = mkdtempSync(join(tmpdir(), 'globus-token-'));
    const paths = Array.from({ length: count }, (_, index) => join(folder, String(index)));
    await run('mkfifo', ['-m', '600', ...paths]);
    for (const path of paths) opened.push(openPipe(path));
    return opened;
  } catch {
    for (const { from, release } of opened) {
      release();
      from.destroy();
    }
    return null;
  } finally {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  }
}

function openPipe(path: string): OutputPipe {
  // The reading end first: the writing one waits for it. O_NONBLOCK, because the reading one waits for a writer.
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(path, constants.O_WRONLY);
  let open = true;
  return {
    writeEnd,
    from: new Socket({ fd: readEnd, readable: true, writable: false }),
    release: () => {
      if (open) closeSync(writeEnd);
      open = false;
    },
  };
}
