import type { Reason } from '../contract.ts';
import type { ClientLeaving } from '../departure.ts';
import type { BrokerPorts } from '../ports.ts';
import { problemDocument } from '../problems.ts';
import { auditEntry, decideToken } from '../token-answer.ts';
import type { Caller } from '../types.ts';
import { type OidcRequest, parseOidcRequest } from './requests.ts';

/** What the answers are made of: the broker's own parts, and whose tokens they are. */
export interface OidcPorts extends Pick<
  BrokerPorts,
  'identifier' | 'approvals' | 'tokens' | 'audit' | 'about' | 'signIn' | 'clock' | 'log' | 'limit'
> {
  /** OpenID issuer of the environment. */
  readonly issuer: string;
}

/**
 * Answers one request of an identified caller with a JSON text (api-ipc.md). The decision is the broker's
 * own: same approvals, same audit lines, same last look at the caller (CHECKLIST 31, 35, 36).
 *
 * @param leaving aborts when the client goes away
 */
export async function answerOidcRequest(
  ports: OidcPorts,
  caller: Caller,
  text: string,
  leaving: ClientLeaving,
): Promise<string> {
  const parsed = parseOidcRequest(text, ports.issuer);
  if (!parsed.ok) return failure('bad-request', parsed.why);
  const answer = await answerParsed(ports, caller, parsed.request, leaving);
  if (ports.identifier.stillSame(caller)) return answer;
  const { request } = parsed;
  const first = request.kind === 'access_token' ? ports.tokens.find(request.scopes[0] ?? '') : null;
  await ports.audit.append(
    auditEntry({ route: TOKEN_ROUTE, caller }, first?.scope ?? null, null, 'denied', 'caller-changed'),
  );
  return failure('caller-changed');
}

/**
 * `status: failure` (api-ipc.md, "Error Response"), with the broker's `reason` as a further field.
 *
 * @param detail more exact than the reason's own sentence; never a secret, never text of the request
 */
export function failure(reason: Reason, detail?: string): string {
  const document = problemDocument(reason, { detail });
  return JSON.stringify({
    status: 'failure',
    error: `${document.title}. ${document.detail.replace('min_ttl', 'min_valid_period')}`,
    info: NEXT[reason] ?? document.next,
    reason,
  });
}

async function answerParsed(
  ports: OidcPorts,
  caller: Caller,
  request: OidcRequest,
  leaving: ClientLeaving,
): Promise<string> {
  switch (request.kind) {
    case 'check':
      return JSON.stringify({ status: 'success' });
    case 'loaded_accounts': {
      if (ports.tokens.locked) return failure('locked');
      const account = ports.tokens.account(null);
      return JSON.stringify({ status: 'success', info: account === null ? [] : [account.username] });
    }
    case 'access_token': {
      const { account, minTtl, name, scopes } = request;
      const query = {
        min_ttl: minTtl,
        ...(account === undefined ? {} : { account }),
        ...(name === undefined ? {} : { name }),
      };
      const outcome = await decideToken(ports, { route: TOKEN_ROUTE, query, caller, leaving }, scopes);
      if (outcome.kind === 'refused') return failure(outcome.reason, outcome.words.detail);
      return JSON.stringify({
        status: 'success',
        access_token: outcome.value,
        issuer: ports.issuer,
        expires_at: outcome.answer.expires_at,
      });
    }
  }
}

/** The audit log does not tell the two sockets apart: what is asked for is the same. */
const TOKEN_ROUTE = { path: '/v1/token' };

/** Where the broker's own next step is one of HTTP. */
const NEXT: Partial<Record<Reason, string>> = {
  'bad-request': 'Compare the request with docs/oidc-agent.md.',
  'unknown-scope': 'See the scopes in the app, or add this one there.',
  'unknown-account': 'Name the signed-in account (oidc-add --loaded), or the issuer.',
  'needs-sign-in': 'Sign in: globus-token login, or in the app. Then ask again.',
  'needs-consent': 'Allow it: globus-token login, or in the app. Then ask again.',
  'expires-too-soon': 'Ask with a smaller min_valid_period (oidc-token -t).',
};
