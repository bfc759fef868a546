/**
 * The broker's contract: what travels on the socket. Shared by main/, cli/ and the tests; no runtime
 * dependency, no Electron. docs/broker.md and the served OpenAPI document are made from these tables and those
 * of contract-routes.ts.
 *
 * Both sides ignore fields and query parameters that they don't know.
 *
 * Long because it is the one file of main/ that page, preload and command line may all know (eslint.config.js), and
 * flat: a type per answer, none made of another but for the closed lists.
 */
export const API_VERSION = 'v1';

/** Closed list. RFC 9457 `type` is `urn:globus-token-tray:problem:<reason>`. */
export const REASONS = {
  'bad-request': { status: 400, title: 'The request is not one that the broker understands' },
  'not-found': { status: 404, title: 'There is no such route' },
  'method-not-allowed': { status: 405, title: 'The route does not take this method' },
  'foreign-origin': { status: 403, title: 'Requests from web pages are refused' },
  'unknown-scope': { status: 404, title: 'The app does not keep this scope' },
  'unknown-account': { status: 404, title: 'The app holds no sign-in of this account' },
  denied: { status: 403, title: 'The request was denied' },
  'denied-by-rule': { status: 403, title: 'A rule denies this request' },
  'no-answer': { status: 403, title: 'Nobody answered the question in time' },
  'cooling-down': { status: 429, title: 'Denied a moment ago; the same is not asked again so soon' },
  'caller-changed': { status: 403, title: 'The asking process became another program' },
  'caller-unknown': { status: 403, title: 'The asking process could not be identified' },
  locked: { status: 423, title: 'The app is locked' },
  'needs-sign-in': { status: 401, title: 'Nobody is signed in' },
  'needs-consent': { status: 403, title: 'The sign-in does not cover this scope' },
  'expires-too-soon': { status: 409, title: 'No token can live that long' },
  unreachable: { status: 503, title: 'Globus could not be reached for a fresh token' },
  'vault-trouble': { status: 503, title: 'The vault cannot be used now' },
  'not-set-up': { status: 409, title: 'The app has no client ID yet' },
  'needs-terminal': { status: 403, title: 'Only a person at a terminal may do this' },
  'login-failed': { status: 422, title: 'The sign-in did not succeed' },
  'outside-forward': { status: 403, title: 'The forwarded socket was not made for this' },
  busy: { status: 503, title: 'The broker is at its limits' },
  'cannot-retire': { status: 409, title: 'The agent cannot hand its work to another one now' },
  internal: { status: 500, title: 'The broker failed' },
} as const satisfies Record<string, { status: number; title: string }>;

export type Reason = keyof typeof REASONS;

/** RFC 9457 problem document, `application/problem+json`. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  reason: Reason;
  /** What it means for the caller, one sentence. */
  detail: string;
  /** The one next step: a command or a place in the app. */
  next: string;
  /** With `vault-trouble`: what exactly is wrong, so that each has its own exit code (CHECKLIST 27). */
  trouble?: VaultTroubleCode;
}

/** `bus` to `library`: what is missing of a keychain; `wrong-passphrase` to `unreadable`: of a passphrase file. */
export const VAULT_TROUBLES = [
  ...(['bus', 'service', 'collection', 'library', 'locked', 'denied', 'slow'] as const),
  ...(['wrong-passphrase', 'truncated', 'damaged', 'swapped', 'unreadable', 'absent', 'exists'] as const),
] as const;
export type VaultTroubleCode = (typeof VAULT_TROUBLES)[number];

export interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer';
  /** Full scope string asked for. */
  scope: string;
  /** Everything that the token can do: full scope strings. */
  scopes: string[];
  resource_server: string;
  /** Origins that the token may be sent to, the usual one first; empty: the scope names no host that is known. */
  origins: string[];
  /** Seconds since the epoch. */
  expires_at: number;
  /** Seconds from now. */
  expires_in: number;
  account: string;
}

export interface ScopeAnswer {
  name: string;
  scope: string;
  state: string;
  /** Seconds since the epoch, or null. */
  expires_at: number | null;
  /** Names of the other scopes that the same token carries. */
  also_allows: string[];
}

export interface StatusAnswer {
  version: string;
  pid: number;
  environment: string;
  account: string | null;
  vault: string;
  locked: boolean;
  kind: 'desktop' | 'headless';
  /** Which backend is in use (CHECKLIST 26). */
  backend: 'keychain' | 'passphrase' | 'memory';
  /** ready, locked, missing, denied, slow or damaged. */
  vault_state: string;
  /** What exactly is missing (bus, service, collection, library); null: nothing, or not known. */
  vault_absence: string | null;
  /** The user's own client ID (public); null: not set up. */
  client_id: string | null;
  /** Usernames, the default account first. */
  accounts: string[];
  online: boolean;
  /** Seconds that Globus's clock is ahead of this machine's; null: within bounds, or not known. */
  clock_skew: number | null;
  /** Where settings, rules and logs are. */
  data_folder: string;
}

/** Whether a token of the scope will still be had so much later. */
export interface CheckAnswer {
  /** Full scope string; null: of every kept scope together. */
  scope: string | null;
  /** Seconds. */
  for: number;
  /** `by-renewal`: the token at hand ends before, and the app can renew it on the way. */
  answer: 'yes' | 'by-renewal' | 'no' | 'unknown';
  /** Until when the answer holds, seconds since the epoch; null: no end is known. */
  until: number | null;
  /** One sentence for people. */
  why: string;
}

/** A snippet that fetches its token when it runs; no token in it. */
export interface SnippetAnswer {
  scope: string;
  tool: string;
  recipe: string;
  text: string;
}

export interface FlowAnswer {
  id: string;
  title: string;
  /** Full scope string. */
  scope: string;
  state: string;
  /** Seconds since the epoch, or null. */
  expires_at: number | null;
}

/** A question that waits for a person. */
export interface PendingAnswer {
  id: string;
  /** Path of the program as /proc shows it, or "this terminal (pts/3)", "forwarded from host", "unidentified". */
  program: string;
  /** As its interpreter's argv claims it; null for none. */
  script: string | null;
  /** What the caller calls itself: unverified. */
  self_name: string | null;
  pid: number;
  scope: string;
  scope_name: string;
  account: string;
  /** Seconds since the epoch. */
  since: number;
  /** The answers that may be given, besides `deny` and `never`. */
  offers: ('once' | 'ten-minutes' | 'hour' | 'terminal' | 'always')[];
  /** The question in whole sentences, plain text, one per line; what a prompt window would show. */
  lines: string[];
  /** Other processes of the same script that wait for this answer, or for one of their own. */
  behind: number;
}

/** The sign-in under way, or the last one. */
export interface LoginAnswer {
  phase: 'idle' | 'waiting' | 'exchanging' | 'done' | 'failed';
  way: 'browser' | 'paste' | null;
  /** The authorize URL; it holds no secret. */
  link: string | null;
  /** Loopback port that the browser will be sent to (way `browser`). */
  port: number | null;
  /** With `failed`: what happened, what it means for the tokens, the next step. */
  problem: { reason: string; title: string; tokens: string; next: string } | null;
}

export interface ForwardAnswer {
  id: string;
  host: string;
  /** The socket to forward. */
  path: string;
  /** Full scope strings. */
  scopes: string[];
  /** Seconds since the epoch. */
  until: number;
}

export interface PolicyAnswer {
  path: string;
  state: 'absent' | 'rules' | 'bad';
  /** Rules that count. */
  count: number;
  /** What is wrong with the file, one line each. */
  why: string[];
  /** Text of the starter policy, as `POST` writes it. */
  starter: string;
}

/** A token file of another program (docs/import.md). No token and no secret in it. */
export interface ImportAnswer {
  /** Absolute. */
  path: string;
  program: 'globus-cli' | 'globus-sdk' | 'other';
  /** Other users of the machine can read it. */
  exposed: boolean;
  /** Why it cannot be read; null: it can. */
  problem: { reason: string; title: string; tokens: string; next: string } | null;
  holdings: {
    /** Of globus-cli; null: none. */
    profile: string | null;
    environment: string;
    /** Of the environment that the agent speaks to. */
    here: boolean;
    /** Whom the tokens were issued to (public); null: the file does not say. */
    client_id: string | null;
    /** Issued to the agent’s own client: can be adopted without a sign-in. */
    ours: boolean;
    account: string | null;
    tokens: {
      resource_server: string;
      /** Full scope strings. */
      scopes: string[];
      /** It has a refresh token. */
      renewable: boolean;
      /** Of the access token, seconds since the epoch, or null. */
      expires_at: number | null;
      /** Its refresh token is in the vault already. */
      adopted: boolean;
    }[];
  }[];
}

/** What became of a token file. */
export interface AdoptAnswer {
  /** What is in the vault now. */
  adopted: { account: string; resource_server: string }[];
  /** Refresh tokens that were in the vault before. */
  already: number;
  /** Resource servers whose refresh token Globus had ended. */
  ended: string[];
  /** Full scope strings that need a sign-in; they are kept now. */
  sign_in: string[];
  /** Why it stopped before the end; null: it did not. */
  problem: { reason: string; title: string; tokens: string; next: string } | null;
}

/** A token file that is gone. */
export interface RemoveAnswer {
  path: string;
  /** Tokens whose end Globus confirmed. */
  revoked: number;
  /** Refresh tokens that the vault holds too: left alive. */
  kept: number;
}

/** An access token that only who can read the vault can open: sealed with a key made from its refresh token. */
export interface SealedAnswer {
  /** Name of the grant in the vault. */
  grant: string;
  /** base64url, 16 bytes: salt of the key. */
  salt: string;
  /** base64url: nonce, ciphertext and tag of AES-256-GCM. */
  sealed: string;
}

/** What a retiring agent leaves to its successor. */
export interface RetireAnswer {
  pid: number;
  sealed: SealedAnswer[];
}

export interface RuleAnswer {
  id: string;
  /** Path of the program, as /proc showed it. */
  program: string;
  /** Path of the script, as the program claimed it; null for none. */
  script: string | null;
  scope: string;
  account: string;
  answer: 'allow' | 'deny';
  /** Seconds since the epoch; null: no end in time (always, or with `terminal`: until that closes). */
  until: number | null;
  /** "pts/3": the rule ends with this terminal session at the latest; absent for none. */
  terminal?: string;
  /** The other machine, for rules about forwarded requests; absent for local ones. */
  host?: string;
}

/** What is done to the agent through the socket, as the audit log's `by`, and what each means. */
export const ACTS = {
  vault: 'where sign-ins are kept was chosen',
  client: 'the client ID was set',
  'sign-in': 'a sign-in was started',
  'sign-out': 'sign-ins were ended; with `denied` not all of them, and some may be',
  'sign-out-unconfirmed': 'sign-ins were given up, whether or not Globus confirmed their end',
  lock: 'the app was locked',
  unlock: 'the app was unlocked',
  forward: 'a socket for another machine was made',
  'forward-closed': 'such a socket was closed',
  import: 'another program’s token file was taken in',
  'import-removed': 'the tokens of such a file were ended and it was deleted',
} as const;

export type Act = keyof typeof ACTS;

/** One line of the audit log. Never a token. Times are ISO 8601 in UTC. */
export interface AuditEntry {
  time: string;
  kind: 'token' | 'header' | 'copy' | 'refused' | 'rule';
  scope: string | null;
  account: string | null;
  answer: 'allowed' | 'denied' | 'done';
  /**
   * Why: a reason of this contract, `rule:<id>`, `prompt`, `clipboard`; `terminal`: a person there answered a
   * question or had the policy written; one of `ACTS`; `deny-all`: its switch refused; `deny-all:on`,
   * `deny-all:off`: the switch was moved.
   */
  by: string;
  pid: number | null;
  program: string | null;
  script: string | null;
}
