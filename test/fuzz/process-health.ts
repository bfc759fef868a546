import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Sockets, pipes and files of this process that are open now. */
export function openHandles(): number {
  const sockets = process.getActiveResourcesInfo().filter((name) => /Pipe|TCP|Process/.test(name)).length;
  return sockets + descriptors();
}

/** The same once it is no more than before, or after five seconds: the system closes in its own time. */
openHandles.settled = async (before: number): Promise<number> => {
  const end = performance.now() + 5_000;
  while (openHandles() > before && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return openHandles();
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

function descriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

function text(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
