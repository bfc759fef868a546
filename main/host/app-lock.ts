/** What locks the app by itself. */
export type AwayReason = 'screen' | 'sleep';

export interface AppLockEffects {
  isLocked(): boolean;
  setLocked(locked: boolean): void;
  /** The app has just been locked, by whomever: open questions are denied, the clipboard is cleared. */
  onLock(): void;
}

/**
 * Locks the app with the screen and for sleep, and unlocks it again when both are over (CHECKLIST 29). A lock
 * that somebody asked for is not touched by either.
 */
export class AppLock {
  readonly #effects: AppLockEffects;
  readonly #reasons = new Set<AwayReason>();
  /** It was locked already when the first reason came. */
  #asked = false;
  #wasLocked: boolean;

  constructor(effects: AppLockEffects) {
    this.#effects = effects;
    this.#wasLocked = effects.isLocked();
  }

  hold(reason: AwayReason): void {
    if (this.#reasons.size === 0) this.#asked = this.#effects.isLocked();
    this.#reasons.add(reason);
    this.#effects.setLocked(true);
  }

  release(reason: AwayReason): void {
    if (!this.#reasons.delete(reason) || this.#reasons.size > 0 || this.#asked) return;
    this.#effects.setLocked(false);
  }

  /** To be called after every change of the app's state. */
  changed(): void {
    const locked = this.#effects.isLocked();
    if (locked === this.#wasLocked) return;
    this.#wasLocked = locked;
    if (locked) return this.#effects.onLock();
    // Somebody unlocked it: an end of the screen lock that comes now must not undo a later lock.
    this.#reasons.clear();
  }
}
