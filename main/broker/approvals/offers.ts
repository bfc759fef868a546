import type { Subject, Term } from '../types.ts';
import { isHelper, isInterpreter, saysWhatRuns } from './programs.ts';

export interface Offers {
  /** Allowing answers that may be given, the shortest first; never empty. */
  readonly terms: readonly Term[];
  /** May "never" be remembered? */
  readonly remember: boolean;
}

/**
 * The most that a subject can get (docs/architecture.md, "Approval"). The one place with these limits: the
 * prompt draws from it, and an answer beyond it is not taken.
 *
 * - `always` only for what a file on disk pins down: a program of its own, or an interpreter's script whose
 *   path, inode and content were read.
 * - `-c`, stdin, `-m`, an unreadable script, a bare interpreter, one that runs what others hand it (GNU parallel,
 *   Snakemake, a notebook's kernel): a while, or this terminal session.
 * - A shell at a terminal: until that terminal closes.
 * - Through ssh or a relay: a while; what runs on the other side is unknown, and a "never" would name only
 *   the relay. Once, where the relay's process cannot be read (macOS and Windows).
 * - Unidentified (on Windows: everybody, a pipe tells no caller) and helpers: once.
 */
export function offersFor(subject: Subject): Offers {
  switch (subject.kind) {
    case 'program': {
      if (isHelper(subject.program)) return ONCE;
      const bound = isBound(subject);
      const terms: Term[] = [...WHILE];
      if (subject.terminal !== null) terms.push('terminal');
      if (bound) terms.push('always');
      return { terms, remember: bound };
    }
    case 'terminal':
      return { terms: [...WHILE, 'terminal'], remember: false };
    case 'forwarded':
      if (subject.unread === true) return ONCE;
      return { terms: subject.host === null ? ['once', 'ten-minutes'] : WHILE, remember: false };
    case 'unidentified':
      return ONCE;
  }
}

/** Does a file on disk say what this program does? */
export function isBound(subject: Extract<Subject, { kind: 'program' }>): boolean {
  if (subject.inline) return false;
  const { script } = subject;
  if (script !== null) return script.binding !== null && saysWhatRuns(script.path);
  // A replaced or deleted executable no longer is what its path names.
  return !isInterpreter(subject.program) && !subject.program.endsWith(' (deleted)');
}

const WHILE: readonly Term[] = ['once', 'ten-minutes', 'hour'];
const ONCE: Offers = { terms: ['once'], remember: false };
