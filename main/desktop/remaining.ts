const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Remaining {
  text: string;
  /** Milliseconds until the text is another one. */
  changesIn: number;
}

/**
 * How long is left, as the tray says it. The further away, the coarser: a two-day token must not wake the
 * machine every minute to redraw a menu.
 * @param milliseconds left; zero or less has ended.
 */
export function remaining(milliseconds: number): Remaining {
  if (milliseconds <= 0) return { text: 'ended', changesIn: Infinity };
  if (milliseconds < MINUTE) return { text: 'under a minute', changesIn: milliseconds };
  const minutes = Math.floor(milliseconds / MINUTE);
  const hours = Math.floor(milliseconds / HOUR);
  if (hours < 1) return { text: `${minutes} min`, changesIn: after(milliseconds, MINUTE) };
  if (hours < 10) return { text: `${hours} h ${minutes % 60} min`, changesIn: after(milliseconds, MINUTE) };
  if (hours < 72) return { text: `${hours} h`, changesIn: after(milliseconds, HOUR) };
  return { text: `${Math.floor(milliseconds / DAY)} days`, changesIn: after(milliseconds, DAY) };
}

/** One millisecond past the step, where the rounded-down number is the next one for sure. */
function after(milliseconds: number, step: number): number {
  return (milliseconds % step) + 1;
}
