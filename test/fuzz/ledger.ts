import type { AuditEntry } from '../../main/broker/contract.ts';
import type { Logger } from '../../main/effects.ts';
import { ALLOWED } from './cases.ts';
import { secretIn } from './canaries.ts';

const KEPT = 1_000;

/** What the broker wrote down: its audit lines, and its log, in which no secret may stand. */
export class Ledger {
  /** Lines that allow something, by their kind. */
  readonly allowed = { token: 0, header: 0 };
  /** The newest lines, the newest last. */
  readonly lines: AuditEntry[] = [];
  /** What is wrong with a line, in words. */
  readonly violations: string[] = [];
  /** Lines of the log by message. */
  readonly logged = new Map<string, number>();

  readonly log: Logger = {
    info: (fields, message) => this.#log(fields, message),
    warn: (fields, message) => this.#log(fields, message),
    error: (fields, message) => this.#log(fields, message),
  };

  note(entry: AuditEntry): void {
    this.lines.push(entry);
    if (this.lines.length > 2 * KEPT) this.lines.splice(0, KEPT);
    const secret = secretIn(JSON.stringify(entry));
    if (secret !== null) this.violations.push(`${secret} in an audit line`);
    if (entry.answer !== 'allowed') return;
    if (entry.kind === 'token' || entry.kind === 'header') this.allowed[entry.kind] += 1;
    if (entry.scope !== ALLOWED.scope || entry.by !== 'rule:p-allow') {
      this.violations.push(`an audit line allows ${String(entry.scope)} by ${entry.by}`);
    }
  }

  /** Compares the newest lines with what the file gives back. @param read newest first */
  agreesWith(read: readonly AuditEntry[]): boolean {
    const written = this.lines.slice(-read.length).reverse();
    return JSON.stringify(written) === JSON.stringify(read);
  }

  #log(fields: Record<string, unknown>, message: string): void {
    this.logged.set(message, (this.logged.get(message) ?? 0) + 1);
    const error = fields['error'];
    const text =
      JSON.stringify(fields) + (error instanceof Error ? `${error.message}${error.stack ?? ''}` : '');
    const secret = secretIn(text);
    if (secret !== null) this.violations.push(`${secret} in a log line: ${message}`);
  }
}
