/** Whether secrets may be used now, and whether the network is there. Announces every change. */
export class Session {
  #locked = false;
  #online = true;
  readonly #listeners = new Set<() => void>();

  get locked(): boolean {
    return this.#locked;
  }

  get online(): boolean {
    return this.#online;
  }

  setLocked(locked: boolean): void {
    if (this.#locked === locked) return;
    this.#locked = locked;
    this.#announce();
  }

  setOnline(online: boolean): void {
    if (this.#online === online) return;
    this.#online = online;
    this.#announce();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
