import type { Clock, Logger } from '../../main/effects.ts';

/** The real clock with timers that keep no process alive. */
export const realClock: Clock = {
  now: Date.now,
  after: (milliseconds, run) => {
    const timer = setTimeout(run, Math.min(milliseconds, 2 ** 31 - 1));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is moved; moving it runs what became due, in order. */
export class FakeClock implements Clock {
  #now: number;
  #timers: { at: number; run: () => void }[] = [];

  constructor(now = Date.now()) {
    this.#now = now;
  }

  now = (): number => this.#now;

  after = (milliseconds: number, run: () => void): (() => void) => {
    const timer = { at: this.#now + milliseconds, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  };

  get pendingTimers(): number {
    return this.#timers.length;
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
  }
}

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  fields: Record<string, unknown>;
  message: string;
}

/** Keeps every line, so that tests can look for what may not be in them. */
export class RecordingLog implements Logger {
  readonly lines: LogLine[] = [];
  info = (fields: Record<string, unknown>, message: string): void => this.#add('info', fields, message);
  warn = (fields: Record<string, unknown>, message: string): void => this.#add('warn', fields, message);
  error = (fields: Record<string, unknown>, message: string): void => this.#add('error', fields, message);

  #add(level: LogLine['level'], fields: Record<string, unknown>, message: string): void {
    this.lines.push({ level, fields, message });
  }
}
