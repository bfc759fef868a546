/** What a process writes into a lock that it holds, for those who find it taken. No secret. */
export interface LockNote {
  /** Which program: `desktop`, `headless`. */
  readonly kind: string;
  /** Where its broker listens; null while or when it does not. */
  readonly socket: string | null;
  /** Where its window is, as X servers are called; absent: nowhere, or it is not known. */
  readonly display?: string;
}

export interface LockHolder extends LockNote {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface HeldLock {
  /** Replaces the note, for the holder whose socket opens later. */
  note(about: LockNote): void;
  /** Safe to call twice. The end of the process releases it too, however it ends. */
  release(): void;
}

export type LockAttempt =
  | { readonly kind: 'held'; readonly lock: HeldLock }
  /** `holder` is null when its note cannot be read: made a moment ago, or by another version. */
  | { readonly kind: 'taken'; readonly holder: LockHolder | null };

/**
 * Locks between processes that use one data folder, by name. They die with their holder (flock,
 * LockFileEx); on file systems without such locks (NFS homes) a folder made by mkdir stands for one, with a
 * heartbeat and a host name, and counts as abandoned after 30 s without a beat.
 */
export interface Locks {
  /** Tries once and does not wait. */
  attempt(name: string, about: LockNote): LockAttempt;
  /** Tries until it is held, `milliseconds` are over or `signal` aborts; `taken` then. */
  wait(name: string, about: LockNote, milliseconds: number, signal?: AbortSignal): Promise<LockAttempt>;
  /** Runs something short and synchronous while holding the lock; waits for it without the event loop. */
  during<T>(name: string, run: () => T): T;
}
