import type { Broker } from '../broker/broker.ts';
import type { Clock, Logger } from '../effects.ts';
import { Following } from './following.ts';

export interface MovingBrokerParts {
  /** @throws BrokerStartError as `startBroker` */
  open: (path: string) => Promise<Broker>;
  /** Where clients look now. */
  place: () => string;
  clock: Clock;
  log: Logger;
  /** It listens at another place, or anew at the same one. */
  moved: (path: string) => void;
  /** Looks after what has its place beside the socket; called whenever that was found or made where it should be. */
  beside: () => Promise<unknown>;
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
  readonly #following: Following<Broker>;
  #stop: () => void = () => undefined;
  #ended = false;

  constructor(first: Broker, parts: MovingBrokerParts) {
    const { open, place, log } = parts;
    this.#parts = parts;
    this.#following = new Following<Broker>(first, {
      ...{ open, place, log, name: 'the socket' },
      moved: ({ path }) => parts.moved(path),
      leave: (before) => before.drain(),
    });
    this.#wait();
  }

  get path(): string {
    return this.#following.current.path;
  }

  get connections(): number {
    return this.#following.current.connections;
  }

  close(): Promise<void> {
    this.#end();
    return this.#following.end((one) => one.close());
  }

  drain(): Promise<void> {
    this.#end();
    return this.#following.end((one) => one.drain());
  }

  #end(): void {
    this.#ended = true;
    this.#stop();
  }

  #wait(): void {
    if (!this.#ended) this.#stop = this.#parts.clock.after(LOOK_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    if (await this.#following.look()) await this.#parts.beside();
    this.#wait();
  }
}
