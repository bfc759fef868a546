import type { Identified } from './types.ts';

/**
 * Places for connections of one process: half of all, so that none takes them away from everybody else. It is the
 * remote end of a plain `ssh -R` that this is about, whose connections are all of that one ssh; a program of this
 * machine could start others.
 */
export class PeerShare {
  readonly #most: number;
  /** Connections by the peer's pid. */
  readonly #held = new Map<number, number>();

  /** @param connections that there are for everybody */
  constructor(connections: number) {
    this.#most = Math.ceil(connections / 2);
  }

  /** Null: the process has its half. Else to be called once, when the connection is over. */
  take(identified: Identified): (() => void) | null {
    // On Windows nobody has a pid.
    const pid = identified.kind === 'caller' ? identified.caller.peer.pid : 0;
    if (pid === 0) return () => undefined;
    const held = this.#held.get(pid) ?? 0;
    if (held >= this.#most) return null;
    this.#held.set(pid, held + 1);
    return () => {
      const left = (this.#held.get(pid) ?? 1) - 1;
      if (left > 0) this.#held.set(pid, left);
      else this.#held.delete(pid);
    };
  }
}
