import { clean, escapeControls } from './text.ts';

/** One JSON document for stdout; nothing in it can move the terminal’s cursor. */
export function json(value: unknown): string {
  return `${escapeControls(JSON.stringify(value, null, 2))}\n`;
}

/**
 * Columns for people, two spaces apart; nothing in them can move the terminal's cursor.
 *
 * @param heads column names; null: none are shown
 */
export function table(heads: readonly string[] | null, rows: readonly (readonly string[])[]): string {
  const all = [...(heads === null ? [] : [heads]), ...rows.map((row) => row.map(clean))];
  const widths: number[] = [];
  for (const row of all) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** A list of records; anything else counts as empty. */
export function records(answer: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(answer) ? answer.map(record) : [];
}

export function record(answer: unknown): Readonly<Record<string, unknown>> {
  return typeof answer === 'object' && answer !== null ? { ...answer } : {};
}

/** A member as text; absent and null are ''. */
export function text(from: Readonly<Record<string, unknown>>, name: string): string {
  const value = from[name];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

export function number(from: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = from[name];
  return typeof value === 'number' ? value : null;
}

export function texts(from: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = from[name];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
