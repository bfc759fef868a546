import { type Answer, chosenType, problem, text } from './answers.ts';
import { asciiJson } from './ascii-json.ts';
import type { Act, AuditEntry, Reason, TokenAnswer } from './contract.ts';
import type { Route } from './contract-routes.ts';
import type { ClientLeaving } from './departure.ts';
import { isOver, isWithin, OVER } from './forward-limit.ts';
import type { Given } from './given.ts';
import { isNameless } from './nameless.ts';
import type { BrokerPorts } from './ports.ts';
import type { ProblemWords } from './problems.ts';
import type { Caller, TokenOutcome } from './types.ts';

/** One guarded request of an identified caller. `leaving` aborts when the client goes away. */
export interface Call {
  readonly route: Route;
  readonly query: Given;
  readonly body: Given;
  readonly accept: string | undefined;
  readonly caller: Caller;
  readonly leaving: ClientLeaving;
}

/** What the decision about a token needs of a call; the oidc-agent protocol has no route of its own. */
export type Asking = Pick<Call, 'query' | 'caller' | 'leaving'> & { readonly route: Pick<Route, 'path'> };

/** The part of the ports that a token comes from. */
export type TokenPorts = Pick<
  BrokerPorts,
  'tokens' | 'approvals' | 'audit' | 'about' | 'origins' | 'signIn' | 'clock' | 'limit' | 'nameless'
>;

/** What an attempt came to. */
export type Outcome =
  | {
      kind: 'token';
      value: string;
      answer: TokenAnswer;
      by: string;
      /** The full scope strings that were asked for. */
      asked: readonly string[];
    }
  | {
      kind: 'refused';
      reason: Reason;
      words: ProblemWords;
      by: string;
      scope: string | null;
      account: string | null;
    };

const NOT_TOGETHER: ProblemWords = {
  detail: 'No single token covers all of these scopes; ask for them one at a time.',
};
const NEEDS_PERSON: readonly Reason[] = ['needs-sign-in', 'needs-consent'];

/** `/v1/token` and `/v1/header`. */
export async function answerToken(ports: BrokerPorts, call: Call): Promise<Answer> {
  const outcome = await decideToken(ports, call, [call.query.scope ?? '']);
  if (outcome.kind === 'refused') return problem(outcome.reason, outcome.words.detail, outcome.words);
  const { answer, value } = outcome;
  if (call.route.path === '/v1/header') return text(`Authorization: Bearer ${value}`);
  if (chosenType(call.route, call.accept) === 'text/plain') return text(value);
  return { status: 200, type: 'application/json', body: `${asciiJson(answer)}\n` };
}

/**
 * Scope and account are looked up, the person or a rule decides, then the token is fetched. The audit line
 * is on disk before the answer exists (CHECKLIST 36); a lock or a client that goes away at any point of it
 * means no token (29, 35).
 *
 * @param scopes at least one; of several, each is decided about, and one token must cover them all
 */
export async function decideToken(
  ports: TokenPorts,
  call: Asking,
  scopes: readonly string[],
): Promise<Outcome> {
  const outcome = stopped(ports, call, await attemptAll(ports, call, scopes));
  if (outcome.kind === 'refused') {
    await ports.audit.append(auditEntry(call, outcome.scope, outcome.account, 'denied', outcome.by));
    return outcome;
  }
  for (const scope of outcome.asked) {
    await ports.audit.append(auditEntry(call, scope, outcome.answer.account, 'allowed', outcome.by));
  }
  const late = stopped(ports, call, outcome);
  if (late.kind === 'refused') {
    await ports.audit.append(auditEntry(call, late.scope, late.account, 'denied', late.by));
  }
  return late;
}

export function auditEntry(
  call: Pick<Asking, 'route' | 'caller'>,
  scope: string | null,
  account: string | null,
  answer: 'allowed' | 'denied',
  by: string,
): Omit<AuditEntry, 'time'> {
  const { peer, subject } = call.caller;
  const asked = call.route.path === '/v1/header' ? 'header' : 'token';
  const program =
    subject.kind === 'program'
      ? subject.program
      : subject.kind === 'terminal'
        ? subject.process.executable
        : peer.executable;
  return {
    kind: answer === 'allowed' ? asked : 'refused',
    scope,
    account,
    answer,
    by,
    pid: subject.kind === 'program' || subject.kind === 'terminal' ? subject.process.pid : peer.pid,
    program,
    script: subject.kind === 'program' ? (subject.script?.path ?? null) : null,
  };
}

/** For what was done to the agent. @param about what of it: null where it is about no scope or account alone */
export function actEntry(
  call: Pick<Asking, 'route' | 'caller'>,
  by: Act | 'terminal',
  about: Pick<AuditEntry, 'scope' | 'account'> = { scope: null, account: null },
): Omit<AuditEntry, 'time'> {
  return { ...auditEntry(call, about.scope, about.account, 'denied', by), kind: 'rule', answer: 'done' };
}

async function attemptAll(ports: TokenPorts, call: Asking, scopes: readonly string[]): Promise<Outcome> {
  // A short name and its full string are one scope, and one question.
  const wanted = new Set(scopes.map((scope) => ports.tokens.find(scope)?.scope ?? scope));
  // Nobody is asked about what no token can give.
  if (!ports.tokens.locked && neverTogether(ports, [...wanted]))
    return refused('needs-consent', { words: NOT_TOGETHER });
  const got: Extract<Outcome, { kind: 'token' }>[] = [];
  for (const scope of wanted) {
    const outcome = await attempt(ports, call, scope);
    if (outcome.kind === 'refused') return outcome;
    got.push(outcome);
  }
  const asked = got.map(({ answer }) => answer.scope);
  const one = got.find(
    ({ answer }) => got.length === 1 || asked.every((scope) => answer.scopes.includes(scope)),
  );
  if (one !== undefined) return { ...one, asked };
  return refused('needs-consent', { words: NOT_TOGETHER });
}

/** True when the grants are known and none of them covers all the scopes. */
function neverTogether({ tokens, about }: TokenPorts, scopes: readonly string[]): boolean {
  if (scopes.length < 2) return false;
  const kept = scopes.map((scope) => tokens.find(scope));
  const names = kept.map((found) => found?.name);
  return kept.every((found, index) => {
    const known = found === null ? undefined : about?.(found.scope);
    if (known === undefined || (known.lifetime === null && known.alsoAllows.length === 0)) return false;
    return !names.every((name, at) => at === index || known.alsoAllows.includes(name ?? ''));
  });
}

async function attempt(ports: TokenPorts, call: Asking, wanted: string): Promise<Outcome> {
  const { tokens } = ports;
  const { query, leaving } = call;
  if (tokens.locked) return refused('locked');
  const found = tokens.find(wanted);
  // What was asked for is the caller's text, and no scope of ours: it stays out of the log.
  if (found === null) return refused('unknown-scope');
  const scope = found.scope;
  const over = pastForward(ports, scope);
  if (over !== null) return refused('outside-forward', { scope, words: over });
  const interactive = query.interactive === true && maySignIn(ports, call);
  let account = tokens.account(query.account ?? null);
  if (account === null && !tokens.setUp) return refused('not-set-up', { scope });
  if (account === null && query.account === undefined && interactive) {
    const signedIn = await ports.signIn([scope], leaving.signal);
    if (signedIn.kind === 'refused') return refused(signedIn.reason, { scope, words: signedIn });
    account = tokens.account(null);
  }
  if (account === null) {
    return refused(query.account === undefined ? 'needs-sign-in' : 'unknown-account', { scope });
  }
  const known = { scope, account: account.username };
  const about = ports.about?.(scope);
  const verdict = await ports.approvals.decide(
    {
      caller: call.caller,
      scope,
      scopeName: found.name,
      account,
      selfName: query.name ?? null,
      ...(query.wait === undefined ? {} : { wait: query.wait * 1_000 }),
      ...(about === undefined ? {} : { about }),
    },
    leaving,
  );
  if (verdict.kind === 'refused')
    return refused(verdict.reason, { ...known, by: verdict.by, words: verdict });
  if (tokens.locked) return refused('locked', known);

  const fetchToken = () => tokens.token(scope, (query.min_ttl ?? 0) * 1_000, account.sub);
  let token = toWhomNamedNone(tokens, query, await fetchToken());
  if (token.kind === 'refused' && interactive && NEEDS_PERSON.includes(token.reason)) {
    const signedIn = await ports.signIn([scope], leaving.signal);
    if (signedIn.kind === 'refused') return refused(signedIn.reason, { ...known, words: signedIn });
    token = await fetchToken();
  }
  if (token.kind === 'refused') return refused(token.reason, { ...known, words: token });
  const now = ports.clock.now();
  return {
    kind: 'token',
    value: token.value,
    by: verdict.by,
    asked: [scope],
    // Field by field: whatever else the source's object holds stays here (CHECKLIST 32).
    answer: {
      access_token: token.value,
      token_type: 'Bearer',
      scope,
      scopes: [...token.scopes],
      resource_server: token.resourceServer,
      origins: [...(ports.origins?.(scope) ?? [])],
      expires_at: Math.floor(token.expiresAt / 1_000),
      expires_in: Math.max(0, Math.floor((token.expiresAt - now) / 1_000)),
      account: account.username,
    },
  };
}

/** The last account ended meanwhile: who named none is not told of a name. */
function toWhomNamedNone(
  tokens: TokenPorts['tokens'],
  { account }: Asking['query'],
  outcome: TokenOutcome,
): TokenOutcome {
  const ended = outcome.kind === 'refused' && outcome.reason === 'unknown-account';
  if (!ended || account !== undefined || tokens.account(null) !== null) return outcome;
  return { ...outcome, reason: 'needs-sign-in' };
}

/**
 * Whom nobody may ask, nobody signs in for; no other machine opens a browser at home, and neither does a program
 * that nobody can name: the consent page would not say for whom it is, and neither would the log.
 */
function maySignIn(ports: TokenPorts, { query, caller }: Asking): boolean {
  return query.wait !== 0 && caller.subject.kind !== 'forwarded' && !isNameless(ports, caller);
}

/** The outcome, unless the app was locked or the client left meanwhile. */
function stopped(ports: TokenPorts, call: Asking, outcome: Outcome): Outcome {
  if (outcome.kind === 'refused') return outcome;
  const { scope, account } = outcome.answer;
  if (ports.tokens.locked) return refused('locked', { scope, account });
  const over = pastForward(ports, scope);
  if (over !== null) return refused('outside-forward', { scope, account, words: over });
  return call.leaving.aborted ? refused('no-answer', { scope, account }) : outcome;
}

/** Null: the socket may hand out the scope, now. */
function pastForward({ limit, clock }: TokenPorts, scope: string): ProblemWords | null {
  if (isOver(limit, clock.now())) return { detail: OVER };
  return isWithin(limit, scope) ? null : {};
}

function refused(
  reason: Reason,
  known: { scope?: string; account?: string; words?: ProblemWords; by?: string } = {},
): Outcome {
  const { scope = null, account = null, words = {}, by = reason } = known;
  const { detail, next, trouble } = words;
  return { kind: 'refused', reason, by, scope, account, words: { detail, next, trouble } };
}
