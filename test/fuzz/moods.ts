/**
 * What the parts behind the sockets are like, for one batch of requests. In `ready` and `slow` the allowed
 * caller gets the allowed scope's token; in every other one nobody gets any.
 */
export type Mood =
  | 'ready'
  /** Tokens take some milliseconds, so that clients leave in between. */
  | 'slow'
  | 'locked'
  | 'deny-all'
  | 'signed-out'
  | 'unreachable'
  | 'vault-trouble'
  | 'no-consent'
  /** The token source throws, naming its refresh token. */
  | 'broken-source'
  /** No line of the audit log can be written. */
  | 'broken-audit'
  /** Every caller became another program before its answer left. */
  | 'changed'
  /** The kernel names no caller. */
  | 'unknown'
  /** The kernel names another user. */
  | 'foreign';

const OTHERS: readonly Mood[] = [
  ...(['locked', 'deny-all', 'signed-out', 'unreachable', 'vault-trouble', 'no-consent'] as const),
  ...(['broken-source', 'broken-audit', 'changed', 'unknown', 'foreign'] as const),
];

/** Two batches out of three give tokens; the others go through all moods in turn. */
export function moodOf(batch: number): Mood {
  const turn = Math.floor(batch / 3);
  if (batch % 3 === 2) return OTHERS[turn % OTHERS.length] ?? 'locked';
  return batch % 3 === 1 && turn % 2 === 1 ? 'slow' : 'ready';
}

export const givesTokens = (mood: Mood): boolean => mood === 'ready' || mood === 'slow';

/** Where "the broker failed" is the right answer. */
export const mayFail = (mood: Mood): boolean => mood === 'broken-source' || mood === 'broken-audit';
