import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type koffi from 'koffi';
import type { Clock } from '../effects.ts';

/** After the start and after a sign-in, a renewal or another change: what it left behind is garbage by then. */
const FIRST_MS = 2_000;
/** Between two times without a change, milliseconds: answers leave some behind, too. */
const AGAIN_MS = 10 * 60_000;

/**
 * Gives memory back that the agent does not need while it waits: of its 35 MB after the start, 20 were garbage, and
 * neither V8 nor malloc returns that to an idle process by itself. An agent is there all day on machines that many
 * people share.
 *
 * @param release gives it back once
 * @param subscribe has its argument called when the agent changed; returns what ends that
 * @returns stops it
 */
export function restWhenIdle(
  clock: Clock,
  release: () => void,
  subscribe: (changed: () => void) => () => void,
): () => void {
  const rest = (): void => {
    release();
    cancel = clock.after(AGAIN_MS, rest);
  };
  let cancel = clock.after(FIRST_MS, rest);
  const unsubscribe = subscribe(() => {
    cancel();
    cancel = clock.after(FIRST_MS, rest);
  });
  return () => {
    unsubscribe();
    cancel();
  };
}

/** Collects garbage, then has glibc return free pages (malloc_trim(3)); what is not there is left out. */
export function releaseMemory(platform: NodeJS.Platform): void {
  collector()();
  if (platform === 'linux') trim()();
}

let collect: (() => void) | null = null;
function collector(): () => void {
  if (collect === null) {
    // The flag makes `gc` a global of contexts that are made from now on: this program’s own has none.
    setFlagsFromString('--expose-gc');
    const found: unknown = runInNewContext('gc');
    setFlagsFromString('--no-expose-gc');
    collect = typeof found === 'function' ? () => void Reflect.apply(found, undefined, []) : () => undefined;
  }
  return collect;
}

let trimmer: (() => void) | null = null;
function trim(): () => void {
  trimmer ??= loadTrim();
  return trimmer;
}

/** Of other libraries of C than glibc there is none. */
function loadTrim(): () => void {
  try {
    const library = createRequire(import.meta.url)('koffi') as typeof koffi;
    const call = library.load('libc.so.6').func('int malloc_trim(size_t pad)') as (pad: number) => number;
    return () => void call(0);
  } catch {
    return () => undefined;
  }
}
