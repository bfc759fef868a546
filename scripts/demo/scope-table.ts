import type { ScopeStatus } from '../../main/tokens/status.ts';

/** One line per scope: name, state, time left, definition. Widths fit 80 columns without wrapping names. */
export function scopeTable(scopes: readonly ScopeStatus[], now: number): string {
  const rows = scopes.map((one) => [
    one.entry.name,
    one.state,
    timeLeft(one.expiresAt, now),
    one.entry.definition,
  ]);
  const header = ['SCOPE', 'STATE', 'TIME LEFT', 'DEFINITION'];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] ?? '').length)),
  );
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n');
}

export function timeLeft(expiresAt: number | null, now: number): string {
  if (expiresAt === null) return '-';
  const minutes = Math.max(0, Math.floor((expiresAt - now) / 60_000));
  return minutes >= 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes} min`;
}
