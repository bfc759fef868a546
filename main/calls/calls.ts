import type { Problem } from '../effects.ts';
import { shortNameOf } from '../globus/short-names.ts';
import type { Values } from '../snippets/template.ts';
import type { Recipe } from '../snippets/types.ts';
import type { CallPorts, Offer, Trouble } from './ports.ts';
import { asksForNewToken, reactionTo } from './reactions.ts';
import { redactBody } from './redact.ts';
import { flowIdOf, prepare } from './request.ts';
import { MAX_BODY_BYTES, send, type Sent } from './send.ts';
import { type TokenAnswer, TokenSource } from './token-source.ts';
import { silenceProblem } from './words.ts';

export interface CallRequest {
  /** Full scope string whose token is used; brackets do not matter. */
  readonly scope: string;
  readonly recipe: Recipe;
  /** By the names of the recipe's placeholders; empty ones count as absent. */
  readonly values: Values;
  /** A `sub`; absent: the default account. */
  readonly account?: string;
  /** The user's role on the flow that the call is about, where it is known: a refusal then names it. */
  readonly role?: string | null;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

export type CallOutcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly milliseconds: number;
      readonly contentType: string;
      /** Without anything that looks like a secret; 200,000 bytes at most. */
      readonly body: string;
      readonly truncated: boolean;
    }
  | {
      readonly kind: 'problem';
      /** null when no answer came, or nothing was sent. */
      readonly status: number | null;
      readonly milliseconds: number;
      readonly problem: Problem;
      readonly offer: Offer | null;
      /** The scope to run the call with, once, after the offer was accepted. */
      readonly runAs: string;
    };

export interface Calls {
  run(request: CallRequest): Promise<CallOutcome>;
}

/** Test calls: recipes that only read, with the reactions of GLOBUS.md §6. Never throws for what a server does. */
export function createCalls(ports: CallPorts): Calls {
  return { run: (request) => run(ports, request) };
}

async function run(ports: CallPorts, request: CallRequest): Promise<CallOutcome> {
  const started = ports.clock.now();
  const outcome = await attempt(ports, request);
  // The wall clock may have been set back meanwhile.
  const milliseconds = Math.max(0, ports.clock.now() - started);
  const what = { recipe: request.recipe.id, scope: shortNameOf(request.scope) };
  ports.log.info(
    {
      ...what,
      status: outcome.status,
      milliseconds,
      ...(outcome.kind === 'problem' ? { reason: outcome.problem.reason } : {}),
    },
    'a test call ended',
  );
  return { ...outcome, milliseconds };
}

async function attempt(ports: CallPorts, request: CallRequest): Promise<CallOutcome> {
  const { scope, recipe, values } = request;
  const unfit = prepare(ports.environment, scope, recipe, values);
  if (!unfit.ok) return failed(request, { problem: unfit.problem, offer: null });
  const source = new TokenSource(ports, scope, request.account);
  const token = await source.current();
  if (!token.ok) return failed(request, token);
  const first = await once(ports, request, token);
  if (first.sent === null || first.sent.kind === 'none' || !asksForNewToken(first.sent)) return first.outcome;
  // One renewal, one repetition, then the answer stands (CHECKLIST 19).
  const other = await source.after(token.value);
  if (!other.ok) return { ...failed(request, other), status: first.sent.status };
  return other.value === token.value ? first.outcome : (await once(ports, request, other)).outcome;
}

type Token = Extract<TokenAnswer, { ok: true }>;

async function once(
  ports: CallPorts,
  request: CallRequest,
  token: Token,
): Promise<{ sent: Sent | null; outcome: CallOutcome }> {
  const { scope, recipe, values, signal } = request;
  const ready = prepare(ports.environment, scope, recipe, values, token.value);
  if (!ready.ok) return { sent: null, outcome: failed(request, { problem: ready.problem, offer: null }) };
  const sent = await send(ports, { ...ready, token: token.value }, signal);
  return { sent, outcome: outcomeOf(sent, request, token) };
}

function outcomeOf(sent: Sent, request: CallRequest, token: Token): CallOutcome {
  if (sent.kind === 'none') return failed(request, { problem: silenceProblem(sent.why), offer: null });
  const { status } = sent;
  if (status < 200 || status >= 300) {
    const { scope, recipe, values, role = null } = request;
    const refused = { scope, recipe, role, flowId: flowIdOf(recipe, values), held: token.scopes };
    return { kind: 'problem', status, milliseconds: 0, ...reactionTo(sent, refused, [token.value]) };
  }
  if (isBrokenJson(sent)) {
    const problem = silenceProblem('unreadable', sent.retryAfterSeconds, status);
    return { ...failed(request, { problem, offer: null }), status };
  }
  const whole = redactBody(sent.text, [token.value], sent.truncated);
  const body = startOf(whole);
  const truncated = sent.truncated || body.length < whole.length;
  return { kind: 'answer', status, milliseconds: 0, contentType: sent.contentType, body, truncated };
}

function failed(
  request: CallRequest,
  { problem, offer }: Trouble,
): Extract<CallOutcome, { kind: 'problem' }> {
  return { kind: 'problem', status: null, milliseconds: 0, problem, offer, runAs: request.scope };
}

function isBrokenJson({ contentType, text, truncated }: Extract<Sent, { kind: 'answer' }>): boolean {
  if (truncated || text === '' || !/\bjson\b/i.test(contentType)) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** Masks can be longer than what they hide. A character that the cut halves is left out. */
function startOf(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.byteLength <= MAX_BODY_BYTES) return text;
  return new TextDecoder().decode(bytes.subarray(0, MAX_BODY_BYTES), { stream: true });
}
