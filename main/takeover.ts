import type { Clock, Logger } from './effects.ts';
import type { HeldLock, LockAttempt, LockHolder, LockNote, Locks } from './session/locks/types.ts';

/** Who holds it owns vault, tokens and sockets of the data folder. */
export const AGENT_LOCK = 'agent';

/** What this process writes into its locks; the socket is in it once the broker listens. */
export interface Place {
  now: LockNote;
}

/** An agent that agreed to stop; it answers what it was asked until then, and exits after `release`. */
export interface Predecessor {
  readonly pid: number;
  /** Its live access tokens, sealed and unchecked. */
  readonly sealed: readonly unknown[];
  release(): void;
}

export type Retirement =
  | ({ readonly kind: 'retired' } & Predecessor)
  /** `detail` is one sentence for people. */
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'gone' };

export type Claim =
  | { readonly kind: 'held'; readonly lock: HeldLock; readonly before: Predecessor | null }
  /** Somebody else has it and keeps it. `holder` is null when its note cannot be read. */
  | { readonly kind: 'taken'; readonly holder: LockHolder | null; readonly detail: string | null };

export interface ClaimParts {
  locks: Pick<Locks, 'attempt' | 'wait'>;
  kind: 'desktop' | 'headless';
  /** Asks the agent behind a socket to retire. */
  retire: (socket: string, signal: AbortSignal) => Promise<Retirement>;
  clock: Clock;
  log: Logger;
  limits?: Partial<ClaimLimits>;
}

export interface ClaimLimits {
  /** Milliseconds that a takeover may take in all: renewals under way are waited for. */
  takeoverMs: number;
  /** Milliseconds between two looks at a holder that is starting or ending. */
  lookMs: number;
}

const LIMITS: ClaimLimits = { takeoverMs: 20_000, lookMs: 250 };

/**
 * Takes the agent lock, or says who has it ("One agent", docs/architecture.md). The desktop app asks an agent
 * without a window to retire, and nobody else; an agent without a window asks nobody. Never rejects: a lock
 * that cannot be tried counts as taken.
 */
export async function claimAgent(parts: ClaimParts): Promise<Claim> {
  const abort = new AbortController();
  const limits = { ...LIMITS, ...parts.limits };
  const stop = parts.clock.after(limits.takeoverMs, () => abort.abort());
  const state: { before: Predecessor | null } = { before: null };
  try {
    const claim = await take(parts, limits, abort.signal, state);
    // Whoever agreed to go and was not followed must still be let go.
    if (claim.kind === 'taken') state.before?.release();
    return claim;
  } catch (error) {
    state.before?.release();
    parts.log.error({ error }, 'the agent lock could not be tried');
    return { kind: 'taken', holder: null, detail: 'The agent lock in the data folder cannot be used.' };
  } finally {
    stop();
  }
}

async function take(
  { locks, kind, retire, log }: ClaimParts,
  { takeoverMs, lookMs }: ClaimLimits,
  signal: AbortSignal,
  state: { before: Predecessor | null },
): Promise<Claim> {
  const note = { kind, socket: null };
  const look = (): Promise<LockAttempt> => locks.wait(AGENT_LOCK, note, lookMs, signal);
  let attempt = locks.attempt(AGENT_LOCK, note);
  // One more look: a lock taken a moment ago may not bear its holder's note yet.
  if (attempt.kind === 'taken' && attempt.holder === null) attempt = await look();
  while (attempt.kind === 'taken') {
    const { holder } = attempt;
    if (kind === 'headless' || holder?.kind === 'desktop') return { kind: 'taken', holder, detail: null };
    if (signal.aborted) return { kind: 'taken', holder, detail: LATE };
    if (holder === null || holder.socket === null) {
      attempt = await look();
      continue;
    }
    const answer = await retire(holder.socket, signal);
    switch (answer.kind) {
      case 'retired':
        log.info({ pid: answer.pid }, 'the agent without a window retires');
        state.before?.release();
        state.before = answer;
        attempt = await locks.wait(AGENT_LOCK, note, takeoverMs, signal);
        break;
      case 'refused':
        return { kind: 'taken', holder, detail: answer.detail };
      case 'gone':
        attempt = await look();
        break;
    }
  }
  return { kind: 'held', lock: attempt.lock, before: state.before };
}

const LATE = 'It did not stop in time.';
