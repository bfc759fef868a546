/**
 * Days on which majors became stable (the registry's time of x.0.0). Electron supports the latest three, and brings a
 * new one every eight weeks (https://www.electronjs.org/docs/latest/tutorial/electron-timelines).
 *
 * @type {Readonly<Record<number, string>>}
 */
export const STABLE_SINCE = {
  41: '2026-03-10',
  42: '2026-05-05',
  43: '2026-06-30',
  44: '2026-08-25',
  45: '2026-10-20',
};
const SUPPORTED_WEEKS = 3 * 8;
const WEEK_MS = 7 * 86_400_000;

/**
 * The day from which Electron mends a major no more; later majors may come late, never early.
 *
 * @param {string} version `45.4.1`
 * @returns {Date | null} `null` for a major that is not in the table.
 */
export function supportedUntil(version) {
  const since = STABLE_SINCE[Number.parseInt(version, 10)];
  return since === undefined ? null : new Date(Date.parse(since) + SUPPORTED_WEEKS * WEEK_MS);
}

/**
 * Whether an app that is built on this day has an Electron that is still mended.
 *
 * @param {string} version
 * @param {Date} day
 */
export function isSupported(version, day) {
  const until = supportedUntil(version);
  return until !== null && day < until;
}
