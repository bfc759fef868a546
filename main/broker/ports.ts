import type { Clock, Logger } from '../effects.ts';
import type { AuditEntry, Reason, RuleAnswer, ScopeAnswer, SealedAnswer, StatusAnswer } from './contract.ts';
import type { ManagePort } from './manage-port.ts';
import type { Approvals, Caller, CallerIdentifier, Question, TokenSource } from './types.ts';

/** A line of the audit log is not on disk, and so nothing may leave (CHECKLIST 36). */
export class AuditNotWritten extends Error {
  override readonly name = 'AuditNotWritten';
}

export interface AuditPort {
  /**
   * Resolves when the line is in the log; no token leaves before it does.
   * @throws AuditNotWritten
   */
  append(entry: Omit<AuditEntry, 'time'>): Promise<void>;
  /** Newest first. */
  newest(limit: number): Promise<readonly AuditEntry[]>;
}

export interface RulesPort {
  list(): readonly RuleAnswer[] | Promise<readonly RuleAnswer[]>;
  /** @returns false when there is no such rule */
  revoke(id: string): boolean | Promise<boolean>;
}

export type SignInOutcome = { kind: 'done' } | { kind: 'refused'; reason: Reason; detail?: string };

export type RetireOutcome =
  { kind: 'retired'; sealed: readonly SealedAnswer[] } | { kind: 'refused'; detail: string };

/** Everything that the broker's answers are made of. */
export interface BrokerPorts {
  readonly identifier: CallerIdentifier;
  readonly approvals: Approvals;
  readonly tokens: TokenSource;
  readonly audit: AuditPort;
  readonly rules: RulesPort;
  status(): StatusAnswer;
  /** Resolves soon: once the vault was asked how it is, for the first time since the start. Absent: it was. */
  looked?(): Promise<void>;
  scopes(): readonly ScopeAnswer[];
  /** What a token of the scope would be good for, for the prompt's wording. */
  about?(scope: string): Question['about'];
  /** Origins that a token for the full scope string may be sent to, the usual one first; absent: none is known. */
  origins?(scope: string): readonly string[];
  /** Starts a sign-in for full scope strings and waits for it; must settle soon after `signal` aborts. */
  signIn(scopes: readonly string[], signal: AbortSignal): Promise<SignInOutcome>;
  lock(): void | Promise<void>;
  /** True where no caller has a name (`namesCallers`): managing the agent is open to the user's programs. */
  readonly nameless?: boolean;
  /** Absent: a socket that hands out tokens only (`globus-token forward`); those routes are `not-found`. */
  readonly manage?: ManagePort;
  /**
   * What a socket made for forwarding may hand out: full scope strings, until then (milliseconds since the
   * epoch); absent: no limit.
   */
  readonly limit?: { readonly scopes: readonly string[]; readonly until: number };
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether the caller runs the same installation's program; absent: nobody may ask for a handover. */
  isSibling?(caller: Caller): boolean;
  /** `Agent.retire`; absent: this agent never retires. */
  retire?(): Promise<RetireOutcome>;
  /** `Agent.sealed`. */
  sealed?(grant: string): Promise<SealedAnswer | null>;
  /**
   * Called once, after a retire was answered: the successor let go of the connection, or had it for 30 s.
   * Whoever wired the broker drains it and ends the process.
   */
  retired?(): void;
}
