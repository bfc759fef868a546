import { ALLOWED, ECHO, type FuzzCase } from './cases.ts';
import { forbiddenIn, tokensIn } from './canaries.ts';
import type { Outcome } from './client.ts';
import { MalformedAnswer, parseAnswers } from './http-answers.ts';
import { givesTokens, mayFail, type Mood } from './moods.ts';
import { parseOidcAnswer } from './oidc-answers.ts';

/** What a case came to. */
export interface Judgement {
  /** In words; null: everything held. */
  readonly violation: string | null;
  /** The kinds of its answers, for the count. */
  readonly answers: readonly string[];
  /** Tokens that left, by the kind of their audit line. */
  readonly tokens: { readonly token: number; readonly header: number };
}

/** Looks at every byte that came back for one case. */
export function judge(one: FuzzCase, outcome: Outcome, mood: Mood): Judgement {
  try {
    const { answers, text } = one.door === 'broker' ? http(one, outcome) : oidc(outcome);
    const headers = text.split('Authorization: Bearer ').length - 1;
    const tokens = { token: Math.max(0, tokensIn(text) - headers), header: headers };
    return { violation: wrong(one, outcome, mood, answers, text), answers, tokens };
  } catch (error) {
    if (!(error instanceof MalformedAnswer)) throw error;
    const secret = forbiddenIn(outcome.bytes);
    const violation = secret === null ? `malformed answer: ${error.message}` : `${secret} came back`;
    return { violation, answers: [], tokens: { token: 0, header: 0 } };
  }
}

function http(one: FuzzCase, { bytes, left }: Outcome): { answers: string[]; text: string } {
  const { answers, cut } = parseAnswers(bytes, /HEAD/.test(sent(one)));
  if (cut && !left && one.pristine) throw new MalformedAnswer('the last one is cut');
  return { answers: answers.map(({ what }) => what), text: bytes };
}

function oidc(outcome: Outcome): { answers: string[]; text: string } {
  const { what, text } = parseOidcAnswer(outcome);
  return { answers: what === null ? [] : [what], text };
}

function wrong(
  one: FuzzCase,
  outcome: Outcome,
  mood: Mood,
  answers: readonly string[],
  text: string,
): string | null {
  const secret = forbiddenIn(text) ?? forbiddenIn(outcome.bytes);
  if (secret !== null) return `${secret} came back`;
  if (!outcome.ended) return 'the server keeps a connection that its client has closed';
  const got = tokensIn(text);
  if (got > 0 && !givesTokens(mood)) return `a token while the house is ${mood}`;
  if (got > 0 && one.way !== 'local') return `a token for a ${one.way} caller`;
  if (got > 0 && got > asked(one)) return `${got} tokens for ${asked(one)} requests for the allowed scope`;
  if (text.includes(ECHO)) return 'the request’s own text came back';
  const failed = answers.find((what) => what.endsWith('internal'));
  if (failed !== undefined && !mayFail(mood)) return `the server failed: ${failed}`;
  if (mood === 'foreign') return outcome.bytes === '' ? null : 'an answer for another user';
  return one.pristine && answers.length === 0 ? 'no answer to a request that is in order' : null;
}

/**
 * How many tokens this case may get at most, read from its bytes by rules of their own: a `GET` of one of the
 * two routes with the allowed scope as its only one; an oidc-agent request for nothing but that scope.
 */
export function asked(one: FuzzCase): number {
  if (one.way !== 'local') return 0;
  return one.door === 'broker' ? askedByHttp(sent(one)) : askedByOidc(sent(one)) ? 1 : 0;
}

function askedByHttp(bytes: string): number {
  let count = 0;
  for (const [, query = ''] of bytes.matchAll(/GET +\/v1\/(?:token|header)\?([^ \r\n\t]*)/g)) {
    const scopes = new URLSearchParams(query).getAll('scope');
    if (scopes.length === 1 && isAllowed(scopes[0] ?? '')) count += 1;
  }
  return count;
}

function askedByOidc(bytes: string): boolean {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  // The request ends with the first brace that makes it JSON; what follows is not looked at.
  for (let end = text.indexOf('}'); end >= 0; end = text.indexOf('}', end + 1)) {
    const request = parsed(text.slice(0, end + 1));
    if (request === null) continue;
    return request['request'] === 'access_token' && isAllowed(String(request['scope']));
  }
  return false;
}

/**
 * True when the text names the allowed scope and nothing else, under any of its names. What it depends on stands
 * in brackets and is not asked for: the token is the root scope's (GLOBUS.md §2.1).
 */
function isAllowed(text: string): boolean {
  let roots = text;
  for (let before = ''; before !== roots;) {
    before = roots;
    roots = roots.replaceAll(/\[[^[\]]*\]/g, '');
  }
  const names = roots.split(' ').filter(Boolean);
  return names.length > 0 && names.every((name) => NAMES.includes(name.toLowerCase()));
}

const NAMES = [ALLOWED.name, `flows:${ALLOWED.name}`, ALLOWED.scope];

function parsed(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** What the client sent, before any seal; one character per byte. */
export function sent({ steps }: FuzzCase): string {
  return steps
    .map((step) =>
      step.kind === 'write'
        ? step.bytes
        : step.kind === 'seal'
          ? Buffer.from(step.text).toString('latin1')
          : '',
    )
    .join('');
}
