import { randomUUID } from 'node:crypto';
import type { OfferView } from '../../preload/contract.ts';
import type { Agent } from '../agent.ts';
import type { Calls } from '../calls/calls.ts';
import type { FlowBook } from '../calls/flow-book.ts';
import type { KeptOffer, Offers, offerFor } from '../calls/offers.ts';
import type { Clock, Fetch, Logger } from '../effects.ts';

/** Test calls, flows, and the sign-ins that they lead to. */
export interface CallsRoom {
  calls: Calls;
  book: Pick<FlowBook, 'find' | 'add' | 'runs' | 'check' | 'exampleBody'>;
  offers: Pick<Offers, 'take' | 'clear'>;
  /** Keeps an offer for the window, which gets its name and its words. */
  offer(kept: KeptOffer): OfferView;
  offerFor: typeof offerFor;
}

export interface CallsRoomParts {
  agent: Pick<Agent, 'accessToken' | 'renew' | 'snapshot'>;
  fetch: Fetch;
  clock: Clock;
  log: Logger;
}

export interface LazyCallsRoom {
  open: () => Promise<CallsRoom>;
  /** What was offered makes no sense any more; nothing to do where the room was never opened. */
  forgetOffers: () => void;
}

/** Opened by the first call: neither start nor an idle app pays for it. A load that failed is tried again. */
export function lazyCallsRoom(parts: CallsRoomParts): LazyCallsRoom {
  let room: CallsRoom | null = null;
  let opening: Promise<CallsRoom> | null = null;
  const open = async (): Promise<CallsRoom> => {
    try {
      opening ??= openCallsRoom(parts);
      room = await opening;
      return room;
    } catch (error) {
      opening = null;
      throw error;
    }
  };
  return { open, forgetOffers: () => room?.offers.clear() };
}

async function openCallsRoom({ agent, fetch, clock, log }: CallsRoomParts): Promise<CallsRoom> {
  const [{ createCalls }, { createFlowBook }, { Offers, offerFor, offerLabel }] = await Promise.all([
    import('../calls/calls.ts'),
    import('../calls/flow-book.ts'),
    import('../calls/offers.ts'),
  ]);
  const ports = {
    fetch,
    clock,
    log,
    environment: agent.snapshot().environment,
    token: (scope: string, minimumMs: number, account?: string) =>
      agent.accessToken(scope, minimumMs, account),
    renew: (scope: string, account?: string) => agent.renew(scope, account),
  };
  const offers = new Offers(randomUUID);
  return {
    calls: createCalls(ports),
    book: createFlowBook({ ...ports, kept: () => agent.snapshot().flows }),
    offers,
    offer: (kept) => ({ id: offers.keep(kept), label: offerLabel(kept.offer) }),
    offerFor,
  };
}
