import type { Answer } from './answers.ts';
import type { Act, AuditEntry } from './contract.ts';
import type { BrokerPorts } from './ports.ts';
import { actEntry, type Call } from './token-answer.ts';

/**
 * What leaves a line in the audit log when it is done, whoever asked: it decides whose sign-ins there are, where
 * they are kept and who else may ask. The list of scopes and flows decides nothing of that: each token of it is
 * asked about.
 */
const ACT_OF: Readonly<Record<string, Act>> = {
  'POST /v1/vault': 'vault',
  'POST /v1/client': 'client',
  'POST /v1/login': 'sign-in',
  'POST /v1/sign-out': 'sign-out',
  'POST /v1/unlock': 'unlock',
  'POST /v1/forwards': 'forward',
  'DELETE /v1/forwards': 'forward-closed',
  'POST /v1/imports': 'import',
  'DELETE /v1/imports': 'import-removed',
};

/** Read before it is done: a sign-out takes the account with it. What was typed and names nothing stays out. */
export function aboutAct(
  { tokens }: BrokerPorts,
  { route, body }: Call,
): Pick<AuditEntry, 'scope' | 'account'> {
  if (route.path !== '/v1/sign-out') return { scope: null, account: null };
  const { account, scope } = body;
  return {
    scope: scope === undefined ? null : (tokens.find(scope)?.scope ?? null),
    account: account === undefined ? null : (tokens.account(account)?.username ?? null),
  };
}

/** Writes the line that belongs to the answer, if any. @throws AuditNotWritten */
export async function noteAct(
  ports: BrokerPorts,
  call: Call,
  route: string,
  { status }: Answer,
  { scope, account }: Pick<AuditEntry, 'scope' | 'account'>,
): Promise<void> {
  let act = Object.hasOwn(ACT_OF, route) ? ACT_OF[route] : undefined;
  if (act === undefined) return;
  if (act === 'sign-out' && call.body.unconfirmed === true) act = 'sign-out-unconfirmed';
  if (status === 200) await ports.audit.append(actEntry(call, act, { scope, account }));
  // Globus may have ended some of the sign-ins before it refused one.
  else if (route === 'POST /v1/sign-out')
    await ports.audit.append({ ...actEntry(call, act, { scope, account }), answer: 'denied' });
}
