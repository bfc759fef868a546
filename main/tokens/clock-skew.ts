const WORTH_A_WARNING_MS = 5 * 60_000;

/** How far this clock is from the server's, from the `Date` of its answers (GLOBUS.md §2.2). */
export class ClockSkew {
  #value: number | null = null;

  /** Milliseconds that the server's clock is ahead of ours; null when within bounds or unknown. */
  get value(): number | null {
    return this.#value;
  }

  /** @returns true when a warning appears or goes */
  note(serverNow: number, now: number): boolean {
    const skew = serverNow - now;
    const worth = Math.abs(skew) > WORTH_A_WARNING_MS ? skew : null;
    if ((worth === null) === (this.#value === null)) return false;
    this.#value = worth;
    return true;
  }
}
