import { afterAll, beforeAll, expect, it } from 'vitest';

import { refresh, signIn, tokenOf, type TokenEntry } from '../../support/native-app.ts';
import { startSandbox } from '../index.ts';
import type { Sandbox } from '../types.ts';
import { flowScope } from './auth.ts';
import { at } from './bench.ts';
import { GARE_VARIANTS, gareFlowId, HELLO_FLOW_ID, HELLO_WORLD_SCOPE, TRANSFER_SCOPE } from './seed.ts';
import { textOf } from './values.ts';

/** Both halves of the sandbox over their sockets: a refusal says enough to get past it (GLOBUS.md §6). */
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

async function call(
  method: string,
  path: string,
  entry: TokenEntry,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(sandbox.flows.origin + path, {
    method,
    headers: { authorization: `Bearer ${entry.access_token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

/** What a refusal asks for, as parameters of the next authorize URL. */
function demandsOf(body: unknown): { scopes: string[]; changes: Record<string, string> } {
  const parameters = at(body, 'authorization_parameters') ?? at(body, 'errors.0.authorization_parameters');
  const scopes = [
    at(parameters, 'required_scopes'),
    at(body, 'required_scopes'),
    at(body, 'required_scope'),
    at(body, 'errors.0.unapproved_scopes'),
  ];
  const names = ['identities', 'policies', 'single_domain', 'mfa'].map((name) => `session_required_${name}`);
  const changes = [...names, 'prompt'].flatMap((name): [string, string][] => {
    const words = [at(parameters, name)].flat().filter((word) => word !== undefined);
    return words.length === 0
      ? []
      : [[name, words.map((word) => (word === true ? 'true' : textOf(word))).join(',')]];
  });
  return {
    scopes: scopes.flat().filter((scope) => typeof scope === 'string'),
    changes: Object.fromEntries(changes),
  };
}

it.each(GARE_VARIANTS)('[C19] gets past %s by the sign-in that the refusal asks for', async (variant) => {
  const id = gareFlowId(variant);
  const path = `/flows/${id}/run`;
  const first = tokenOf((await signIn(sandbox, `openid ${flowScope(id)}`)).byServer, id);
  const refused = await call('POST', path, first, { body: {} });
  expect([401, 403]).toContain(refused.status);

  const refreshed = (await (await refresh(sandbox, first)).json()) as TokenEntry;
  expect((await call('POST', path, refreshed, { body: {} })).status).toBe(refused.status);

  sandbox.clock.advance(1_000);
  const { scopes, changes } = demandsOf(refused.body);
  const asked = scopes.length === 0 ? [flowScope(id)] : scopes;
  // Two people have an identity of that domain; the page would offer Alan first.
  const visitor = variant === 'domain' ? { username: 'ada@clinic.example' } : {};
  const again = await signIn(sandbox, `openid ${asked.join(' ')}`, changes, visitor);
  const second = tokenOf(again.byServer, id);
  expect((await call('POST', path, second, { body: {} })).status).toBe(201);
});

it('[C19] resumes an inactive run with a new flow token once the consent is given', async () => {
  const scope = flowScope(HELLO_FLOW_ID);
  const first = tokenOf((await signIn(sandbox, `openid ${scope}`)).byServer, HELLO_FLOW_ID);
  const input = { name: 'x', required_dependent_scope: TRANSFER_SCOPE };
  const started = await call('POST', `/flows/${HELLO_FLOW_ID}/run`, first, { body: input });
  const run = `/runs/${String(at(started.body, 'run_id'))}`;
  sandbox.clock.advance(60_000);

  // The flow's own list is what a flow token may read.
  const status = async (entry: TokenEntry): Promise<unknown> => {
    const list = await call('GET', `/flows/${HELLO_FLOW_ID}/runs?per_page=1`, entry);
    return at(list.body, 'runs.0');
  };
  const inactive = await status(first);
  expect(at(inactive, 'status')).toBe('INACTIVE');
  const { scopes } = demandsOf(at(inactive, 'details'));
  expect(new Set(scopes)).toEqual(new Set([`${scope}[*${HELLO_WORLD_SCOPE}[*${TRANSFER_SCOPE}]]`]));

  const consented = await signIn(sandbox, `openid ${scopes[0] ?? ''}`);
  const second = tokenOf(consented.byServer, HELLO_FLOW_ID);
  expect((await call('POST', `${run}/resume`, second)).status).toBe(200);
  sandbox.clock.advance(60_000);
  expect(at(await status(second), 'status')).toBe('SUCCEEDED');
});
