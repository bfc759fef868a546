/** A file locked for this process by the operating system, until `release` or the end of the process. */
export interface LockedFile {
  /** Replaces the whole content. */
  write(text: string): void;
  /** Empties the file and unlocks it; the file stays, because unlinking a locked file lets two hold it. */
  release(): void;
}

export type FileAttempt =
  | { readonly kind: 'locked'; readonly file: LockedFile }
  | { readonly kind: 'taken' }
  /** This file system, or this machine, has no such locks. */
  | { readonly kind: 'unsupported' };

/**
 * Creates the file when it is missing and tries once to lock it; never waits.
 * @throws Error when the path is a symlink, no plain file, another user's, or cannot be opened.
 */
export type LockFile = (path: string) => FileAttempt;
