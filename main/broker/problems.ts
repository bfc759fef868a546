import { type ProblemDocument, type Reason, REASONS, type VaultTroubleCode } from './contract.ts';

/** What a problem means for the caller, and its one next step (RFC 9457; CHECKLIST 59). */
const TEXTS: Record<Reason, { detail: string; next: string }> = {
  'bad-request': {
    detail: 'Nothing was done.',
    next: 'Compare the request with docs/broker.md or GET /v1/openapi.json.',
  },
  'not-found': {
    detail: 'Nothing was done.',
    next: 'GET /v1/openapi.json lists the routes, GET /v1/rules the rules.',
  },
  'method-not-allowed': {
    detail: 'Nothing was done.',
    next: 'Use a method that the Allow header names.',
  },
  'foreign-origin': {
    detail: 'The request carries marks of a web page, or a Host other than localhost.',
    next: 'Ask through the socket itself: curl --unix-socket "$SOCK" http://localhost/v1/status',
  },
  'unknown-scope': {
    detail: 'There is no token for a scope that the app does not keep.',
    next: 'See what is kept: globus-token scopes. Or keep it: globus-token scopes add <scope>, or in the app.',
  },
  'unknown-account': {
    detail: 'There is no token for this account.',
    next: 'Leave account out for the default one, or sign in with it: globus-token login, or in the app.',
  },
  denied: {
    detail: 'The user, or a limit on this kind of caller, said no.',
    next: 'Ask the user before trying again.',
  },
  'denied-by-rule': {
    detail: 'The user decided earlier that this program never gets this scope.',
    next: 'The rule can be revoked with globus-token approvals, or in the app under Approvals.',
  },
  'no-answer': {
    detail: 'The question was closed or ran out of time, which counts as no.',
    next: 'Ask again while somebody is there to answer: globus-token approvals, or the app’s own window.',
  },
  'cooling-down': {
    detail: 'The same question was denied a moment ago.',
    next: 'Wait a minute, then ask again.',
  },
  'caller-changed': {
    detail: 'The process that connected is no longer the program that it was, so it gets nothing.',
    next: 'Open a new connection from the program that needs the token.',
  },
  'caller-unknown': {
    detail: 'The system did not tell who connected, so nothing is handed out.',
    next: 'Keep the asking process alive until it has its answer, and connect from this machine.',
  },
  locked: {
    detail: 'The sign-ins are safe, but nothing is handed out while the app is locked.',
    next: 'Unlock it: globus-token unlock, or in the app. Then ask again.',
  },
  'needs-sign-in': {
    detail: 'There is no sign-in to take a token from.',
    next: 'Sign in: globus-token login, or in the app; or ask again with interactive=1 (--interactive).',
  },
  'needs-consent': {
    detail: 'The sign-in does not allow this scope yet.',
    next: 'Allow it: globus-token login, or in the app; or ask again with interactive=1 (--interactive).',
  },
  'expires-too-soon': {
    detail: 'Even a fresh token would end before min_ttl is over.',
    next: 'Ask with a smaller min_ttl (--min-ttl).',
  },
  unreachable: {
    detail: 'The token in memory is too old and a new one could not be fetched; the sign-in is kept.',
    next: 'Check the network, then ask again.',
  },
  'vault-trouble': {
    detail: 'The sign-in is kept, but the vault does not give it out now.',
    next: 'See what is wrong with it: globus-token doctor, or in the app.',
  },
  busy: {
    detail: 'There are more requests than the broker takes at once.',
    next: 'Ask again in a moment, with fewer connections at a time.',
  },
  'cannot-retire': {
    detail: 'The agent goes on as before, and its tokens are where they were.',
    next: 'Ask again later, or stop it: globus-token status names its process.',
  },
  'not-set-up': {
    detail: 'Globus knows an app by its client ID, and this one has none yet. Nothing was done.',
    next: 'Set it: globus-token login --client-id <UUID>, or in the app.',
  },
  'needs-terminal': {
    detail: 'Nothing was done: the asking process is no shell at a terminal.',
    next: 'Run it yourself in a terminal of this machine.',
  },
  'login-failed': {
    detail: 'Nothing was stored; earlier sign-ins are as they were.',
    next: 'Start again: globus-token login',
  },
  'outside-forward': {
    detail: 'A forwarded connection gets the tokens that it was made for, and nothing else.',
    next: 'Do it on the machine where the agent runs, or make another forward there.',
  },
  internal: {
    detail: 'Nothing was handed out.',
    next: 'Ask again; if it stays so, look into the app’s log.',
  },
};

/** More exact than the reason's own sentences; never a secret, never text of the request. */
export interface ProblemWords {
  readonly detail?: string | undefined;
  readonly next?: string | undefined;
  /** With `vault-trouble`. */
  readonly trouble?: VaultTroubleCode | undefined;
}

export function problemDocument(reason: Reason, words: ProblemWords = {}): ProblemDocument {
  const { status, title } = REASONS[reason];
  const text = TEXTS[reason];
  return {
    type: `urn:globus-token-tray:problem:${reason}`,
    title,
    status,
    reason,
    detail: words.detail ?? text.detail,
    next: words.next ?? text.next,
    ...(words.trouble === undefined ? {} : { trouble: words.trouble }),
  };
}

/** `<reason>[/<trouble>]`, detail and next step, one line each: what `read` of a POSIX shell can take apart. */
export function plainProblem({ reason, trouble, detail, next }: ProblemDocument): string {
  const lines = [trouble === undefined ? reason : `${reason}/${trouble}`, detail, next];
  return lines.map((line) => `${line.replace(/\s+/g, ' ').trim()}\n`).join('');
}
