/** Spans and moments as people read them. Every span is in milliseconds; rounding never overstates. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Up to this many hours people think in hours: a Globus token lives 48 h. */
const HOURS_SHOWN = 100;

interface Part {
  count: number;
  unit: 'd' | 'h' | 'min' | 's';
}

const SPOKEN: Record<Part['unit'], string> = { d: 'day', h: 'hour', min: 'minute', s: 'second' };

/** "45 h 12 min", "3 min", "40 s", "ended". */
export function timeLeft(span: number): string {
  const parts = partsOf(span);
  return parts.length === 0 ? 'ended' : written(parts);
}

/** The coarse form for sentences: "45 h", "3 min", "less than a minute", "ended". */
export function roughly(span: number): string {
  if (span > 0 && span < MINUTE) return 'less than a minute';
  const parts = partsOf(span);
  return parts.length === 0 ? 'ended' : written(parts.slice(0, 1));
}

/** A countdown to the second: "14 min 32 s", "28 s"; "0 s" at its end. */
export function countdown(span: number): string {
  const seconds = Math.max(0, Math.ceil(span / SECOND));
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}

/** For ears: "45 hours 12 minutes", "1 minute", "ended". */
export function spokenTime(span: number): string {
  const parts = partsOf(span);
  if (parts.length === 0) return 'ended';
  return parts.map(({ count, unit }) => `${count} ${SPOKEN[unit]}${count === 1 ? '' : 's'}`).join(' ');
}

/**
 * The moment a token ends, in the reader's own zone: "Thu 14:05".
 * @param at milliseconds since the epoch
 */
export function momentOf(at: number, locale?: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
}

function written(parts: readonly Part[]): string {
  return parts.map(({ count, unit }) => `${count} ${unit}`).join(' ');
}

function partsOf(span: number): Part[] {
  if (!(span > 0)) return [];
  if (span >= HOURS_SHOWN * HOUR) return two(span, DAY, 'd', HOUR, 'h');
  if (span >= HOUR) return two(span, HOUR, 'h', MINUTE, 'min');
  if (span >= MINUTE) return [{ count: Math.floor(span / MINUTE), unit: 'min' }];
  return [{ count: Math.max(1, Math.floor(span / SECOND)), unit: 's' }];
}

function two(
  span: number,
  large: number,
  unit: Part['unit'],
  small: number,
  smallUnit: Part['unit'],
): Part[] {
  const rest = Math.floor((span % large) / small);
  const head: Part = { count: Math.floor(span / large), unit };
  return rest === 0 ? [head] : [head, { count: rest, unit: smallUnit }];
}
