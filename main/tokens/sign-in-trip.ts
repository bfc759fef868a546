import type { AuthorizationRequest } from '../oauth/authorize.ts';
import type { RedirectListener } from '../oauth/loopback.ts';
import type { SignInStep } from './sign-in.ts';

/** One authorization of an attempt: its request, the listener that waits for it, and the browser that came. */
export class Trip {
  readonly step: SignInStep;
  readonly request: AuthorizationRequest;
  readonly answer: Promise<URLSearchParams>;
  readonly #listener: RedirectListener | null;
  #pasted: ((query: URLSearchParams) => void) | null = null;
  /** Set while a browser waits for where to go. */
  #leave: ((location: string | null) => void) | null = null;

  /** @param listener null: the code is pasted */
  constructor(step: SignInStep, request: AuthorizationRequest, listener: RedirectListener | null) {
    this.step = step;
    this.request = request;
    this.#listener = listener;
    this.answer =
      listener?.answer ??
      new Promise((resolve) => {
        this.#pasted = resolve;
      });
  }

  /** @param goesOn whether the browser has somewhere to go afterwards */
  expect(goesOn: boolean): void {
    const held = (): Promise<string | null> =>
      new Promise((resolve) => {
        this.#leave = resolve;
      });
    this.#listener?.expect(this.request.state, ...(goesOn ? [held] : []));
  }

  /** A pasted code. @returns false when this trip waits for none, or has one */
  take(query: URLSearchParams): boolean {
    if (this.#pasted === null) return false;
    this.#pasted(query);
    this.#pasted = null;
    return true;
  }

  /**
   * Sends the browser on, and waits until it has the address.
   * @param location null: a page that says that the trip ends here
   */
  async sendOn(location: string | null): Promise<void> {
    if (this.#leave === null) return;
    this.#leave(location);
    this.#leave = null;
    await this.#listener?.answered;
  }

  async close(): Promise<void> {
    this.#leave?.(null);
    await this.#listener?.close();
  }
}
