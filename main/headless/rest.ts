import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type koffi from 'koffi';
import type { Clock } from '../effects.ts';

/** After the start; what it left behind is garbage by then. Milliseconds. */
const FIRST_MS = 2_000;
/** Between two times, milliseconds: a renewal or a sign-in leaves some behind, too. */
const AGAIN_MS = 10 * 60_000;

/**
 * Gives memory back that the agent does not need while it waits: of its 35 MB after the start, 20 were garbage, and
 * neither V8 nor malloc returns that to an idle process by itself. An agent is there all day on machines that many
 * people share.
 *
 * @param release gives it back once
 * @returns stops it
 */
export function restWhenIdle(clock: Clock, release: () => void): () => void {
  let cancel = clock.after(FIRST_MS, function again() {
    release();
    cancel = clock.after(AGAIN_MS, again);
  });
  return () => cancel();
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
