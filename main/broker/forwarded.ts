import { type Answer, problem } from './answers.ts';
import { isOver, isWithin, OVER } from './forward-limit.ts';
import type { BrokerPorts } from './ports.ts';
import { auditEntry, type Call } from './token-answer.ts';

/** What a caller from another machine may ask: tokens by approval, and what is told of them. */
const OPEN: readonly string[] = [
  ...['GET /v1/token', 'GET /v1/header', 'GET /v1/scopes', 'GET /v1/status'],
  ...['GET /v1/check', 'GET /v1/snippet', 'GET /v1/openapi.json'],
];
/** Decided about elsewhere. */
const TOKENS: readonly string[] = ['GET /v1/token', 'GET /v1/header'];
/** They name a scope, and a limited socket answers for its own scopes alone. */
const ABOUT_SCOPE: readonly string[] = ['GET /v1/check', 'GET /v1/snippet'];

/**
 * Through a forwarded socket comes whoever the other machine lets in. A socket that was made for some scopes
 * and some time is such a one whoever asks: its file is meant for ssh alone. Null: nothing is in the way.
 * Tokens are refused where they are decided about, so that the audit log has a line of it.
 */
export async function outsideForward(
  ports: Pick<BrokerPorts, 'limit' | 'tokens' | 'clock' | 'audit'>,
  call: Call,
): Promise<Answer | null> {
  const { limit, tokens, clock } = ports;
  const forwarded = limit !== undefined || call.caller.subject.kind === 'forwarded';
  if (!forwarded) return null;
  const route = `${call.route.method} ${call.route.path}`;
  if (!OPEN.includes(route)) {
    await ports.audit.append(auditEntry(call, null, null, 'denied', 'outside-forward'));
    return problem('outside-forward');
  }
  if (limit === undefined || TOKENS.includes(route)) return null;
  if (isOver(limit, clock.now())) return problem('outside-forward', OVER);
  const asked = ABOUT_SCOPE.includes(route) ? call.query.scope : undefined;
  const scope = asked === undefined ? null : tokens.find(asked);
  return scope === null || isWithin(limit, scope.scope) ? null : problem('outside-forward');
}
