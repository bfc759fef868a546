import type { Clock } from '../effects.ts';

/** `slow`: no answer within the deadline, or an earlier call is still overdue. */
export type Outcome<T> = { kind: 'value'; value: T } | { kind: 'failed'; error: unknown } | { kind: 'slow' };

export interface CallQueueOptions {
  /** Milliseconds that a call may wait for its turn, and again that it may take. */
  deadline: number;
  after: Clock['after'];
}

/**
 * One call in flight at a time. A stopped keyring blocks the thread that a native call runs on for 25 s, and
 * libuv has only four: with more than one call out, file reads and DNS of the whole process would stop too.
 * A call past its deadline cannot be taken back, so it stays the only one outstanding: whoever waits behind
 * it, and whoever comes later, is answered `slow` at once until it returns.
 */
export class CallQueue {
  readonly #options: CallQueueOptions;
  readonly #waiting = new Set<Job>();
  #busy = false;
  #overdue = false;

  constructor(options: CallQueueOptions) {
    this.#options = options;
  }

  /** True while a call is past its deadline and has not returned. */
  get overdue(): boolean {
    return this.#overdue;
  }

  /** Never rejects. `call` runs at most once, and not at all when the answer is already `slow`. */
  run<T>(call: () => Promise<T>): Promise<Outcome<T>> {
    if (this.#overdue) return Promise.resolve({ kind: 'slow' });
    return new Promise((resolve) => {
      const job: Job = {
        start: () => void this.#start(call, resolve),
        giveUp: () => {
          this.#waiting.delete(job);
          cancel();
          resolve({ kind: 'slow' });
        },
        stopWaiting: () => cancel(),
      };
      const cancel = this.#options.after(this.#options.deadline, job.giveUp);
      this.#waiting.add(job);
      this.#next();
    });
  }

  #next(): void {
    if (this.#busy) return;
    const [job] = this.#waiting;
    if (job === undefined) return;
    this.#waiting.delete(job);
    job.stopWaiting();
    this.#busy = true;
    job.start();
  }

  async #start<T>(call: () => Promise<T>, resolve: (outcome: Outcome<T>) => void): Promise<void> {
    const cancel = this.#options.after(this.#options.deadline, () => {
      this.#overdue = true;
      resolve({ kind: 'slow' });
      for (const job of [...this.#waiting]) job.giveUp();
    });
    // A late answer resolves a promise that is already resolved, and so changes nothing.
    try {
      resolve({ kind: 'value', value: await call() });
    } catch (error) {
      resolve({ kind: 'failed', error });
    }
    cancel();
    this.#busy = false;
    this.#overdue = false;
    this.#next();
  }
}

interface Job {
  start: () => void;
  giveUp: () => void;
  stopWaiting: () => void;
}
