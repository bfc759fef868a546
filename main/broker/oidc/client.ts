import type { Socket } from 'node:net';
import type { Clock } from '../../effects.ts';
import { failure } from './answers.ts';
import { type ClientLeaving, Departure } from '../departure.ts';
import type { MakeKeyPair } from './key-agreement.ts';
import { Exchange } from './wire.ts';

/** What one client can take up. Times in milliseconds. */
export interface OidcLimits {
  readonly connections: number;
  /** From the connect to the last byte of the request. */
  readonly requestMs: number;
  /** How long the answer may stay unread. */
  readonly unreadMs: number;
}

/** @returns a JSON text; must settle soon after `leaving` aborts, and not throw */
export type Answerer = (request: string, leaving: ClientLeaving) => Promise<string>;

/**
 * One client with its one request: oidc-agent's clients open a connection for each. A client that closes its
 * end, half or whole, is gone, and what is asked for it counts as no (CHECKLIST 35).
 */
export class OidcClient {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #limits: OidcLimits;
  readonly #departure = new Departure();
  readonly #exchange: Exchange;
  #cancel: () => void;
  #reading = true;

  constructor(socket: Socket, answer: Answerer, clock: Clock, limits: OidcLimits, keyPair: MakeKeyPair) {
    this.#exchange = new Exchange(keyPair);
    this.#socket = socket;
    this.#clock = clock;
    this.#limits = limits;
    this.#cancel = clock.after(limits.requestMs, () => this.end());
    socket.on('data', (bytes: Buffer) => {
      // What comes after the request is read only so that the end is noticed.
      if (this.#reading) this.#take(bytes, answer);
    });
    socket.once('end', () => this.#departure.abort());
    socket.once('close', () => this.end());
  }

  /** Aborts what is asked for this client and drops it. */
  end(): void {
    this.#cancel();
    this.#departure.abort();
    this.#socket.destroy();
  }

  #take(bytes: Buffer, answer: Answerer): void {
    const step = this.#exchange.take(bytes);
    if (step.kind === 'more') return;
    if (step.kind === 'send') {
      this.#socket.write(step.text);
      this.#exchange.agree();
      return;
    }
    this.#reading = false;
    this.#cancel();
    // What broke the exchange is told in plain: clients take that in place of a sealed answer.
    if (step.kind === 'broken') return this.#finish(failure('bad-request', step.why));
    void answer(step.text, this.#departure).then((text) => this.#finish(this.#exchange.seal(text)));
  }

  /** In one write: the clients read what is there, once. */
  #finish(text: string): void {
    if (this.#departure.aborted) return;
    this.#cancel = this.#clock.after(this.#limits.unreadMs, () => this.end());
    this.#socket.end(text);
  }
}
