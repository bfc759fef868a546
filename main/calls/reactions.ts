import type { Problem } from '../effects.ts';
import { type ApiError, classifyApiError } from '../globus/api-error.ts';
import { apiProblem } from '../globus/api-problem.ts';
import { rootOf } from '../globus/scope-string.ts';
import { resolveScopeName } from '../globus/short-names.ts';
import type { Recipe } from '../snippets/types.ts';
import { offerFor } from './offers.ts';
import type { Trouble } from './ports.ts';
import { redactText } from './redact.ts';
import type { Sent } from './send.ts';
import { signedOutProblem, silenceProblem } from './words.ts';

/** What the refused request was. */
export interface Refused {
  readonly scope: string;
  readonly recipe: Recipe;
  /** ID of the flow that it was about, where it names one. */
  readonly flowId: string | null;
  /** Root scopes that the token carried. */
  readonly held: readonly string[];
  /** The user's role on that flow, where it is known. */
  readonly role: string | null;
}

/** `runAs`: the scope to make the call with once the offer was accepted. */
export type Reaction = Trouble & { readonly runAs: string };

type Answer = Extract<Sent, { kind: 'answer' }>;

/**
 * What an answer that is no success means, and what the app offers to do about it (GLOBUS.md §6, last table).
 * @param secrets what the request was sent with: servers' texts may repeat it
 */
export function reactionTo(answer: Answer, refused: Refused, secrets: readonly string[]): Reaction {
  const reaction = react(answer, refused);
  return { ...reaction, problem: clean(reaction.problem, secrets) };
}

/** True for the one kind of refusal that another token of the same grant may mend. */
export function asksForNewToken(answer: Answer): boolean {
  return answer.status === 401 && errorOf(answer).kind === 'authentication';
}

function react(answer: Answer, refused: Refused): Reaction {
  const { status, retryAfterSeconds } = answer;
  const nothing = { offer: null, runAs: refused.scope };
  if (status === 429 || status === 503) {
    return { ...nothing, problem: silenceProblem('busy', retryAfterSeconds, status) };
  }
  if (status >= 500) return { ...nothing, problem: silenceProblem('server', retryAfterSeconds, status) };
  // `redirect: 'manual'` answers status 0 in browsers' fetch, the real one in Node's.
  if (status < 400) return { ...nothing, problem: redirected(answer) };
  const error = errorOf(answer);
  const problem = apiProblem(error, refused.role);
  switch (error.kind) {
    case 'requirement':
      return { ...nothing, problem, offer: offerFor(error.requirement, refused.scope, refused.flowId) };
    case 'authentication':
      return {
        ...nothing,
        problem: {
          ...signedOutProblem(),
          ...(problem.detail === undefined ? {} : { detail: problem.detail }),
        },
        offer: { kind: 'sign-in', scopes: [rootOf(refused.scope)] },
      };
    case 'missing-scope': {
      const scope = scopeToAskFor(error.scopes, refused);
      return scope === null
        ? { ...nothing, problem }
        : { problem, offer: { kind: 'consent', scopes: [scope] }, runAs: scope };
    }
    case 'forbidden':
    case 'not-found':
    case 'input':
    case 'conflict':
    case 'other':
      return { ...nothing, problem };
  }
}

function errorOf({ status, text, truncated, challenge }: Answer): ApiError {
  const error = classifyApiError(status, truncated ? undefined : parsed(text));
  // RFC 6750 §3.1: the header says it where a body does not.
  if (error.kind === 'requirement' || !/\berror="?insufficient_scope\b/i.test(challenge)) return error;
  const { status: same, code, detail, debugId } = error;
  return { kind: 'missing-scope', scopes: scopesOf(challenge), status: same, code, detail, debugId };
}

function scopesOf(challenge: string): string[] {
  const words = /\bscope="([^"]{1,4000})"/i.exec(challenge)?.[1]?.split(' ') ?? [];
  return words.map((word) => resolveScopeName(rootOf(word))).filter((scope) => scope !== null);
}

/**
 * One scope, the first that is named, else the least that allows the call. None when the token has what is
 * named already: then asking again would go round in circles.
 */
function scopeToAskFor(named: readonly string[], { recipe, held }: Refused): string | null {
  const allowed = recipe.scopes.map(resolveScopeName).filter((scope) => scope !== null);
  const wanted = named.length > 0 ? named : allowed;
  return wanted.find((scope) => !held.includes(scope)) ?? null;
}

/** Where a redirect leads is worth knowing, its path and query are not: they can hold secrets. */
function redirected({ status, location }: Answer): Problem {
  const problem = silenceProblem('redirect', null, status === 0 ? null : status);
  const to = location !== null && URL.canParse(location) ? new URL(location).origin : null;
  return to === null || to === 'null' ? problem : { ...problem, detail: `To ${to}` };
}

function clean({ title, detail, ...rest }: Problem, secrets: readonly string[]): Problem {
  const told = detail === undefined ? {} : { detail: redactText(detail, secrets) };
  return { ...rest, title: redactText(title, secrets), ...told };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
