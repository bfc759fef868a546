import type { Socket } from 'node:net';
import type { Reason, VaultTroubleCode } from './contract.ts';
import type { Leaving } from './departure.ts';

/** What the parts of the broker know of each other. */

/** One process as /proc shows it now. The pair (pid, start time) is what names a process for good. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat, clock ticks since boot; a decimal string. */
  readonly startTime: string;
  /** Target of /proc/<pid>/exe. */
  readonly executable: string;
}

/** A script as its interpreter's argv claims it. `binding` is null when the file could not be read. */
export interface ScriptClaim {
  /** Real path. */
  readonly path: string;
  readonly binding: { readonly inode: string; readonly sha256: string } | null;
}

/**
 * Who an approval is about (docs/architecture.md, "subject").
 * - `program`: a program that is no shell at a terminal; `script` for interpreters. `inline`: `-c`, stdin or
 *   `-m`, so nothing on disk says what runs.
 * - `terminal`: an interactive shell, meaning this terminal session.
 * - `forwarded`: came through ssh, socat or a forward socket; nothing beyond the host is known.
 * - `unidentified`: parent gone, or /proc could not be read.
 */
export type Subject =
  | {
      readonly kind: 'program';
      readonly process: ProcessIdentity;
      readonly program: string;
      readonly script: ScriptClaim | null;
      readonly inline: boolean;
      /** The module that Python was told to run (`-m`), for people; absent for none. */
      readonly module?: string;
      readonly terminal: TerminalSession | null;
      /** "cron", "systemd service backup.service", "pts/3": how it was started, for people. */
      readonly startedBy: string;
    }
  | { readonly kind: 'terminal'; readonly process: ProcessIdentity; readonly terminal: TerminalSession }
  | {
      readonly kind: 'forwarded';
      readonly relay: string;
      readonly host: string | null;
      /** The system shows nothing of the process at the other end that an answer could be tied to. */
      readonly unread?: true;
    }
  | { readonly kind: 'unidentified'; readonly why: string };

export interface TerminalSession {
  /** "pts/3" */
  readonly tty: string;
  /** The session leader: the session lasts as long as this very process. */
  readonly leader: { readonly pid: number; readonly startTime: string };
}

export interface Caller {
  /** The socket's peer, from the kernel. */
  readonly peer: ProcessIdentity;
  readonly uid: number;
  readonly subject: Subject;
  /** From the peer up to the subject, and one above it: executables, for the prompt. */
  readonly chain: readonly ProcessIdentity[];
}

export type Identified =
  | { kind: 'caller'; caller: Caller }
  | { kind: 'foreign-uid'; uid: number }
  | { kind: 'unknown'; why: string };

export interface CallerIdentifier {
  /** At accept, before any byte is parsed. Synchronous, so that nothing can come between. */
  identify(socket: Socket, forwardedFrom: string | null): Identified;
  /** When the answer leaves: every process of the chain still is what it was. */
  stillSame(caller: Caller): boolean;
}

/** "May this subject have this scope?" */
export interface Question {
  readonly caller: Caller;
  /** Full scope string and its short name. */
  readonly scope: string;
  readonly scopeName: string;
  readonly account: { readonly sub: string; readonly username: string };
  /** What the caller calls itself: unverified, at most 80 characters, no control characters. */
  readonly selfName: string | null;
  /** Milliseconds that a person may take; 0: nobody is asked. Absent: as long as the gate gives. */
  readonly wait?: number;
  /** What the token would be good for, for the prompt's wording; absent when it is not known. */
  readonly about?: {
    /** "View flows" */
    readonly definition: string;
    /** Short names of the other scopes that the same token carries. */
    readonly alsoAllows: readonly string[];
    /** Milliseconds that it lives from now; null when there is no token yet. */
    readonly lifetime: number | null;
  };
}

export type Verdict =
  | { readonly kind: 'allowed'; readonly by: string }
  | {
      readonly kind: 'refused';
      readonly reason: Reason;
      readonly by: string;
      /** More exact than the reason's own sentence; never a secret. */
      readonly detail?: string;
      readonly next?: string;
    };

/** How long an allowing answer holds; what a subject can get at most is decided by `offersFor`. */
export type Term = 'once' | 'ten-minutes' | 'hour' | 'terminal' | 'always';

export type PromptAnswer =
  | { readonly kind: 'allow'; readonly term: Term }
  | { readonly kind: 'deny' }
  | { readonly kind: 'never' }
  /** Closed, timed out, locked, or the client went away. */
  | { readonly kind: 'none' };

/** Asks a person; the desktop's small window, or a terminal. Must settle soon after `signal` aborts. */
export interface Prompter {
  ask(question: Question, offers: readonly Term[], signal: AbortSignal): Promise<PromptAnswer>;
}

export interface Approvals {
  /** @param leaving aborts when the client goes away */
  decide(question: Question, leaving: Leaving): Promise<Verdict>;
}

/** The tokens as the broker sees them; the agent is behind it. */
export interface TokenSource {
  readonly locked: boolean;
  /** Whether there is a client ID; without one nobody can have signed in. */
  readonly setUp: boolean;
  /** Short name, full string or `flow:<id>` → a kept scope; null when the app keeps no such scope. */
  find(text: string): { scope: string; name: string } | null;
  account(text: string | null): { sub: string; username: string } | null;
  /**
   * @param minimumMs life that the token must have at least, milliseconds
   * @param sub of the account whose token it must be; the default account's when absent
   */
  token(scope: string, minimumMs: number, sub?: string): Promise<TokenOutcome>;
}

export type TokenOutcome =
  | {
      kind: 'token';
      value: string;
      resourceServer: string;
      scopes: readonly string[];
      /** Milliseconds since the epoch. */
      expiresAt: number;
    }
  | {
      kind: 'refused';
      reason: Reason;
      detail: string;
      /** The one next step; the reason's own when absent. */
      next?: string;
      /** With `vault-trouble`. */
      trouble?: VaultTroubleCode;
    };
