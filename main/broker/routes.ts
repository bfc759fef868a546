import { type Answer, json, problem } from './answers.ts';
import { isWithin } from './forward-limit.ts';
import { outsideForward } from './forwarded.ts';
import { answerRetire, answerSealed, mayHandOver } from './handover.ts';
import { answerManage } from './manage-routes.ts';
import { refuseNameless } from './nameless.ts';
import { openApiDocument } from './openapi.ts';
import { AuditNotWritten, type BrokerPorts } from './ports.ts';
import { splitScopes } from './scope-list.ts';
import { actEntry, answerToken, auditEntry, type Call } from './token-answer.ts';

const AUDIT_LINES = 100;
/** They tell of other programs, or change what an agent keeps. A lock only closes, so anybody may. */
const OF_NAMED: readonly string[] = [
  'GET /v1/rules',
  'DELETE /v1/rules',
  'GET /v1/audit',
  'POST /v1/sign-in',
];

/** Answers one guarded request; the server sends it if the caller still is who asked. */
export async function answerCall(ports: BrokerPorts, call: Call): Promise<Answer> {
  const outside = await outsideForward(ports, call);
  if (outside !== null) return outside;
  const route = `${call.route.method} ${call.route.path}`;
  const nameless = OF_NAMED.includes(route) ? refuseNameless(ports, call.caller) : null;
  if (nameless !== null) return nameless;
  switch (route) {
    case 'GET /v1/token':
    case 'GET /v1/header':
      return answerToken(ports, call);
    case 'GET /v1/scopes':
      return json(ports.scopes().filter(({ scope }) => isWithin(ports.limit, scope)));
    case 'GET /v1/status':
      await ports.looked?.();
      return json(ports.status());
    case 'GET /v1/rules':
      return json(await ports.rules.list());
    case 'DELETE /v1/rules':
      return revokeRule(ports, call);
    case 'GET /v1/audit':
      return json(await ports.audit.newest(call.query.limit ?? AUDIT_LINES));
    case 'POST /v1/sign-in':
      return signIn(ports, call);
    case 'POST /v1/lock':
      await lock(ports, call);
      return json(ports.status());
    case 'POST /v1/retire':
      return (await mayHandOver(ports, call)) ?? answerRetire(ports, call);
    case 'GET /v1/sealed':
      return (await mayHandOver(ports, call)) ?? answerSealed(ports, call);
    case 'GET /v1/openapi.json':
      return json(openApiDocument());
    default:
      return (await answerManage(ports, call)) ?? problem('not-found');
  }
}

/** Taking back a yes is harmless; taking back a "never" is for a person, or the refused program would do it. */
async function revokeRule(ports: BrokerPorts, call: Call): Promise<Answer> {
  const { id } = call.query;
  const rule = (await ports.rules.list()).find((entry) => entry.id === id);
  if (rule === undefined) return problem('not-found', 'There is no such rule.');
  const entry = auditEntry(call, rule.scope, rule.account, 'denied', `rule:${rule.id}`);
  if (rule.answer === 'deny' && call.caller.subject.kind !== 'terminal') {
    await ports.audit.append({ ...entry, kind: 'rule' });
    return problem('denied', 'A denying rule is revoked in the app or from a terminal, not by a program.');
  }
  if (!(await ports.rules.revoke(rule.id))) return problem('not-found', 'There is no such rule.');
  await ports.audit.append({ ...entry, kind: 'rule', answer: 'done' });
  return json(await ports.rules.list());
}

/** It is locked, whether or not the line of it could be written. */
async function lock(ports: BrokerPorts, call: Call): Promise<void> {
  await ports.lock();
  try {
    await ports.audit.append(actEntry(call, 'lock'));
  } catch (error) {
    if (!(error instanceof AuditNotWritten)) throw error;
    ports.log.warn({}, 'a lock was not written down');
  }
}

async function signIn(ports: BrokerPorts, call: Call): Promise<Answer> {
  if (ports.tokens.locked) return problem('locked');
  const scopes: string[] = [];
  for (const text of splitScopes(call.query.scope ?? '')) {
    const found = ports.tokens.find(text);
    if (found === null) return problem('unknown-scope');
    scopes.push(found.scope);
  }
  if (!ports.tokens.setUp) return problem('not-set-up');
  // A browser opens on the user's screen: the line of who had that done is there first.
  await ports.audit.append(
    actEntry(call, 'sign-in', { scope: scopes.length === 1 ? (scopes[0] ?? null) : null, account: null }),
  );
  const outcome = await ports.signIn(scopes, call.leaving.signal);
  return outcome.kind === 'done' ? json(ports.status()) : problem(outcome.reason, outcome.detail);
}
