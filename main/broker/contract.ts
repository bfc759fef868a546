/**
 * The broker's contract: what travels on the socket. Shared by main/, cli/ and the tests; no runtime
 * dependency, no Electron. docs/broker.md and the served OpenAPI document are made from these tables.
 *
 * Both sides ignore fields and query parameters that they don't know.
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
  'vault-trouble': { status: 503, title: 'The keychain cannot be used now' },
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
}

export interface TokenAnswer {
  access_token: string;
  token_type: 'Bearer';
  /** Full scope string asked for. */
  scope: string;
  /** Everything that the token can do: full scope strings. */
  scopes: string[];
  resource_server: string;
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

/** One line of the audit log. Never a token. Times are ISO 8601 in UTC. */
export interface AuditEntry {
  time: string;
  kind: 'token' | 'header' | 'copy' | 'refused' | 'rule';
  scope: string | null;
  account: string | null;
  answer: 'allowed' | 'denied' | 'done';
  /**
   * Why: a reason of this contract, `rule:<id>`, `prompt`, `clipboard`; `deny-all`: its switch refused;
   * `deny-all:on`, `deny-all:off`: the switch was moved.
   */
  by: string;
  pid: number | null;
  program: string | null;
  script: string | null;
}

export interface RouteParameter {
  name: string;
  /** JSON Schema type of the value in the query. */
  type: 'string' | 'integer' | 'boolean';
  required: boolean;
  description: string;
  example: string;
}

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  summary: string;
  parameters: readonly RouteParameter[];
  /** Media types, the default first. */
  answers: readonly ('application/json' | 'text/plain')[];
  /** Name of the answer's type in this file. */
  schema: string;
  /** Problems that are particular to this route. */
  reasons: readonly Reason[];
}

const SCOPE: RouteParameter = {
  name: 'scope',
  type: 'string',
  required: true,
  description: 'A short name, a full scope string, or `flow:<id>`',
  example: 'view_flows',
};
const MIN_TTL: RouteParameter = {
  name: 'min_ttl',
  type: 'integer',
  required: false,
  description: 'Seconds that the token must live at least; a shorter one is renewed first',
  example: '600',
};
const ACCOUNT: RouteParameter = {
  name: 'account',
  type: 'string',
  required: false,
  description: 'Username or identity ID; the default account when absent',
  example: 'ada@uni.example',
};
const INTERACTIVE: RouteParameter = {
  name: 'interactive',
  type: 'boolean',
  required: false,
  description: '1: a missing sign-in or consent is asked for in the app, and the request waits for it',
  example: '1',
};
const NAME: RouteParameter = {
  name: 'name',
  type: 'string',
  required: false,
  description: 'What the caller calls itself; shown as unverified',
  example: 'nightly backup',
};
const TOKEN_REASONS = [
  'unknown-scope',
  'unknown-account',
  'denied',
  'denied-by-rule',
  'no-answer',
  'cooling-down',
  'caller-changed',
  'caller-unknown',
  'locked',
  'needs-sign-in',
  'needs-consent',
  'expires-too-soon',
  'unreachable',
  'vault-trouble',
] as const satisfies readonly Reason[];
const TOKEN_PARAMETERS = [SCOPE, MIN_TTL, ACCOUNT, INTERACTIVE, NAME];

export const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/token',
    summary: 'An access token for one scope',
    parameters: TOKEN_PARAMETERS,
    answers: ['application/json', 'text/plain'],
    schema: 'TokenAnswer',
    reasons: TOKEN_REASONS,
  },
  {
    method: 'GET',
    path: '/v1/header',
    summary: 'The whole Authorization header line, for `curl -H @-`',
    parameters: TOKEN_PARAMETERS,
    answers: ['text/plain'],
    schema: 'string',
    reasons: TOKEN_REASONS,
  },
  {
    method: 'GET',
    path: '/v1/scopes',
    summary: 'The scopes that the app keeps, with their state',
    parameters: [],
    answers: ['application/json'],
    schema: 'ScopeAnswer[]',
    reasons: [],
  },
  {
    method: 'GET',
    path: '/v1/status',
    summary: 'Who answers, for which account, from which vault',
    parameters: [],
    answers: ['application/json'],
    schema: 'StatusAnswer',
    reasons: [],
  },
  {
    method: 'GET',
    path: '/v1/rules',
    summary: 'The approval rules',
    parameters: [],
    answers: ['application/json'],
    schema: 'RuleAnswer[]',
    reasons: ['denied'],
  },
  {
    method: 'DELETE',
    path: '/v1/rules',
    summary: 'Revokes one approval rule',
    parameters: [
      { name: 'id', type: 'string', required: true, description: 'The rule’s ID', example: 'r-1f3a' },
    ],
    answers: ['application/json'],
    schema: 'RuleAnswer[]',
    reasons: ['not-found', 'denied'],
  },
  {
    method: 'GET',
    path: '/v1/audit',
    summary: 'The newest lines of the audit log, newest first',
    parameters: [
      {
        name: 'limit',
        type: 'integer',
        required: false,
        description: '1 to 1000; 100 when absent',
        example: '20',
      },
    ],
    answers: ['application/json'],
    schema: 'AuditEntry[]',
    reasons: ['denied'],
  },
  {
    method: 'POST',
    path: '/v1/sign-in',
    summary: 'Starts a sign-in in the app for these scopes and waits for it',
    parameters: [{ ...SCOPE, description: `${SCOPE.description}; several separated by spaces` }],
    answers: ['application/json'],
    schema: 'StatusAnswer',
    reasons: ['unknown-scope', 'denied', 'locked', 'busy'],
  },
  {
    method: 'POST',
    path: '/v1/lock',
    summary: 'Locks the app: cached tokens are dropped, open questions denied',
    parameters: [],
    answers: ['application/json'],
    schema: 'StatusAnswer',
    reasons: [],
  },
  {
    method: 'POST',
    path: '/v1/retire',
    summary: 'Another agent of the same installation takes over; answers with the sealed access tokens',
    parameters: [],
    answers: ['application/json'],
    schema: 'RetireAnswer',
    reasons: ['denied', 'cannot-retire'],
  },
  {
    method: 'GET',
    path: '/v1/sealed',
    summary: 'One access token, sealed for another agent of the same installation',
    parameters: [
      {
        name: 'grant',
        type: 'string',
        required: true,
        description: 'Name of the grant in the vault',
        example: 'demo/client/sub/flows.globus.org/1',
      },
    ],
    answers: ['application/json'],
    schema: 'SealedAnswer',
    reasons: ['denied', 'not-found'],
  },
  {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'This contract as an OpenAPI 3.1 document',
    parameters: [],
    answers: ['application/json'],
    schema: 'object',
    reasons: [],
  },
];
