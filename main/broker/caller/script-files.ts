import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import type { ScriptClaim } from '../types.ts';

/** A bigger script is named, and bound to nothing: hashing it would hold everybody else up. Bytes. */
const MAX_BYTES = 8 * 1024 * 1024;
/** File systems stamp with a coarse clock: a file this young may change again without a new stamp. */
const SETTLED_MS = 1_000;
const KEPT = 256;

type Binding = NonNullable<ScriptClaim['binding']>;

/**
 * Real path, inode and SHA-256 of scripts. A hash is used again only while inode, size and change time
 * (ctime, which no unprivileged call can set) are what they were, and were old when it was made.
 */
export class ScriptFiles {
  readonly #now: () => number;
  readonly #known = new Map<string, { stamp: string; binding: Binding }>();

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * @param path absolute path
   * @param theirs the same path as the process sees it (below /proc/<pid>/root): another file there, as in a
   *   container or a sandbox, gives no binding
   */
  claim(path: string, theirs: string | null): ScriptClaim {
    try {
      const real = realpathSync(path);
      const stat = statSync(real, { bigint: true });
      if (theirs !== null && !sameFile(stat, statSync(theirs, { bigint: true })))
        return { path: real, binding: null };
      return { path: real, binding: this.#binding(real, stat) };
    } catch {
      return { path, binding: null };
    }
  }

  #binding(path: string, stat: BigIntStats): Binding | null {
    if (!stat.isFile() || stat.size > BigInt(MAX_BYTES)) return null;
    const known = this.#known.get(path);
    if (known?.stamp === stampOf(stat)) return known.binding;
    // O_NONBLOCK: whoever puts a FIFO in the file's place after the stat must not stop the agent.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const opened = fstatSync(fd, { bigint: true });
      if (!opened.isFile()) return null;
      const sha256 = hashOf(fd);
      if (sha256 === null) return null;
      const binding = { inode: `${opened.dev.toString()}:${opened.ino.toString()}`, sha256 };
      this.#keep(path, opened, binding);
      return binding;
    } finally {
      closeSync(fd);
    }
  }

  #keep(path: string, stat: BigIntStats, binding: Binding): void {
    this.#known.delete(path);
    if (this.#now() - Number(stat.ctimeMs) < SETTLED_MS) return;
    const [oldest] = this.#known.keys();
    if (this.#known.size >= KEPT && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(path, { stamp: stampOf(stat), binding });
  }
}

/** Null when the file is above the cap after all. */
function hashOf(fd: number): string | null {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(64 * 1024);
  for (let total = 0; total <= MAX_BYTES;) {
    const count = readSync(fd, buffer, 0, buffer.length, null);
    if (count === 0) return hash.digest('hex');
    total += count;
    hash.update(buffer.subarray(0, count));
  }
  return null;
}

function stampOf(stat: BigIntStats): string {
  return [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].map(String).join(' ');
}

function sameFile(one: BigIntStats, other: BigIntStats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}
