import { exitCode, type ExitName } from './exit-codes.ts';
import { clean, escapeControls } from './text.ts';

/** A command that cannot go on: what happened, what it means, the next step (CHECKLIST 59). Never a secret. */
export class Failure extends Error {
  readonly exit: ExitName;
  /** The one next step: a command, or a place in the app. */
  readonly next: string | null;
  /** The broker's reason; null: it is not from there. */
  readonly reason: string | null;

  constructor(exit: ExitName, detail: string, next: string | null = null, reason: string | null = null) {
    super(detail);
    this.name = 'Failure';
    this.exit = exit;
    this.next = next;
    this.reason = reason;
  }

  get code(): number {
    return exitCode(this.exit);
  }

  /** As stderr says it; the shell launcher prints the same two lines. Paths and words in it are cleaned. */
  text(): string {
    const hint = this.next === null ? '' : `hint: ${clean(this.next)}\n`;
    return `globus-token: ${clean(this.message)}\n${hint}`;
  }

  /** One line of JSON for stderr under `--json`. */
  json(): string {
    const { exit, code, message, next, reason } = this;
    return `${escapeControls(JSON.stringify({ error: { exit, code, reason, detail: message, next } }))}\n`;
  }
}
