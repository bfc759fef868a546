import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { settledStamp, stampOf } from '../file-stamp.ts';
import type { ScriptClaim } from '../types.ts';

/** A bigger script is named, and bound to nothing: hashing it would hold everybody else up. Bytes. */
const MAX_BYTES = 8 * 1024 * 1024;
const KEPT = 256;

/**
 * Real path, inode and SHA-256 of scripts. A hash is used again only while inode, size and change time
 * (ctime, which no unprivileged call can set) are what they were, and were old when it was made.
 */
export class ScriptFiles {
  readonly #now: () => number;
  readonly #known = new Map<string, { stamp: string; claim: ScriptClaim }>();

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param path absolute path. The claim has no binding when there is no such file, or it is too big. */
  claim(path: string): ScriptClaim {
    try {
      const stat = statSync(path, { bigint: true });
      const known = this.#known.get(path);
      if (known?.stamp === stampOf(stat)) return known.claim;
      const real = realpathSync.native(path);
      return this.#read(path, real, stat);
    } catch {
      return { path, binding: null };
    }
  }

  #read(path: string, real: string, stat: BigIntStats): ScriptClaim {
    const unbound = { path: real, binding: null };
    if (!stat.isFile() || stat.size > BigInt(MAX_BYTES)) return unbound;
    // O_NONBLOCK: whoever puts a FIFO in the file's place after the stat must not stop the agent.
    const fd = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const opened = fstatSync(fd, { bigint: true });
      if (!opened.isFile()) return unbound;
      const sha256 = hashOf(fd);
      if (sha256 === null) return unbound;
      const inode = `${opened.dev.toString()}:${opened.ino.toString()}`;
      const claim = { path: real, binding: { inode, sha256 } };
      this.#keep(path, opened, claim);
      return claim;
    } finally {
      closeSync(fd);
    }
  }

  #keep(path: string, stat: BigIntStats, claim: ScriptClaim): void {
    this.#known.delete(path);
    const stamp = settledStamp(stat, this.#now());
    if (stamp === null) return;
    const [oldest] = this.#known.keys();
    if (this.#known.size >= KEPT && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(path, { stamp, claim });
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
