import { createHash } from 'node:crypto';
import type { Logger } from '../effects.ts';
import { OAuthFailure } from '../oauth/failure.ts';
import type { LockAttempt, LockHolder, LockNote, Locks } from '../session/locks/types.ts';
import type { RenewalPorts } from './renewal.ts';

/**
 * Runs one renewal while no other process of the data folder renews the same grant.
 * `earlier` is who held the lock when we came; null: nobody, or it could not be told.
 *
 * @throws OAuthFailure `unavailable` when the other process does not end in time
 */
export type Exclusive = <T>(grant: string, run: (earlier: LockHolder | null) => Promise<T>) => Promise<T>;

/** Milliseconds that a renewal waits for one of another process; longer than any token request may take. */
const WAIT_MS = 30_000;
/** Milliseconds for the other process's answer, which needs a vault read at most. */
const ASK_MS = 5_000;
/** A lock taken a moment ago may not bear its holder's note yet. */
const NOTE_MS = 50;

/** How agents of one data folder find and ask each other. */
export interface Sibling {
  /** What is written into this agent's locks: which program it is, where it answers now. */
  about(): LockNote;
  /** `GET /v1/sealed` at another agent's socket; null: it has none, refuses, or is gone. */
  askSealed(socket: string, grant: string, signal: AbortSignal): Promise<unknown>;
}

/** The ports of `Renewal` for a data folder that other processes use too. */
export function renewalAcross(
  locks: Locks,
  sibling: Sibling | undefined,
  log: Logger,
): Pick<RenewalPorts, 'exclusive' | 'askSibling'> {
  if (sibling === undefined) {
    return { exclusive: renewalLock(locks, () => ({ kind: 'agent', socket: null }), log) };
  }
  return {
    exclusive: renewalLock(locks, () => sibling.about(), log),
    askSibling: (socket, grant) => sibling.askSealed(socket, grant, AbortSignal.timeout(ASK_MS)),
  };
}

/** @param about what is written into a held lock: where this process answers its siblings */
export function renewalLock(
  locks: Locks,
  about: () => LockNote,
  log: Logger,
  waitMs: number = WAIT_MS,
): Exclusive {
  return async (grant, run) => {
    const name = lockName(grant);
    const got = await take(locks, name, about, waitMs).catch((error: unknown) => {
      // The agent lock already keeps two processes apart; without this second one, renewing must go on.
      const kind = error instanceof Error ? error.name : 'unknown';
      log.warn({ error: kind }, 'a renewal goes on without its lock');
      return null;
    });
    if (got === null) return run(null);
    const { attempt, earlier } = got;
    if (attempt.kind === 'taken') {
      throw new OAuthFailure('unavailable', 'another process has been renewing this token for too long');
    }
    try {
      return await run(earlier);
    } finally {
      attempt.lock.release();
    }
  };
}

async function take(locks: Locks, name: string, about: () => LockNote, waitMs: number) {
  const first = locks.attempt(name, about());
  if (first.kind === 'held') return { attempt: first, earlier: null };
  let { holder } = first;
  let attempt: LockAttempt = first;
  if (holder === null) {
    attempt = await locks.wait(name, about(), NOTE_MS);
    if (attempt.kind === 'taken') holder = attempt.holder;
  }
  if (attempt.kind === 'taken') attempt = await locks.wait(name, about(), waitMs);
  return { attempt, earlier: holder };
}

/** Grant names hold slashes and whatever a server calls itself; a lock's name is a file's name. */
function lockName(grant: string): string {
  return `renew-${createHash('sha256').update(grant).digest('hex').slice(0, 32)}`;
}
