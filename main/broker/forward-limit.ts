import type { BrokerPorts } from './ports.ts';

type Limit = BrokerPorts['limit'];

export const OVER = 'The time of this forward is over.';

/** @param scope full scope string */
export function isWithin(limit: Limit, scope: string): boolean {
  return limit === undefined || limit.scopes.includes(scope);
}

/** @param now milliseconds since the epoch, as `until` */
export function isOver(limit: Limit, now: number): boolean {
  return limit !== undefined && now >= limit.until;
}
