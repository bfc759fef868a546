import type {
  AuditEntry,
  ProblemDocument,
  RetireAnswer,
  RuleAnswer,
  ScopeAnswer,
  SealedAnswer,
  StatusAnswer,
  TokenAnswer,
} from './contract.ts';

/** A field of an answer in JSON Schema (2020-12), with its unit in words. */
export interface FieldSchema {
  readonly type: string | readonly string[];
  readonly description: string;
  readonly items?: { readonly type: string };
  readonly enum?: readonly (string | null)[];
}

type Fields<T> = { readonly [Key in keyof Required<T>]: FieldSchema };

/** The compiler holds these to contract.ts: a field too many or too few does not build. */
export const SCHEMAS = {
  TokenAnswer: {
    access_token: field('string', 'The access token'),
    token_type: { ...field('string', 'Always Bearer'), enum: ['Bearer'] },
    scope: field('string', 'The scope asked for, as a full string'),
    scopes: list('Everything that the token can do: full scope strings'),
    resource_server: field('string', 'The service that the token is for'),
    expires_at: field('integer', 'End of the token, seconds since the epoch'),
    expires_in: field('integer', 'Life of the token in seconds from now'),
    account: field('string', 'Username of the account'),
  } satisfies Fields<TokenAnswer>,
  ScopeAnswer: {
    name: field('string', 'Short name of the scope'),
    scope: field('string', 'Full scope string'),
    state: field('string', 'ready, renewing, expiring, needs-sign-in, needs-consent, offline or locked'),
    expires_at: nullable('integer', 'End of its access token, seconds since the epoch; null: there is none'),
    also_allows: list('Short names of the other scopes that the same token carries'),
  } satisfies Fields<ScopeAnswer>,
  StatusAnswer: {
    version: field('string', 'Version of the app'),
    pid: field('integer', 'Process ID of the broker'),
    environment: field('string', 'Globus deployment: production, preview or demo'),
    account: nullable('string', 'Username of the default account; null: nobody is signed in'),
    vault: field('string', 'Where the refresh tokens rest'),
    locked: field('boolean', 'Whether the app is locked'),
  } satisfies Fields<StatusAnswer>,
  RuleAnswer: {
    id: field('string', 'ID of the rule'),
    program: field('string', 'Path of the program, as the system showed it'),
    script: nullable('string', 'Path of the script, as the program claimed it; null for none'),
    scope: field('string', 'Full scope string'),
    account: field('string', 'The account that it is about'),
    answer: { ...field('string', 'What it answers'), enum: ['allow', 'deny'] },
    until: nullable('integer', 'End of the rule, seconds since the epoch; null: no end in time'),
    terminal: field('string', 'The terminal session that the rule ends with; absent for none'),
    host: field('string', 'The other machine, for rules about forwarded requests; absent for local ones'),
  } satisfies Fields<RuleAnswer>,
  RetireAnswer: {
    pid: field('integer', 'Process ID of the retiring agent'),
    sealed: {
      type: 'array',
      items: { type: 'object' },
      description: 'Its live access tokens, each as a SealedAnswer',
    },
  } satisfies Fields<RetireAnswer>,
  SealedAnswer: {
    grant: field('string', 'Name of the grant in the vault'),
    salt: field('string', 'base64url, 16 bytes: salt of the key (HKDF-SHA-256 of the refresh token)'),
    sealed: field('string', 'base64url: nonce, ciphertext and tag of AES-256-GCM'),
  } satisfies Fields<SealedAnswer>,
  AuditEntry: {
    time: field('string', 'ISO 8601 in UTC'),
    kind: { ...field('string', 'What happened'), enum: ['token', 'header', 'copy', 'refused', 'rule'] },
    scope: nullable('string', 'Full scope string; null where none of the app’s was asked for'),
    account: nullable('string', 'Username of the account; null where it was not decided yet'),
    answer: { ...field('string', 'How it ended'), enum: ['allowed', 'denied', 'done'] },
    by: field('string', 'Why: a reason, rule:<id>, prompt, clipboard, deny-all, deny-all:on or deny-all:off'),
    pid: nullable('integer', 'Process that asked; null where none was identified'),
    program: nullable('string', 'Path of its program, as the system showed it'),
    script: nullable('string', 'Path of its script, as the program claimed it'),
  } satisfies Fields<AuditEntry>,
  ProblemDocument: {
    type: field('string', 'urn:globus-token-tray:problem:<reason>'),
    title: field('string', 'The reason in words'),
    status: field('integer', 'The HTTP status'),
    reason: field('string', 'One of the closed list of reasons'),
    detail: field('string', 'What it means for the caller'),
    next: field('string', 'The one next step'),
  } satisfies Fields<ProblemDocument>,
} as const;

/** Fields that may be absent; the others are always there. */
export const OPTIONAL: Readonly<Record<string, readonly string[]>> = { RuleAnswer: ['terminal', 'host'] };

function field(type: string, description: string): FieldSchema {
  return { type, description };
}

function nullable(type: string, description: string): FieldSchema {
  return { type: [type, 'null'], description };
}

function list(description: string): FieldSchema {
  return { type: 'array', items: { type: 'string' }, description };
}
