/** Calls that have no answer yet, so that they can be ended. */
export class RunningCalls {
  readonly #running = new Map<string, AbortController>();

  /**
   * Null when it was cancelled: at once, also while the call still waits for its token, which other callers may
   * be waiting for too. A second run of the same key ends the first.
   */
  async run<T>(key: string, start: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    this.cancel(key);
    const abort = new AbortController();
    this.#running.set(key, abort);
    const cancelled = new Promise<null>((resolve) => {
      abort.signal.addEventListener('abort', () => resolve(null), { once: true });
    });
    try {
      return await Promise.race([start(abort.signal), cancelled]);
    } finally {
      if (this.#running.get(key) === abort) this.#running.delete(key);
    }
  }

  cancel(key: string): void {
    this.#running.get(key)?.abort();
  }
}
