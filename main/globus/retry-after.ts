/** A service that asks for longer is asked again after this long all the same. */
const MAX_RETRY_AFTER_S = 3_600;

/**
 * Seconds that a Retry-After header asks for, as seconds or as a date (RFC 9110 §10.2.3); null when there is
 * none that can be read.
 *
 * @param now milliseconds since the epoch
 */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  const value = header?.trim() ?? '';
  const date = /^[A-Za-z]/.test(value) ? Date.parse(value) : Number.NaN;
  const wait = /^\d+$/.test(value) ? Number(value) : (date - now) / 1_000;
  return Number.isFinite(wait) ? Math.min(MAX_RETRY_AFTER_S, Math.max(0, Math.ceil(wait))) : null;
}
