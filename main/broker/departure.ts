/** Tells whoever waits for a client that it is gone; an AbortSignal is one. */
export interface Leaving {
  readonly aborted: boolean;
  addEventListener(type: 'abort', run: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', run: () => void): void;
}

/** With the signal for what takes no less. */
export interface ClientLeaving extends Leaving {
  readonly signal: AbortSignal;
}

const GONE = 'the client is gone';

/**
 * The end of one client. An AbortController costs as much as the rules and the audit line together, and nearly
 * every answer is out before anybody listens: it is made for the first who does.
 */
export class Departure implements ClientLeaving {
  #aborted = false;
  #controller: AbortController | null = null;

  get aborted(): boolean {
    return this.#aborted;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(GONE);
    }
    return this.#controller.signal;
  }

  addEventListener(type: 'abort', run: () => void, options?: { once?: boolean }): void {
    this.signal.addEventListener(type, run, options);
  }

  removeEventListener(type: 'abort', run: () => void): void {
    this.#controller?.signal.removeEventListener(type, run);
  }

  /** Safe to call twice. */
  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    // With a reason of its own: without one, each abort makes an error with a stack.
    this.#controller?.abort(GONE);
  }
}
