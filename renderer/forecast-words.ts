import type { ForecastView } from '../preload/contract.ts';
import { roughly } from './time.ts';

export interface ForecastLine {
  id: 'token' | 'grant' | 'policy';
  /** "Access token" */
  what: string;
  /** "in 45 h, then renewed by itself" */
  when: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** The ends that lie ahead, the nearest kind first; what is past or unknown has no line. Pure. */
export function forecastLines(forecast: ForecastView, now: number): ForecastLine[] {
  const lines: [ForecastLine['id'], string, number | null, string][] = [
    ['token', 'Access token ends', forecast.tokenEndsAt, ', then it is renewed'],
    ['policy', 'The service wants a new sign-in', forecast.policyEndsAt, ''],
    ['grant', 'Sign-in ends if it is not used', forecast.grantEndsAt, ''],
  ];
  return lines.flatMap(([id, what, at, after]) =>
    at === null || at <= now ? [] : [{ id, what, when: `in ${roughly(at - now)}${after}`, at }],
  );
}
