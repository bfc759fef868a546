import { z } from 'zod';
import type { AuditEntry } from './contract.ts';

/** The entry as a line with its end: the fields of the contract and no others, with no token in any of them. */
export function auditLine(entry: AuditEntry): string {
  const { time, kind, scope, account, answer, by, pid, program, script } = entry;
  const line = {
    time: clean(time),
    kind: clean(kind),
    scope: orNull(scope),
    account: orNull(account),
    answer: clean(answer),
    by: clean(by),
    pid,
    program: orNull(program),
    script: orNull(script),
  };
  return `${JSON.stringify(line)}\n`;
}

/** Null: a torn line, or one that is not ours. */
export function parseAuditLine(line: string): AuditEntry | null {
  if (line === '') return null;
  try {
    const parsed = schema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const text = z.string();
const schema: z.ZodType<AuditEntry> = z.object({
  time: text,
  kind: z.enum(['token', 'header', 'copy', 'refused', 'rule']),
  scope: text.nullable(),
  account: text.nullable(),
  answer: z.enum(['allowed', 'denied', 'done']),
  by: text,
  pid: z.number().nullable(),
  program: text.nullable(),
  script: text.nullable(),
});

const MASK = '[masked]';
/** Longer than any path (PATH_MAX); a line stays one small write. */
const MAX_FIELD = 4096;

function orNull(value: string | null): string | null {
  return value === null ? null : clean(value);
}

/**
 * Globus tokens start with `Ag` (GLOBUS.md §2.1); a JWT is three base64url parts. Script paths are the
 * caller's claim and can hold anything. Cut after masking: a cut token would no longer look like one.
 */
function clean(value: string): string {
  return value
    .replace(/Ag[0-9A-Za-z]{40,}/g, MASK)
    .replace(/eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g, MASK)
    .slice(0, MAX_FIELD);
}
