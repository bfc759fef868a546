import { hostname } from 'node:os';
import type { Agent } from '../agent.ts';
import { retireAgent } from '../broker/sibling.ts';
import type { Clock, Logger, Problem } from '../effects.ts';
import { descendants } from '../host/descendants.ts';
import { hardenProcess } from '../host/harden.ts';
import type { Locks } from '../session/locks/types.ts';
import { type Place, claimAgent } from '../takeover.ts';
import { isSealedToken } from '../tokens/handover.ts';
import { heldProblem } from './notices.ts';

export interface AgentStartParts {
  agent: Pick<Agent, 'adopt' | 'start'>;
  locks: Locks;
  place: Place;
  claimed: (ours: boolean) => void;
  clock: Clock;
  log: Logger;
  /** @param replace an agent that retires listens there still. @returns where the broker listens, if it does */
  startBroker: (replace: boolean) => Promise<string | null>;
}

export interface StartedAgent {
  /** Why this app holds no vault; null when it does. */
  readonly problem: Problem | null;
  /** Lets the next process have the agent lock. */
  release(): void;
}

/**
 * Takes the agent lock, from an agent without a window where one runs, and only then opens vault and socket.
 * The predecessor is let go when our broker answers in its place, so that every caller finds one of the two.
 */
export async function startAsAgent(parts: AgentStartParts): Promise<StartedAgent> {
  const { agent, locks, place, claimed, clock, log, startBroker } = parts;
  // Not earlier: the icon does not wait for the library that calls libc, and until here there is no token.
  const { platform } = process;
  const failed = hardenProcess({ platform, debuggers: 'let in', helpers: descendants });
  if (failed.length > 0) log.warn({ failed }, 'the memory is not protected');
  const claim = await claimAgent({ locks, kind: 'desktop', retire: retireAgent, clock, log });
  if (claim.kind === 'taken') {
    claimed(false);
    log.warn({ holder: claim.holder }, 'another process holds the agent lock');
    return { problem: heldProblem(claim.holder, claim.detail, hostname()), release: () => undefined };
  }
  claimed(true);
  const { before, lock } = claim;
  try {
    if (before !== null) await attempt('adopt', () => agent.adopt(before.sealed.filter(isSealedToken)));
    // Not awaited: a keychain that is slow to answer keeps no caller from what is in memory.
    void attempt('start', () => agent.start());
    const socket = (await attempt('open its broker', () => startBroker(before !== null))) ?? null;
    place.now = { ...place.now, socket };
    lock.note(place.now);
  } finally {
    before?.release();
  }
  return { problem: null, release: () => lock.release() };

  /** A part that fails leaves the others. */
  async function attempt<T>(what: string, run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      log.error({ error }, `the agent could not ${what}`);
      return undefined;
    }
  }
}
