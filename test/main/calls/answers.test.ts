import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findRecipe } from '../../../main/snippets/recipes.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { scopeOf } from '../../support/sandbox-agent.ts';
import { listen, type OtherHost, type SameAnswer } from './other-host.ts';
import { callsRig, type Rig } from './rig.ts';

const VIEW = scopeOf('view_flows');
const JSON_TYPE = { 'content-type': 'application/json' };

let sandbox: Sandbox;
let host: OtherHost | undefined;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(async () => {
  await host?.close();
  host = undefined;
});
afterAll(() => sandbox.close());

describe('answers that Globus has not given yet', () => {
  it('[C53] stops reading at 200 kB, and shows that there was more', async () => {
    const rig = await answering({
      headers: JSON_TYPE,
      body: JSON.stringify({ a: 'words of € '.repeat(90_000) }),
    });
    const outcome = await listFlows(rig);
    expect(outcome).toMatchObject({ kind: 'answer', truncated: true });
    const body = outcome.kind === 'answer' ? outcome.body : '';
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(200_000);
    expect(Buffer.byteLength(body)).toBeGreaterThan(199_000);
    expect(body).not.toContain('\uFFFD');
  });

  it('[C53] stays below 200 kB when the masks are longer than what they hide', async () => {
    const secrets = Array.from({ length: 10_000 }, () => ({ id_token: 'a' }));
    const rig = await answering({ headers: JSON_TYPE, body: JSON.stringify(secrets) });
    const outcome = await listFlows(rig);
    expect(outcome).toMatchObject({ kind: 'answer', truncated: true });
    expect(Buffer.byteLength(outcome.kind === 'answer' ? outcome.body : '')).toBeLessThanOrEqual(200_000);
  });

  it('[C16] shows none of the tokens in an answer, its own least of all', async () => {
    const rig = await answering({ headers: JSON_TYPE });
    const [own = ''] = rig.holder.accessTokens;
    await host?.close();
    const foreign = `Ag${'x1Y'.repeat(20)}`;
    const body = JSON.stringify({ refresh_token: 'short', note: `${own} and ${foreign}`, title: 'Hello' });
    host = await listen({ headers: JSON_TYPE, body });
    route = host;
    const outcome = await listFlows(rig);
    const shown = outcome.kind === 'answer' ? outcome.body : '';
    expect(shown).toContain('Hello');
    for (const secret of [own, foreign, 'short']) expect(shown).not.toContain(secret);
  });

  it('[C16] shows none in the words of a refusal either', async () => {
    const rig = await answering({});
    const [own = ''] = rig.holder.accessTokens;
    await host?.close();
    const error = { code: 'STATE_CONFLICT', detail: `not with ${own}` };
    host = await listen({ status: 409, headers: JSON_TYPE, body: JSON.stringify({ error }) });
    route = host;
    const outcome = await listFlows(rig);
    expect(outcome).toMatchObject({
      kind: 'problem',
      status: 409,
      problem: { reason: 'conflict' },
      offer: null,
    });
    expect(JSON.stringify([outcome, rig.log.lines])).not.toContain(own);
  });

  it('[C19] reads a missing scope from the header of RFC 6750 where the body says nothing', async () => {
    const manage = scopeOf('manage_flows');
    const challenge = `Bearer error="insufficient_scope", scope="${manage}"`;
    const rig = await answering({ status: 403, headers: { 'www-authenticate': challenge } });
    expect(await listFlows(rig)).toMatchObject({
      problem: { reason: 'missing-scope' },
      offer: { kind: 'consent', scopes: [manage] },
      runAs: manage,
    });
  });

  it('[C19] offers nothing when the token has the scope that is said to be missing', async () => {
    const detail = `This action requires the following scope: ${VIEW}`;
    const rig = await answering({
      status: 403,
      headers: JSON_TYPE,
      body: JSON.stringify({ error: { code: 'MISSING_SCOPE', detail } }),
    });
    expect(await listFlows(rig)).toMatchObject({
      problem: { reason: 'missing-scope' },
      offer: null,
      runAs: VIEW,
    });
  });

  it('[C19] takes the least scope that would do when a refusal names none', async () => {
    const rig = await answering({
      status: 403,
      headers: JSON_TYPE,
      body: JSON.stringify({ error: { code: 'MISSING_SCOPE', detail: 'no' } }),
    });
    const offer = { kind: 'consent', scopes: [scopeOf('manage_flows')] };
    expect(await listFlows(rig)).toMatchObject({ offer });
  });

  it.each([
    [
      422,
      { error: { code: 'UNPROCESSABLE_ENTITY', detail: [{ loc: ['body', 'a'], msg: 'too long' }] } },
      'body.a: too long',
    ],
    [400, { error: { code: 'BAD_REQUEST', detail: 'no such filter' } }, 'no such filter'],
    [
      409,
      { error: { code: 'STATE_CONFLICT', detail: 'still active' }, debug_id: 'd-1' },
      'still active — Reference: d-1',
    ],
  ])('shows what %i says, with the reference, and offers nothing', async (status, body, detail) => {
    const rig = await answering({ status, headers: JSON_TYPE, body: JSON.stringify(body) });
    expect(await listFlows(rig)).toMatchObject({ status, problem: { detail }, offer: null });
    expect(rig.sent).toHaveLength(1);
  });

  it('takes an empty answer and plain text as they are', async () => {
    const empty = await answering({ status: 204 });
    expect(await listFlows(empty)).toMatchObject({ kind: 'answer', status: 204, body: '' });
    await host?.close();
    const text = await answering({ headers: { 'content-type': 'text/plain' }, body: 'hello' });
    expect(await listFlows(text)).toMatchObject({ kind: 'answer', contentType: 'text/plain', body: 'hello' });
  });
});

/** Where requests to Flows go now. */
let route: OtherHost | undefined;

async function answering(answer: SameAnswer): Promise<Rig> {
  host = await listen(answer);
  route = host;
  const rig = callsRig(sandbox, {
    fetch: (url, init) => (route ?? failing()).insteadOf(sandbox.flows.origin)(url, init),
  });
  await rig.holder.signIn([VIEW]);
  return rig;
}

function failing(): never {
  throw new Error('no host');
}

function listFlows(rig: Rig) {
  const recipe = findRecipe('list-flows');
  if (recipe === undefined) throw new Error('no recipe');
  return rig.run({ scope: VIEW, recipe, values: {} });
}
