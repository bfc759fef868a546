import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CallOutcome } from '../../../main/calls/calls.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { findRecipe, recipesForFlow } from '../../../main/snippets/recipes.ts';
import type { Recipe } from '../../../main/snippets/types.ts';
import {
  HIGH_ASSURANCE_FLOW_ID,
  HELLO_FLOW_ID,
  DELETED_FLOW_ID,
  PASS_FLOW_ID,
  VIEW_ONLY_FLOW_ID,
} from '../../sandbox/flows/seed.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { FakeClock } from '../../support/agent-parts.ts';
import { scopeOf } from '../../support/sandbox-agent.ts';
import { listen } from './other-host.ts';
import { callsRig } from './rig.ts';

const VIEW = scopeOf('view_flows');
const ALL = scopeOf('all');

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.clearFaults());
afterAll(() => sandbox.close());

describe('a test call', () => {
  it('[C16] sends the token in the Authorization header alone and shows the answer', async () => {
    const rig = callsRig(sandbox);
    await rig.holder.signIn([VIEW]);
    const outcome = await rig.run({
      scope: VIEW,
      recipe: recipe('get-flow'),
      values: { flow_id: PASS_FLOW_ID },
    });
    expect(outcome).toMatchObject({ kind: 'answer', status: 200, truncated: false });
    const answer = answerOf(outcome);
    expect(JSON.parse(answer.body)).toMatchObject({ id: PASS_FLOW_ID });
    expect(answer.contentType).toContain('application/json');
    expect(answer.milliseconds).toBeGreaterThanOrEqual(0);
    const [token = ''] = rig.holder.accessTokens;
    expect(rig.sent).toHaveLength(1);
    const { headers, ...rest } = rig.sent[0]?.init ?? {};
    expect(headers).toMatchObject({ authorization: `Bearer ${token}` });
    expect(JSON.stringify([rest, rig.sent[0]?.url, outcome, rig.log.lines])).not.toContain(token);
  });

  it('[C16] refuses a value that holds the token, before anything is sent', async () => {
    const rig = callsRig(sandbox);
    await rig.holder.signIn([VIEW]);
    const values = { marker: `x${rig.holder.accessTokens[0] ?? ''}` };
    const outcome = await rig.run({ scope: VIEW, recipe: recipe('next-flows'), values });
    expect(problemOf(outcome)).toMatchObject({ status: null, problem: { reason: 'bad-value' } });
    expect(rig.sent).toEqual([]);
  });

  it.each(['cancel-run', 'create-flow', 'delete-flow', 'start-flow'])(
    'refuses the recipe %s, which changes something',
    async (id) => {
      const rig = callsRig(sandbox);
      await rig.holder.signIn([ALL]);
      const values = { run_id: PASS_FLOW_ID, flow_id: PASS_FLOW_ID };
      const outcome = await rig.run({ scope: ALL, recipe: recipe(id), values });
      expect(problemOf(outcome)).toMatchObject({
        status: null,
        problem: { reason: 'not-read-only' },
        offer: null,
      });
      expect(rig.sent).toEqual([]);
    },
  );

  it('names the fields that are empty, and sends nothing', async () => {
    const rig = callsRig(sandbox);
    await rig.holder.signIn([VIEW]);
    const outcome = await rig.run({ scope: VIEW, recipe: recipe('get-flow'), values: { flow_id: '' } });
    expect(problemOf(outcome).problem.title).toContain('Flow ID');
    expect(rig.sent).toEqual([]);
  });

  it('offers a sign-in for a scope without a token', async () => {
    const rig = callsRig(sandbox);
    const outcome = await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} });
    expect(problemOf(outcome)).toMatchObject({
      status: null,
      problem: { reason: 'needs-sign-in' },
      offer: { kind: 'consent', scopes: [VIEW] },
    });
  });

  it('says that the app is locked, and offers nothing', async () => {
    const rig = callsRig(sandbox);
    rig.holder.instead = { kind: 'locked' };
    const outcome = await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} });
    expect(problemOf(outcome)).toMatchObject({ problem: { reason: 'locked' }, offer: null });
  });
});

describe('which host sees a token', () => {
  it('[C17] sends a token of Auth to Auth and one of Flows to Flows, never the other way', async () => {
    const rig = callsRig(sandbox);
    await rig.holder.signIn(['openid', VIEW]);
    const crossed = await rig.run({ scope: VIEW, recipe: recipe('userinfo'), values: {} });
    expect(problemOf(crossed)).toMatchObject({
      status: null,
      problem: { reason: 'other-host' },
      offer: null,
    });
    const back = await rig.run({ scope: 'openid', recipe: recipe('list-flows'), values: {} });
    expect(problemOf(back).problem.reason).toBe('other-host');
    expect(rig.sent).toEqual([]);
    const own = await rig.run({ scope: 'openid', recipe: recipe('userinfo'), values: {} });
    expect(own).toMatchObject({ kind: 'answer', status: 200 });
    expect(new URL(rig.sent[0]?.url ?? '').origin).toBe(sandbox.auth.origin);
  });

  it('[C17] sends no token anywhere for a scope whose host is not known', async () => {
    const rig = callsRig(sandbox);
    const scope = 'https://auth.globus.org/scopes/00000000-0000-4000-8000-000000000001/data_access';
    const outcome = await rig.run({ scope, recipe: recipe('list-flows'), values: {} });
    expect(problemOf(outcome).problem.reason).toBe('other-host');
  });

  it('[C17] does not follow a redirect to another host, and shows its status', async () => {
    const other = await listen();
    const redirecting = await listen({ status: 302, headers: { location: `${other.origin}/steal?code=1` } });
    const rig = callsRig(sandbox, { fetch: redirecting.insteadOf(sandbox.flows.origin) });
    await rig.holder.signIn([VIEW]);
    const outcome = await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} });
    expect(problemOf(outcome)).toMatchObject({ status: 302, problem: { reason: 'redirect' }, offer: null });
    expect(problemOf(outcome).problem.detail).toBe(`To ${other.origin}`);
    expect(redirecting.seen).toHaveLength(1);
    expect(other.seen).toEqual([]);
    await Promise.all([other.close(), redirecting.close()]);
  });
});

describe('reactions to a refusal', () => {
  it('[C19] renews once and repeats once after 401, and the answer is there', async () => {
    const rig = callsRig(sandbox);
    await rig.holder.signIn([VIEW]);
    await rig.holder.revokeAccess(VIEW);
    const outcome = await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} });
    expect(outcome).toMatchObject({ kind: 'answer', status: 200 });
    expect(rig.holder.renewals).toEqual([VIEW]);
    expect(rig.sent).toHaveLength(2);
  });

  it('[C19] says “signed out” when the renewed token is refused too, after two requests', async () => {
    const rig = callsRig(sandbox);
    await rig.holder.signIn([VIEW]);
    sandbox.addFault({ host: 'flows', path: '/flows', kind: 'status', status: 401 });
    const outcome = await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} });
    expect(problemOf(outcome)).toMatchObject({
      status: 401,
      problem: { reason: 'signed-out' },
      offer: { kind: 'sign-in', scopes: [VIEW] },
    });
    expect(rig.holder.renewals).toHaveLength(1);
    expect(rig.sent).toHaveLength(2);
  });

  it('[C19] uses the token that somebody else renewed meanwhile instead of renewing again', async () => {
    const rig = callsRig(sandbox, {
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (response.status === 401) await rig.holder.renew(VIEW);
        return response;
      },
    });
    await rig.holder.signIn([VIEW]);
    await rig.holder.revokeAccess(VIEW);
    const outcome = await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} });
    expect(outcome.kind).toBe('answer');
    expect(rig.holder.renewals).toHaveLength(1);
  });

  it('[C19] keeps the renewal’s own word when it fails', async () => {
    const problem = { reason: 'grant-ended', title: 'Globus ended this sign-in', tokens: '', next: '' };
    const rig = callsRig(sandbox, { renew: () => Promise.resolve({ ok: false, problem }) });
    await rig.holder.signIn([VIEW]);
    await rig.holder.revokeAccess(VIEW);
    const outcome = await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} });
    expect(problemOf(outcome)).toMatchObject({
      status: 401,
      problem,
      offer: { kind: 'sign-in', scopes: [VIEW] },
    });
    expect(rig.sent).toHaveLength(1);
  });

  it('[C19] names the missing scope, offers it, and asks only once', async () => {
    const rig = callsRig(sandbox);
    await rig.holder.signIn([scopeOf('run_status')]);
    const outcome = await rig.run({ scope: scopeOf('run_status'), recipe: recipe('list-flows'), values: {} });
    expect(problemOf(outcome)).toMatchObject({
      status: 403,
      problem: { reason: 'missing-scope', title: expect.stringContaining('view_flows') as string },
      offer: { kind: 'consent', scopes: [VIEW] },
      runAs: VIEW,
    });
    expect(rig.sent).toHaveLength(1);
    expect(rig.holder.renewals).toEqual([]);
    await rig.holder.signIn([VIEW]);
    const again = await rig.run({
      scope: problemOf(outcome).runAs,
      recipe: recipe('list-flows'),
      values: {},
    });
    expect(again).toMatchObject({ kind: 'answer', status: 200 });
  });

  it('[C19] offers a flow’s own scope where the service’s widest does not do', async () => {
    const rig = callsRig(sandbox);
    await rig.holder.signIn([ALL]);
    const outcome = await rig.run({ scope: ALL, recipe: flowRecipe(HELLO_FLOW_ID), values: {} });
    const scope = flowScope(HELLO_FLOW_ID);
    expect(problemOf(outcome)).toMatchObject({
      status: 403,
      offer: { kind: 'consent', scopes: [scope] },
      runAs: scope,
    });
  });

  it('explains the role when it is missing, and offers no sign-in, which would not help', async () => {
    const rig = callsRig(sandbox);
    const scope = flowScope(VIEW_ONLY_FLOW_ID);
    await rig.holder.signIn([scope], {}, 'grace@lab.example');
    const outcome = await rig.run({
      scope,
      recipe: flowRecipe(VIEW_ONLY_FLOW_ID),
      values: {},
      role: 'flow_viewer',
    });
    expect(problemOf(outcome)).toMatchObject({ status: 403, problem: { reason: 'forbidden' }, offer: null });
    expect(problemOf(outcome).problem.title).toMatch(/flow_viewer.*flow_starter/);
  });

  it('says that a flow is gone or invisible, and offers nothing', async () => {
    const rig = callsRig(sandbox);
    await rig.holder.signIn([VIEW]);
    const outcome = await rig.run({
      scope: VIEW,
      recipe: recipe('get-flow'),
      values: { flow_id: DELETED_FLOW_ID },
    });
    expect(problemOf(outcome)).toMatchObject({ status: 404, problem: { reason: 'not-found' }, offer: null });
  });

  it('shows what is wrong with the input, and offers nothing', async () => {
    const rig = callsRig(sandbox);
    const scope = flowScope(HELLO_FLOW_ID);
    await rig.holder.signIn([scope]);
    const outcome = await rig.run({ scope, recipe: flowRecipe(HELLO_FLOW_ID, { nonsense: 1 }), values: {} });
    expect(problemOf(outcome)).toMatchObject({ status: 400, problem: { reason: 'bad-input' }, offer: null });
    expect(problemOf(outcome).problem.detail).not.toBe('');
  });

  it('offers the session that a High Assurance flow demands, its own scope included', async () => {
    const rig = callsRig(sandbox);
    await rig.holder.signIn([VIEW]);
    const values = { flow_id: HIGH_ASSURANCE_FLOW_ID };
    const outcome = await rig.run({ scope: VIEW, recipe: recipe('get-flow'), values });
    expect(problemOf(outcome).offer).toMatchObject({
      kind: 'step-up',
      scopes: [VIEW, flowScope(HIGH_ASSURANCE_FLOW_ID)],
    });
  });
});

describe('a service in trouble', () => {
  it.each([
    [429, 17, 'busy', '17 seconds'],
    [429, undefined, 'busy', 'in a moment'],
    [503, 300, 'busy', '5 minutes'],
    [502, undefined, 'server', 'in a moment'],
    [500, undefined, 'server', 'in a moment'],
  ])(
    '[C53] tells after %i with Retry-After %s when to try again, and does not',
    async (status, retryAfter, reason, told) => {
      const rig = callsRig(sandbox);
      await rig.holder.signIn([VIEW]);
      sandbox.addFault({
        host: 'flows',
        path: '/flows',
        kind: 'status',
        status,
        times: 1,
        ...(retryAfter === undefined ? {} : { retryAfter }),
      });
      const outcome = await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} });
      expect(problemOf(outcome)).toMatchObject({ status, problem: { reason }, offer: null });
      expect(problemOf(outcome).problem.next).toContain(told);
      expect(rig.sent).toHaveLength(1);
      expect(await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} })).toMatchObject({
        status: 200,
      });
    },
  );

  it.each([
    ['cut', null, 'network'],
    ['broken_json', 200, 'unreadable'],
  ] as const)(
    '[C53] ends in a plain problem on a %s answer, and the next call works',
    async (kind, status, reason) => {
      const rig = callsRig(sandbox);
      await rig.holder.signIn([VIEW]);
      sandbox.addFault({ host: 'flows', path: '/flows', kind, times: 1 });
      const outcome = await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} });
      expect(problemOf(outcome)).toMatchObject({ status, problem: { reason }, offer: null });
      expect(await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} })).toMatchObject({
        status: 200,
      });
    },
  );

  it('[C53] gives up after 30 s, and measures them', async () => {
    const clock = new FakeClock();
    const rig = callsRig(sandbox, {
      clock,
      fetch: (url, init) => {
        const answer = fetch(url, init);
        clock.advance(30_000);
        return answer;
      },
    });
    await rig.holder.signIn([VIEW]);
    const outcome = await rig.run({ scope: VIEW, recipe: recipe('list-flows'), values: {} });
    expect(outcome).toMatchObject({ status: null, milliseconds: 30_000, problem: { reason: 'timeout' } });
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends at once when it is cancelled', async () => {
    const controller = new AbortController();
    const rig = callsRig(sandbox);
    await rig.holder.signIn([VIEW]);
    sandbox.addFault({ host: 'flows', path: '/flows', kind: 'slow', milliseconds: 20_000, times: 1 });
    const from = sandbox.log.length;
    const running = rig.run({
      scope: VIEW,
      recipe: recipe('list-flows'),
      values: {},
      signal: controller.signal,
    });
    await sandbox.waitForRequest(({ path }) => path === '/flows', from);
    controller.abort();
    expect(problemOf(await running)).toMatchObject({ status: null, problem: { reason: 'cancelled' } });
    const before = await rig.run({
      scope: VIEW,
      recipe: recipe('list-flows'),
      values: {},
      signal: controller.signal,
    });
    expect(problemOf(before).problem.reason).toBe('cancelled');
  });
});

function recipe(id: string): Recipe {
  const found = findRecipe(id);
  if (found === undefined) throw new Error(`no recipe ${id}`);
  return found;
}

/** The dry check of a flow's input. */
function flowRecipe(id: string, exampleBody: unknown = { name: 'Ada' }): Recipe {
  const found = recipesForFlow({ id, scope: flowScope(id), exampleBody })[0];
  if (found === undefined) throw new Error('no recipes');
  return found;
}

function answerOf(outcome: CallOutcome) {
  if (outcome.kind !== 'answer') throw new Error(outcome.problem.title);
  return outcome;
}

function problemOf(outcome: CallOutcome) {
  if (outcome.kind !== 'problem') throw new Error(`an answer: ${outcome.status}`);
  return outcome;
}
