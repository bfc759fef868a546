import { lstatSync } from 'node:fs';
import type { Broker } from '../broker/broker.ts';
import type { Clock, Logger } from '../effects.ts';

export interface MovingBrokerParts {
  /** @throws BrokerStartError as `startBroker` */
  open: (path: string) => Promise<Broker>;
  /** Where clients look now. */
  place: () => string;
  clock: Clock;
  log: Logger;
  /** It listens at another place, or anew at the same one. */
  moved: (path: string) => void;
}

/** Milliseconds between two looks. */
export const LOOK_MS = 20_000;

/**
 * A broker that stays where clients look for it. logind takes the runtime folder away when the user's last session
 * ends, and with it the socket of an agent that outlives it, which would hold the vault and be met by nobody: the jobs
 * of that user included, who look in /tmp then. A folder that comes back, at the next login, is moved to again.
 *
 * Whoever is connected is still answered at the old place.
 */
export class MovingBroker implements Broker {
  readonly #parts: MovingBrokerParts;
  #current: Broker;
  #stop: () => void = () => undefined;
  #ended = false;
  #trouble: string | null = null;

  constructor(first: Broker, parts: MovingBrokerParts) {
    this.#current = first;
    this.#parts = parts;
    this.#wait();
  }

  get path(): string {
    return this.#current.path;
  }

  get connections(): number {
    return this.#current.connections;
  }

  close(): Promise<void> {
    this.#end();
    return this.#current.close();
  }

  drain(): Promise<void> {
    this.#end();
    return this.#current.drain();
  }

  #end(): void {
    this.#ended = true;
    this.#stop();
  }

  #wait(): void {
    if (!this.#ended) this.#stop = this.#parts.clock.after(LOOK_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { log, moved, open, place } = this.#parts;
    try {
      const path = place();
      if (path === this.path && lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
      const next = await open(path);
      // It was told to end meanwhile.
      if (this.#ended) return await next.close();
      const old = this.#current;
      this.#current = next;
      this.#trouble = null;
      log.warn(
        { path, before: old.path },
        'the socket was gone, or clients look elsewhere now: it is made anew',
      );
      moved(path);
      await old.drain();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // Once per trouble, not with every look.
      if (why !== this.#trouble) log.warn({ why }, 'the socket is gone and cannot be made anew yet');
      this.#trouble = why;
    } finally {
      this.#wait();
    }
  }
}
