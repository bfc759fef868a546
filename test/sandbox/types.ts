import type { Ledger } from './auth/ledger.ts';

/** What the two halves of the fake Globus (Auth and Flows) share. */
export interface SandboxClock {
  now(): number;
  /** Moves time forward; negative values move it back. */
  advance(milliseconds: number): void;
}

export interface SandboxUser {
  sub: string;
  username: string;
  name: string;
  email: string;
  organization: string;
}

/** What a live access token stands for; Auth issues it, Flows checks it. */
export interface TokenFacts {
  token: string;
  clientId: string;
  user: SandboxUser;
  resourceServer: string;
  /** Root scope strings, no brackets. */
  scopes: readonly string[];
  issuedAt: number;
  expiresAt: number;
  /** How the user had signed in when this token was asked for; absent in tests means: nothing is satisfied. */
  session?: SessionFacts;
  /**
   * What the user has consented to below this token's scopes, one path per entry, root first:
   * `[FLOW, transfer:all, data_access]`. Read when the token is looked up, because a consent given later counts.
   */
  dependencies?: readonly (readonly string[])[];
}

/** A login session as tokens remember it (GLOBUS.md §1.7): later logins change later tokens only. */
export interface SessionFacts {
  /** Identity IDs that signed in. */
  identities: readonly string[];
  /** Milliseconds since the epoch, sandbox clock: the newest sign-in. */
  authenticatedAt: number;
  mfa: boolean;
  /** IDs of the session policies that the sign-in satisfied (`session_required_policies`). */
  policies: readonly string[];
}

/** A flow's own scope as Flows announces it to Auth. */
export interface FlowScope {
  scope: string;
  resourceServer: string;
  title: string;
}

/** One line of the sandbox's request log. Holds no body; tokens are replaced by their last 4 characters. */
export interface LoggedRequest {
  host: 'auth' | 'flows';
  method: string;
  path: string;
  query: Record<string, string>;
  status: number;
  /** Form fields of token requests with secrets replaced by `***`; grant_type, scope and so on are kept. */
  form?: Record<string, string>;
  /** The connection was gone before the whole answer was on it. */
  unanswered?: true;
}

export interface Fault {
  host: 'auth' | 'flows';
  /** Path prefix the fault applies to: `/v2/oauth2/token`. */
  path: string;
  kind:
    | 'invalid_grant_401'
    | 'invalid_grant_400'
    | 'status'
    | 'slow'
    | 'cut'
    | 'broken_json'
    | 'missing_refresh_token'
    | 'rotate'
    | 'skewed_date'
    | 'id_token'
    | 'issuer'
    | 'fewer_scopes';
  /** For `status`: the status code; Retry-After in `retryAfter` (seconds). */
  status?: number;
  retryAfter?: number;
  /** For `slow`: milliseconds; for `skewed_date`: milliseconds of skew. */
  milliseconds?: number;
  /** For `id_token`: which flaw. */
  flaw?: 'signature' | 'issuer' | 'audience' | 'expired' | 'nonce' | 'no_nonce' | 'alg_none';
  /** How many requests it hits; absent: until cleared. */
  times?: number;
}

export interface Sandbox {
  readonly auth: { port: number; origin: string };
  readonly flows: { port: number; origin: string };
  readonly clock: SandboxClock;
  readonly users: readonly SandboxUser[];
  readonly log: readonly LoggedRequest[];
  /** Every access and refresh token, code and id token ever issued: tests search for them in places where none may be. */
  readonly issued: readonly string[];
  /** What became of every refresh token. */
  readonly ledger: Ledger;
  /** Opens the control endpoints under `/sandbox/` on the Auth host: header `x-sandbox-control`. */
  readonly controlKey: string;
  /** Client IDs that the sandbox knows; an unknown one gets Globus's error page. */
  readonly clients: Set<string>;
  /** Confidential clients by ID, with their secret: what globus-cli registers for itself. */
  readonly confidential: Map<string, string>;
  /** Scopes that the sandbox pretends not to know, as Globus would after a flow was deleted. */
  readonly forgottenScopes: Set<string>;
  /** Life of access tokens in seconds (default 172800). */
  accessTokenSeconds: number;
  addFault(fault: Fault): () => void;
  clearFaults(): void;
  /**
   * Resolves with the first request that matches among those of index `from` on (default 0), past or future.
   * Rejects when the sandbox closes first.
   */
  waitForRequest(match: (request: LoggedRequest) => boolean, from?: number): Promise<LoggedRequest>;
  close(): Promise<void>;
}
