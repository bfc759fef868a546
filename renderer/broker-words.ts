import type { BrokerView, RuleView } from '../preload/contract.ts';
import { timeLeft } from './time.ts';

/** The footer's line: "Broker on · 3 programs today". */
export function brokerStatus({ path, denyAll, programsToday }: BrokerView, flatpak = false): string {
  if (path === null) return flatpak ? 'No broker in a Flatpak' : 'Broker off';
  if (denyAll) return 'Broker denies everything';
  return `Broker on · ${programsToday === 1 ? '1 program' : `${programsToday} programs`} today`;
}

/** How long a rule still holds. @param now milliseconds since the epoch, by main's clock */
export function ruleEnd({ until, terminal }: Pick<RuleView, 'until' | 'terminal'>, now: number): string {
  const ends = until === null ? null : `for ${timeLeft(until - now)}`;
  const closes = terminal === null ? null : `until terminal ${terminal} closes`;
  if (ends !== null && closes !== null) return `${ends}, at most ${closes}`;
  return ends ?? closes ?? 'until you revoke it';
}

/**
 * When a line was written, in the reader's own zone: "14:05:32" today, "Thu, 5 Mar, 14:05" before.
 * @param at and `now` in milliseconds since the epoch
 */
export function whenOf(at: number, now: number, locale?: string, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'short', ...zone });
  if (day.format(at) === day.format(now)) {
    return new Intl.DateTimeFormat(locale, { timeStyle: 'medium', ...zone }).format(at);
  }
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...zone,
  }).format(at);
}
