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
  /** Client IDs that the sandbox knows; an unknown one gets Globus's error page. */
  readonly clients: Set<string>;
  /** Life of access tokens in seconds (default 172800). */
  accessTokenSeconds: number;
  addFault(fault: Fault): () => void;
  clearFaults(): void;
  /** Resolves with the next request that matches, past or future ones of this index on. */
  waitForRequest(match: (request: LoggedRequest) => boolean): Promise<LoggedRequest>;
  close(): Promise<void>;
}
