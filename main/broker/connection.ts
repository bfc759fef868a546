import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../effects.ts';
import { type ClientLeaving, Departure } from './departure.ts';
import type { Identified } from './types.ts';

type Work = (leaving: ClientLeaving) => Promise<void>;

/** One client: who it is, and its requests in the order they came. */
export class Connection {
  readonly identified: Exclude<Identified, { kind: 'foreign-uid' }>;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #unreadMs: number;
  readonly #departure = new Departure();
  readonly #queue: { response: ServerResponse; work: Work }[] = [];
  #answering: ServerResponse | null = null;

  constructor(
    socket: Socket,
    identified: Exclude<Identified, { kind: 'foreign-uid' }>,
    clock: Clock,
    unreadMs: number,
  ) {
    this.#socket = socket;
    this.identified = identified;
    this.#clock = clock;
    this.#unreadMs = unreadMs;
  }

  /** Requests without an answer. */
  get waiting(): number {
    return this.#queue.length + (this.#answering === null ? 0 : 1);
  }

  /** Their answers, in their order. */
  get unanswered(): readonly ServerResponse[] {
    const queued = this.#queue.map(({ response }) => response);
    return this.#answering === null ? queued : [this.#answering, ...queued];
  }

  enqueue(response: ServerResponse, work: Work): void {
    this.#queue.push({ response, work });
    if (this.#answering === null) void this.#drain();
  }

  /** Aborts what is asked for this client and drops it. */
  end(): void {
    this.#departure.abort();
    this.#queue.length = 0;
    this.#socket.destroy();
  }

  async #drain(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (this.#departure.aborted) break;
      this.#answering = next.response;
      await next.work(this.#departure);
      await this.#written(next.response);
    }
    this.#answering = null;
  }

  /** The next answer is checked and made only when this one is with the client's kernel. */
  #written(response: ServerResponse): Promise<void> | undefined {
    // Mostly the socket took it all at once.
    if (!response.writableEnded || response.writableLength === 0 || this.#departure.aborted) return undefined;
    return new Promise((resolve) => {
      const cancel = this.#clock.after(this.#unreadMs, () => this.end());
      const done = () => {
        cancel();
        resolve();
      };
      response.once('finish', done);
      response.once('close', done);
    });
  }
}
