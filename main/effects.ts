/**
 * Effects that come in through constructors. Types only: the real ones are built in `agent.ts`'s callers
 * (desktop and demo), the fake ones in tests.
 */
export interface Clock {
  /** Milliseconds since the epoch, wall clock. */
  now(): number;
  /** A timer that does not keep the process alive. Returns its cancel. */
  after(milliseconds: number, run: () => void): () => void;
}

export type Fetch = (input: string | URL, init?: RequestInit) => Promise<Response>;

export interface Logger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** What went wrong, what it means for the user's tokens, and the one next step (CHECKLIST 59). */
export interface Problem {
  readonly reason: string;
  readonly title: string;
  readonly tokens: string;
  readonly next: string;
  /** Plain text from a server or the system, shown as text and never as markup. */
  readonly detail?: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };
