/**
 * What several witnesses say about the lock, as one answer. A witness that goes away says nothing: a crashed
 * screen saver, a lost bus or an ended session unlock nothing.
 */
export class LockState {
  readonly #listeners: { onLock(): void; onUnlock(): void };
  readonly #locked = new Set<string>();
  /** Sessions that logind asked to lock, until something says that the screen is open. */
  readonly #asked = new Set<string>();

  constructor(listeners: { onLock(): void; onUnlock(): void }) {
    this.#listeners = listeners;
  }

  /** logind's request: heard every time, since the app may have been unlocked meanwhile. */
  ask(session: string): void {
    this.#asked.add(session);
    this.#listeners.onLock();
  }

  /** A witness (object path of a session, or name of a screen saver) sees the screen locked or open. */
  see(witness: string, locked: boolean): void {
    if (locked) {
      if (this.#locked.has(witness)) return;
      this.#locked.add(witness);
      this.#listeners.onLock();
      return;
    }
    const was = this.#size;
    this.#locked.delete(witness);
    // A session's word ends its own request; a screen saver knows no session and speaks of the one screen.
    if (witness.startsWith('/')) this.#asked.delete(witness);
    else this.#asked.clear();
    if (was > 0 && this.#size === 0) this.#listeners.onUnlock();
  }

  /** The witness is gone, and no longer stands in the way of an unlock. */
  forget(witness: string): void {
    this.#locked.delete(witness);
    this.#asked.delete(witness);
  }

  get #size(): number {
    return this.#locked.size + this.#asked.size;
  }
}
