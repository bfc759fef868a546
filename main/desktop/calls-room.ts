import { randomUUID } from 'node:crypto';
import type { OfferView } from '../../preload/contract.ts';
import type { Calls } from '../calls/calls.ts';
import type { FlowBook } from '../calls/flow-book.ts';
import type { KeptOffer, Offers, offerFor } from '../calls/offers.ts';
import { type CallParts, callPorts } from '../host/flow-book.ts';
import { flowTitle } from './copy-name.ts';
import { RunningCalls } from './running-calls.ts';

/** Test calls, flows, and the sign-ins that they lead to. */
export interface CallsRoom {
  calls: Calls;
  book: Pick<FlowBook, 'find' | 'add' | 'runs' | 'check' | 'exampleBody'>;
  offers: Pick<Offers, 'take' | 'clear'>;
  /** Keeps an offer for the window, which gets its name and its words. */
  offer(kept: KeptOffer): OfferView;
  offerFor: typeof offerFor;
}

export interface LazyCallsRoom {
  open: () => Promise<CallsRoom>;
  /** What of it, and of all that the page asks for, has no answer yet. */
  running: RunningCalls;
  /** What was offered makes no sense any more; nothing to do where the room was never opened. */
  forgetOffers: () => void;
}

/** Opened by the first call: neither start nor an idle app pays for it. A load that failed is tried again. */
export function lazyCallsRoom(parts: CallParts): LazyCallsRoom {
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
  return { open, running: new RunningCalls(), forgetOffers: () => room?.offers.clear() };
}

async function openCallsRoom(parts: CallParts): Promise<CallsRoom> {
  const [{ createCalls }, { createFlowBook }, { Offers, offerFor, offerLabel }] = await Promise.all([
    import('../calls/calls.ts'),
    import('../calls/flow-book.ts'),
    import('../calls/offers.ts'),
  ]);
  const ports = callPorts(parts);
  const offers = new Offers(randomUUID);
  const titleOf = (scope: string) => flowTitle(scope, parts.agent.snapshot().flows);
  return {
    calls: createCalls(ports),
    book: createFlowBook({ ...ports, kept: () => parts.agent.snapshot().flows }),
    offers,
    offer: (kept) => ({ id: offers.keep(kept), label: offerLabel(kept.offer, titleOf) }),
    offerFor,
  };
}
