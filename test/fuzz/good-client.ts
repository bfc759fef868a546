import { ask, rawClient } from '../support/broker-rig.ts';
import { secretIn, tokensIn } from './canaries.ts';
import { ALLOWED, ISSUER } from './cases.ts';
import type { House } from './house.ts';

const NEWEST = 200;

/**
 * After a batch: a client of good manners is answered on both sockets, and the log's file holds what was
 * written, and no secret.
 *
 * @returns what is wrong, in words
 */
export async function goodClients(house: House): Promise<string[]> {
  await house.begin('ready');
  const wrong: string[] = [];
  const broker = await ask(house.path('broker', 'local'), `/v1/token?scope=${ALLOWED.name}`);
  if (broker.status !== 200 || tokensIn(broker.body) !== 1)
    wrong.push('a good client got no token from the broker');
  const client = await rawClient(house.path('oidc', 'local'));
  client.write(JSON.stringify({ request: 'access_token', account: ISSUER, scope: ALLOWED.scope }));
  if (tokensIn(await client.closed) !== 1)
    wrong.push('a good client got no token from the oidc-agent socket');
  const audit = await ask(house.path('broker', 'local'), `/v1/audit?limit=${NEWEST}`);
  if (!house.ledger.agreesWith(JSON.parse(audit.body) as []))
    wrong.push('the audit log is not what was written');
  const secret = secretIn(await house.auditText());
  if (secret !== null) wrong.push(`${secret} in the file of the audit log`);
  return wrong;
}
