import {
  ACTS,
  type AdoptAnswer,
  type AuditEntry,
  type CheckAnswer,
  type FlowAnswer,
  type ForwardAnswer,
  type ImportAnswer,
  type LoginAnswer,
  type PendingAnswer,
  type PolicyAnswer,
  type ProblemDocument,
  type RemoveAnswer,
  type RetireAnswer,
  type RuleAnswer,
  type ScopeAnswer,
  type SealedAnswer,
  type SnippetAnswer,
  type StatusAnswer,
  type TokenAnswer,
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
    origins: list('Origins that the token may be sent to, the usual one first; empty: none is known'),
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
    kind: { ...field('string', 'Whether the agent has a window'), enum: ['desktop', 'headless'] },
    backend: {
      ...field('string', 'Which kind of vault is in use'),
      enum: ['keychain', 'passphrase', 'memory'],
    },
    vault_state: field('string', 'ready, locked, missing, denied, slow or damaged'),
    vault_absence: nullable('string', 'What is missing: bus, service, collection or library; null: nothing'),
    client_id: nullable('string', 'The user’s own client ID; null: not set up'),
    accounts: list('Usernames, the default account first'),
    online: field('boolean', 'Whether Globus was reached last'),
    clock_skew: nullable(
      'integer',
      'Seconds that Globus’s clock is ahead; null: within bounds, or not known',
    ),
    data_folder: field('string', 'Where settings, rules and logs are'),
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
  CheckAnswer: {
    scope: nullable('string', 'Full scope string; null: of every kept scope together'),
    for: field('integer', 'Seconds from now'),
    answer: { ...field('string', 'Whether it will be had'), enum: ['yes', 'by-renewal', 'no', 'unknown'] },
    until: nullable('integer', 'Until when that holds, seconds since the epoch; null: no end is known'),
    why: field('string', 'One sentence for people'),
  } satisfies Fields<CheckAnswer>,
  SnippetAnswer: {
    scope: field('string', 'Full scope string'),
    tool: field('string', 'What the snippet is written for'),
    recipe: field('string', 'ID of the recipe'),
    text: field('string', 'The snippet; it fetches its token when it runs'),
  } satisfies Fields<SnippetAnswer>,
  FlowAnswer: {
    id: field('string', 'UUID of the flow'),
    title: field('string', 'Title of the flow'),
    scope: field('string', 'Full scope string of the flow'),
    state: field('string', 'As in ScopeAnswer'),
    expires_at: nullable('integer', 'End of its access token, seconds since the epoch; null: there is none'),
  } satisfies Fields<FlowAnswer>,
  PendingAnswer: {
    id: field('string', 'ID of the question'),
    program: field('string', 'Who asks, as the system showed it'),
    script: nullable('string', 'Path of its script, as the program claimed it'),
    self_name: nullable('string', 'What the caller calls itself: unverified'),
    pid: field('integer', 'Process that asks'),
    scope: field('string', 'Full scope string'),
    scope_name: field('string', 'Short name of the scope'),
    account: field('string', 'Username of the account'),
    since: field('integer', 'When it was asked, seconds since the epoch'),
    offers: list('The answers that may be given, besides deny and never'),
    lines: list('The question in whole sentences'),
    behind: field('integer', 'More processes of the same script that wait with it'),
  } satisfies Fields<PendingAnswer>,
  LoginAnswer: {
    phase: {
      ...field('string', 'How far it is'),
      enum: ['idle', 'waiting', 'exchanging', 'done', 'failed'],
    },
    way: { ...nullable('string', 'How the code comes back'), enum: ['browser', 'paste', null] },
    link: nullable('string', 'The authorize URL'),
    port: nullable('integer', 'Loopback port that the browser will be sent to'),
    problem: nullable('object', 'With failed: reason, title, tokens, next'),
  } satisfies Fields<LoginAnswer>,
  ForwardAnswer: {
    id: field('string', 'ID of the socket'),
    host: field('string', 'The machine that it is for'),
    path: field('string', 'The socket to forward'),
    scopes: list('Full scope strings that it hands out'),
    until: field('integer', 'Its end, seconds since the epoch'),
  } satisfies Fields<ForwardAnswer>,
  ImportAnswer: {
    path: field('string', 'Path of the file'),
    program: {
      ...field('string', 'Whose it is, by its place'),
      enum: ['globus-cli', 'globus-sdk', 'other'],
    },
    exposed: field('boolean', 'Whether other users of the machine can read it'),
    problem: nullable('object', 'Why it cannot be read: reason, title, tokens, next'),
    holdings: {
      type: 'array',
      items: { type: 'object' },
      description: 'One per sign-in: profile, environment, here, client_id, ours, account and tokens',
    },
  } satisfies Fields<ImportAnswer>,
  AdoptAnswer: {
    adopted: {
      type: 'array',
      items: { type: 'object' },
      description: 'What is in the vault now: account and resource_server',
    },
    already: field('integer', 'Refresh tokens that were in the vault before'),
    ended: list('Resource servers whose refresh token Globus had ended'),
    sign_in: list('Full scope strings that need a sign-in; they are kept now'),
    problem: nullable('object', 'Why it stopped before the end: reason, title, tokens, next'),
  } satisfies Fields<AdoptAnswer>,
  RemoveAnswer: {
    path: field('string', 'Path of the file that is gone'),
    revoked: field('integer', 'Tokens whose end Globus confirmed'),
    kept: field('integer', 'Refresh tokens that the vault holds too: left alive'),
  } satisfies Fields<RemoveAnswer>,
  PolicyAnswer: {
    path: field('string', 'Where the policy file is'),
    state: { ...field('string', 'Whether it counts'), enum: ['absent', 'rules', 'bad'] },
    count: field('integer', 'Rules that count'),
    why: list('What is wrong with it'),
    starter: field('string', 'What a first one may say'),
  } satisfies Fields<PolicyAnswer>,
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
    by: field(
      'string',
      `Why: a reason, rule:<id>, prompt, clipboard, terminal, ${Object.keys(ACTS).join(', ')}, deny-all, deny-all:on or deny-all:off`,
    ),
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
    trouble: field('string', 'With vault-trouble: what exactly is wrong; absent otherwise'),
  } satisfies Fields<ProblemDocument>,
} as const;

/** Fields that may be absent; the others are always there. */
export const OPTIONAL: Readonly<Record<string, readonly string[]>> = {
  RuleAnswer: ['terminal', 'host'],
  ProblemDocument: ['trouble'],
};

function field(type: string, description: string): FieldSchema {
  return { type, description };
}

function nullable(type: string, description: string): FieldSchema {
  return { type: [type, 'null'], description };
}

function list(description: string): FieldSchema {
  return { type: 'array', items: { type: 'string' }, description };
}
