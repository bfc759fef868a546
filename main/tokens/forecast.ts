import { rootOf } from '../globus/scope-string.ts';
import type { GrantRecord } from '../settings/types.ts';
import { type AccessToken, EARLY_MS } from './access-tokens.ts';
import type { ScopeState, ScopeStatus } from './status.ts';

/** When what stands behind a scope ends, each in milliseconds since the epoch; null: none, or not known. */
export interface Forecast {
  /** End of the access token at hand. */
  readonly tokenEndsAt: number | null;
  /** End of the grant if nobody uses it again (six months); every renewal moves it on. */
  readonly grantEndsAt: number | null;
  /** End of the session that a policy asks for. No answer of Globus tells it today, so it is never guessed. */
  readonly policyEndsAt: number | null;
}

export interface Outlives {
  /** `by-renewal`: the token at hand ends before, and the app can renew it on the way. */
  readonly answer: 'yes' | 'by-renewal' | 'no' | 'unknown';
  /** Until when what was answered holds, milliseconds since the epoch; null: no end is known. */
  readonly until: number | null;
  /** One sentence for people. */
  readonly why: string;
}

export const NO_FORECAST: Forecast = { tokenEndsAt: null, grantEndsAt: null, policyEndsAt: null };

const IDLE_MONTHS = 6;

/** Six calendar months after its last use a grant ends (GLOBUS.md §2.3). */
export function idleEnd(lastUsedAt: number): number {
  return monthsAfter(lastUsedAt, IDLE_MONTHS);
}

/** The same day `months` later, or the last day of a shorter month: never later than Globus counts. */
export function monthsAfter(time: number, months: number): number {
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + months);
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return date.getTime();
}

export function forecastOf(grant: GrantRecord | undefined, token: AccessToken | undefined): Forecast {
  if (grant === undefined) return NO_FORECAST;
  return {
    tokenEndsAt: token?.expiresAt ?? null,
    grantEndsAt: idleEnd(grant.lastUsedAt),
    policyEndsAt: null,
  };
}

/**
 * Whether a token of the scope will still be had in `milliseconds`: pure, for one scope.
 * @param now milliseconds since the epoch
 */
export function outlives(
  status: { readonly state: ScopeState; readonly forecast: Forecast },
  milliseconds: number,
  now: number,
): Outlives {
  const { state, forecast } = status;
  const { tokenEndsAt, grantEndsAt, policyEndsAt } = forecast;
  const wanted = now + milliseconds;
  if (state === 'needs-sign-in') return { answer: 'no', until: null, why: 'Nobody is signed in.' };
  if (state === 'needs-consent') return { answer: 'no', until: null, why: 'No sign-in covers this scope.' };
  if (policyEndsAt !== null && policyEndsAt < wanted) {
    return {
      answer: 'no',
      until: policyEndsAt,
      why: 'Its session policy asks for a new sign-in before that.',
    };
  }
  if (tokenEndsAt !== null && tokenEndsAt - EARLY_MS >= wanted) {
    return { answer: 'yes', until: tokenEndsAt, why: 'The access token at hand lives longer than that.' };
  }
  if (state === 'locked') {
    return {
      answer: 'unknown',
      until: tokenEndsAt,
      why: 'The app is locked and cannot renew its token now.',
    };
  }
  if (state === 'offline') {
    return {
      answer: 'unknown',
      until: tokenEndsAt,
      why: 'Globus cannot be reached, so nothing is renewed now.',
    };
  }
  if (grantEndsAt === null || grantEndsAt < wanted) {
    return {
      answer: 'unknown',
      until: grantEndsAt,
      why: 'Without a use in six months its sign-in ends before that; each renewal moves the end on.',
    };
  }
  return {
    answer: 'by-renewal',
    until: grantEndsAt,
    why: 'The access token ends before that; the app renews it while it runs and is unlocked.',
  };
}

/**
 * The same for one kept scope, or for all of them: then the worst answer, and the earliest end among equals.
 * @param scope any scope string; null: every kept scope that somebody allowed
 */
export function outlivesAmong(
  statuses: readonly ScopeStatus[],
  scope: string | null,
  milliseconds: number,
  now: number,
): Outlives {
  const root = scope === null ? null : rootOf(scope);
  const wanted = statuses.filter(({ entry, state }) =>
    root === null ? state !== 'needs-consent' : entry.scope === root,
  );
  const [worst] = wanted
    .map((status) => outlives(status, milliseconds, now))
    .sort((a, b) => WORST.indexOf(a.answer) - WORST.indexOf(b.answer) || endOf(a) - endOf(b));
  if (worst !== undefined) return worst;
  const why = root === null ? 'No kept scope has a sign-in.' : 'The app does not keep this scope.';
  return { answer: root === null ? 'no' : 'unknown', until: null, why };
}

const WORST = ['no', 'unknown', 'by-renewal', 'yes'] as const;

function endOf({ until }: Outlives): number {
  // No infinity: two of them have no difference.
  return until ?? Number.MAX_SAFE_INTEGER;
}
