import { readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Sockets, pipes and files of this process that are open now, by name. */
export function openHandles(): readonly string[] {
  const sockets = process.getActiveResourcesInfo().filter((name) => /Pipe|TCP|Process/.test(name));
  return [...sockets, ...descriptors()];
}

/** To compare with: after the first stream of this process, with which libuv opens a spare descriptor for good. */
openHandles.atFirst = async (): Promise<readonly string[]> => {
  const first = connect({ path: join(tmpdir(), 'nobody-listens-here.sock') }).on('error', () => undefined);
  await new Promise((resolve) => first.once('close', resolve));
  return openHandles();
};

/**
 * What is open beyond that once it is no more than before, or after five seconds: the system closes in its own
 * time. Empty: nothing stays.
 */
openHandles.left = async (before: readonly string[]): Promise<string[]> => {
  const end = performance.now() + 5_000;
  while (openHandles().length > before.length && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const after = [...openHandles()];
  if (after.length <= before.length) return [];
  for (const name of before) {
    const at = after.indexOf(name);
    if (at >= 0) after.splice(at, 1);
  }
  return after;
};

/** Tells of what nobody caught. Returns its end. */
export function watchProcess(tell: (what: string) => void): () => void {
  const uncaught = (error: unknown) => tell(`uncaught exception: ${text(error)}`);
  const unhandled = (reason: unknown) => tell(`unhandled rejection: ${text(reason)}`);
  process.on('uncaughtException', uncaught);
  process.on('unhandledRejection', unhandled);
  return () => {
    process.off('uncaughtException', uncaught);
    process.off('unhandledRejection', unhandled);
  };
}

/** What is really in use: after a collection. */
export function heapMegabytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10;
}

/** What each descriptor stands for; the one that reads the folder is gone by then. */
function descriptors(): string[] {
  try {
    return readdirSync('/proc/self/fd').flatMap((number) => {
      try {
        return [readlinkSync(`/proc/self/fd/${number}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

function text(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
