import { existsSync, type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

export interface SocketWatch {
  /** Resolves when the file is gone. */
  readonly gone: Promise<void>;
  stop(): void;
}

/**
 * Notices that a socket of the agent's is gone: the agent has ended or closed it, or its folder was removed, as logind
 * does with the runtime folder when the last session ends. ssh notices nothing, and would carry callers to nowhere.
 *
 * The folder is watched, since macOS watches no sockets.
 */
export function watchSocket(path: string): SocketWatch {
  let watcher: FSWatcher | null = null;
  const gone = new Promise<void>((resolve) => {
    const look = () => {
      if (!existsSync(path)) resolve();
    };
    try {
      watcher = watch(dirname(path), { persistent: false }, look).on('error', look);
    } catch {
      // No folder any more, or the system watches no more files: then it is not noticed later.
    }
    look();
  });
  return { gone, stop: () => watcher?.close() };
}
