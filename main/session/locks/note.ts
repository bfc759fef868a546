import { readFileSync } from 'node:fs';
import type { LockHolder } from './types.ts';

/** Longest note that is read; ours are below 500 bytes. */
const MAX_BYTES = 4_096;

/** One line of JSON, the same for every kind of lock. */
export function noteText(holder: LockHolder): string {
  const { kind, socket, pid, host, since, display } = holder;
  return `${JSON.stringify({ kind, socket, pid, host, since, display })}\n`;
}

/** The note in the file at `path`; null when there is none, or it is torn, or not one of ours. Never throws. */
export function readNote(path: string): LockHolder | null {
  try {
    const text = readFileSync(path, 'utf8');
    return text.length > MAX_BYTES ? null : holderOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Field by field: fields of a later version are left out, a wrong one makes the note unreadable. */
function holderOf(value: unknown): LockHolder | null {
  if (typeof value !== 'object' || value === null) return null;
  const { kind, socket, pid, host, since, display } = value as Record<keyof LockHolder, unknown>;
  if (typeof kind !== 'string' || typeof host !== 'string') return null;
  if (typeof socket !== 'string' && socket !== null) return null;
  if (!isCount(pid) || pid === 0 || !isCount(since)) return null;
  return { kind, socket, pid, host, since, ...(typeof display === 'string' && { display }) };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
