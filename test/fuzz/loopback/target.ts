import { connect } from 'node:net';
import { listenForRedirect, ListenerClosed, type RedirectListener } from '../../../main/oauth/loopback.ts';
import { type Outcome, play } from '../client.ts';
import type { Played, Stage, Target } from '../play-target.ts';
import type { Random } from '../random.ts';
import { judgeExchange } from './exchange.ts';
import { judgePage } from './pages.ts';
import { oddVisit, type Redirect, refusingVisit, rightVisit, type Visit } from './requests.ts';

/** The listener of a sign-in, a new one for every case: odd visitors, and mostly the right answer at the end. */
export const LOOPBACK: Target = {
  atOnce: 8,
  open: () => Promise.resolve(stage),
};

const stage: Stage = { play: playFlow, close: () => Promise.resolve() };

/** Milliseconds after which a closed listener is gone (CHECKLIST 5). */
const CLOSED_MS = 1_000;
const NEXT = 'https://auth.globus.org/v2/oauth2/authorize?client_id=x';

/** `spent`: the one answer was taken. `unknown`: a visitor who left may have brought it. */
type Flow = 'not yet' | 'waits' | 'unknown' | 'spent';

async function playFlow(random: Random): Promise<Played> {
  const listener = await listenForRedirect();
  const redirect: Redirect = {
    port: Number(new URL(listener.redirectUri).port),
    state: random.text('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_', 43),
    code: `c${random.text('abcdefghijkXYZ0123456789', 29)}`,
  };
  const played = new FlowPlay(listener, redirect, random);
  try {
    return await played.all();
  } finally {
    await listener.close();
  }
}

class FlowPlay {
  readonly #listener: RedirectListener;
  readonly #redirect: Redirect;
  readonly #random: Random;
  readonly #stalled: Promise<Outcome>[] = [];
  /** The query that was taken; a listener that was closed; null: neither yet. */
  #taken: URLSearchParams | 'closed' | null = null;
  #flow: Flow = 'not yet';
  readonly #shapes: string[] = [];

  constructor(listener: RedirectListener, redirect: Redirect, random: Random) {
    this.#listener = listener;
    this.#redirect = redirect;
    this.#random = random;
    listener.answer.then(
      (query) => (this.#taken = query),
      (error: unknown) => (this.#taken = error instanceof ListenerClosed ? 'closed' : null),
    );
  }

  async all(): Promise<Played> {
    const random = this.#random;
    const expectAt = random.chance(0.9) ? 0 : random.below(4);
    const goesOn = random.pick(['no', 'no', 'yes', 'nowhere'] as const);
    let violation: string | null = null;
    const visits = random.between(1, 5);
    for (let turn = 0; turn <= visits && violation === null; turn++) {
      if (turn === expectAt) {
        this.#listener.expect(
          this.#redirect.state,
          ...(goesOn === 'no' ? [] : [() => Promise.resolve(goesOn === 'yes' ? NEXT : null)]),
        );
        this.#flow = 'waits';
      }
      const visit =
        turn < visits
          ? oddVisit(random, this.#redirect)
          : random.weighted([
              [6, rightVisit(random, this.#redirect)],
              [3, refusingVisit(random, this.#redirect)],
              [1, oddVisit(random, this.#redirect)],
            ]);
      violation = await this.#visit(visit);
    }
    violation ??= await this.#exchange();
    violation ??= await this.#end();
    return { shape: this.#shapes.at(-2) ?? 'alone', answer: this.#ending(), violation };
  }

  async #visit(visit: Visit): Promise<string | null> {
    this.#shapes.push(visit.shape);
    const playing = play(this.#redirect.port, visit.stalls ? { ...visit, pristine: true } : visit);
    if (visit.stalls) {
      // Its end is looked at when the listener closes.
      this.#stalled.push(playing);
      return null;
    }
    const outcome = await playing;
    await turns();
    const page = judgePage(visit, outcome, this.#redirect);
    if (page.violation !== null) return `${page.violation} to ${visit.shape}`;
    return this.#judge(visit, page.accepted);
  }

  #judge(visit: Visit, accepted: boolean): string | null {
    const open = this.#flow === 'waits';
    const taken = this.#taken instanceof URLSearchParams;
    if (this.#flow === 'spent' && accepted) return `a second answer was accepted: ${visit.shape}`;
    if (visit.verdict === 'wrong' && accepted) return `accepted: ${visit.shape}`;
    if (visit.verdict === 'wrong' && open && taken) return `ended the flow: ${visit.shape}`;
    if (visit.verdict === 'right' && open && !(accepted && taken)) return `the right answer was not taken`;
    if (visit.verdict === 'right' && this.#flow === 'not yet' && accepted) return 'accepted before its time';
    if (taken || accepted) this.#flow = 'spent';
    // What somebody who left had sent may still be on its way.
    else if (open && visit.shape === 'left') this.#flow = 'unknown';
    if (!(this.#taken instanceof URLSearchParams)) return null;
    if (this.#taken.getAll('state').join() !== this.#redirect.state) return 'an answer with another state';
    return null;
  }

  /** What the sign-in makes of the answer, with the issuer's name as it should be, or not. */
  #exchange(): Promise<string | null> {
    if (!(this.#taken instanceof URLSearchParams)) return Promise.resolve(null);
    return judgeExchange(this.#random, this.#taken, this.#redirect.state);
  }

  async #end(): Promise<string | null> {
    const began = performance.now();
    await this.#listener.close();
    const took = Math.round(performance.now() - began);
    if (took > CLOSED_MS) return `closing took ${took} ms`;
    await turns();
    if (this.#taken === null) return 'the answer stays open after the end';
    const stalled = await Promise.all(this.#stalled);
    if (stalled.some(({ ended }) => !ended)) return 'a visitor who said nothing was kept after the end';
    if (!(await refused(this.#redirect.port))) return 'something still listens after the end';
    return null;
  }

  #ending(): string {
    if (!(this.#taken instanceof URLSearchParams)) return 'closed without an answer';
    return this.#taken.has('error') ? 'refusal' : 'code';
  }
}

/** Lets what is due in this process happen. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function refused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}
