import { type ProblemDocument, type Reason, REASONS } from './contract.ts';

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
    next: 'See GET /v1/scopes, or add the scope in the app.',
  },
  'unknown-account': {
    detail: 'There is no token for this account.',
    next: 'Leave account out for the default one, or sign in with it in the app.',
  },
  denied: {
    detail: 'The user, or a limit on this kind of caller, said no.',
    next: 'Ask the user before trying again.',
  },
  'denied-by-rule': {
    detail: 'The user decided earlier that this program never gets this scope.',
    next: 'The rule can be revoked in the app under Approvals.',
  },
  'no-answer': {
    detail: 'The question was closed or ran out of time, which counts as no.',
    next: 'Ask again while somebody is there to answer.',
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
    next: 'Unlock the app, then ask again.',
  },
  'needs-sign-in': {
    detail: 'There is no sign-in to take a token from.',
    next: 'Sign in in the app, or ask again with interactive=1.',
  },
  'needs-consent': {
    detail: 'The sign-in does not allow this scope yet.',
    next: 'Allow it in the app, or ask again with interactive=1.',
  },
  'expires-too-soon': {
    detail: 'Even a fresh token would end before min_ttl is over.',
    next: 'Ask with a smaller min_ttl.',
  },
  unreachable: {
    detail: 'The token in memory is too old and a new one could not be fetched; the sign-in is kept.',
    next: 'Check the network, then ask again.',
  },
  'vault-trouble': {
    detail: 'The sign-in is kept, but the keychain does not give it out now.',
    next: 'Open the app; it names what is wrong with the keychain.',
  },
  busy: {
    detail: 'There are more requests than the broker takes at once.',
    next: 'Ask again in a moment, with fewer connections at a time.',
  },
  'cannot-retire': {
    detail: 'The agent goes on as before, and its tokens are where they were.',
    next: 'Ask again later, or stop it: globus-token status names its process.',
  },
  internal: {
    detail: 'Nothing was handed out.',
    next: 'Ask again; if it stays so, look into the app’s log.',
  },
};

/** @param detail more exact than the reason's own sentence; never a secret, never text of the request */
export function problemDocument(reason: Reason, detail?: string): ProblemDocument {
  const { status, title } = REASONS[reason];
  const text = TEXTS[reason];
  return {
    type: `urn:globus-token-tray:problem:${reason}`,
    title,
    status,
    reason,
    detail: detail ?? text.detail,
    next: text.next,
  };
}
