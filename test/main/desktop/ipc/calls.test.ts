import { describe, expect, it } from 'vitest';
import type { CallOutcome, CallRequest } from '../../../../main/calls/calls.ts';
import type { FlowReading } from '../../../../main/calls/ports.ts';
import { offerFor, type KeptOffer } from '../../../../main/calls/offers.ts';
import type { CallsRoom } from '../../../../main/desktop/calls-room.ts';
import { flowScope } from '../../../../main/globus/flow-scope.ts';
import type { AuthRequirement } from '../../../../main/globus/gare.ts';
import { NOW, agentSnapshot } from '../../../support/desktop.ts';
import { DONE, PROBLEM, setup } from './rig.ts';

const FLOW = '00000000-0000-4000-8000-00000000000a';
const COLLECTION = '00000000-0000-4000-8000-00000000000c';
const VIEW_FLOWS = agentSnapshot().scopes[0]?.entry.scope ?? '';
const RUN = { scope: VIEW_FLOWS, recipe: 'list-flows', values: {} };
const flow: FlowReading = {
  id: FLOW,
  title: 'f',
  scope: flowScope(FLOW),
  role: 'flow_viewer',
  collections: [],
  checkedAt: NOW,
  environment: 'production',
};
const REQUIREMENT: AuthRequirement = {
  code: 'AuthorizationRequired',
  message: null,
  requiredScopes: [],
  session: { identities: [], policies: ['p'], singleDomain: [], mfa: true },
  prompt: 'login',
};

function room(outcome: CallOutcome, kept: KeptOffer[] = []) {
  const asked: CallRequest[] = [];
  const parts = {
    calls: {
      run: (request: CallRequest) => {
        asked.push(request);
        return Promise.resolve(outcome);
      },
    },
    book: {
      find: () =>
        Promise.resolve({
          ok: true as const,
          value: [{ ...flow, subtitle: 's', owner: 'urn:globus:auth:identity:x', kept: false }],
        }),
      add: () => Promise.resolve({ ok: true as const, value: flow }),
      runs: () =>
        Promise.resolve({
          ok: true as const,
          value: [
            { id: 'r1', label: 'l', status: 'INACTIVE', startedAt: 1, requirement: REQUIREMENT },
            { id: 'r2', label: 'm', status: 'ACTIVE', startedAt: 2, requirement: null },
          ],
        }),
      check: (ids: readonly string[]) => Promise.resolve({ present: ids, gone: [], unknown: [] }),
      exampleBody: () => Promise.resolve({}),
    },
    offers: { take: () => kept.pop() ?? null, clear: () => undefined },
    offer: (offered: KeptOffer) => {
      kept.push(offered);
      return { id: `o-${kept.length}`, label: offered.offer.kind };
    },
    offerFor,
  } satisfies CallsRoom;
  return { parts, asked, kept };
}

const ANSWER: CallOutcome = {
  kind: 'answer',
  status: 200,
  milliseconds: 7,
  contentType: 'application/json',
  body: '{}',
  truncated: false,
};

describe('call.run', () => {
  it('answers status, time and text', async () => {
    const { parts, asked } = room(ANSWER);
    const { handlers } = setup({}, { room: parts });
    expect(await handlers['call.run'](RUN)).toEqual({
      ok: true,
      value: {
        status: 200,
        milliseconds: 7,
        body: '{}',
        truncated: false,
        problem: null,
        offer: null,
        runAs: VIEW_FLOWS,
      },
    });
    expect(asked).toMatchObject([{ scope: VIEW_FLOWS, recipe: { id: 'list-flows' }, role: null }]);
  });

  it('[C19] makes an offer of a refusal, and says what to run then', async () => {
    const { parts } = room({
      kind: 'problem',
      status: 403,
      milliseconds: 7,
      problem: PROBLEM,
      offer: { kind: 'consent', scopes: ['x'] },
      runAs: 'x',
    });
    expect(await setup({}, { room: parts }).handlers['call.run'](RUN)).toMatchObject({
      ok: true,
      value: { status: 403, problem: PROBLEM, offer: { id: 'o-1', label: 'consent' }, runAs: 'x' },
    });
  });

  it('knows the role on a kept flow, so that a refusal can name it', async () => {
    const { parts, asked } = room(ANSWER);
    const { handlers } = setup({ snapshot: () => agentSnapshot({ flows: [flow] }) }, { room: parts });
    await handlers['call.run']({ scope: flow.scope, recipe: 'flow-runs', values: {} });
    await handlers['call.run']({ scope: VIEW_FLOWS, recipe: 'get-flow', values: { flow_id: FLOW } });
    expect(asked.map(({ role }) => role)).toEqual(['flow_viewer', 'flow_viewer']);
  });

  it('[C17] sends nothing for a recipe that is not of this scope', async () => {
    const { parts, asked } = room(ANSWER);
    const { handlers } = setup({}, { room: parts });
    const foreign = {
      scope: 'urn:globus:auth:scope:transfer.api.globus.org:all',
      recipe: 'list-flows',
      values: {},
    };
    expect(await handlers['call.run'](foreign)).toMatchObject({ problem: { reason: 'no-such-recipe' } });
    expect(asked).toEqual([]);
  });
});

describe('call.run for another account', () => {
  it('[C13] calls with its token, and an offer is for it', async () => {
    const { parts, asked, kept } = room({
      kind: 'problem',
      status: 403,
      milliseconds: 7,
      problem: PROBLEM,
      offer: { kind: 'consent', scopes: ['x'] },
      runAs: 'x',
    });
    const { handlers } = setup({}, { room: parts });
    await handlers['call.run']({ ...RUN, account: '2' });
    expect(asked).toMatchObject([{ account: '2' }]);
    expect(kept).toMatchObject([{ account: '2' }]);
  });
});

describe('call.cancel', () => {
  it('ends the call that waits, whose signal is heard, and no other', async () => {
    const { parts } = room(ANSWER);
    const signals: (AbortSignal | undefined)[] = [];
    const calls = {
      run: ({ signal }: CallRequest) => {
        signals.push(signal);
        return new Promise<CallOutcome>(() => undefined);
      },
    };
    const { handlers } = setup({}, { room: { ...parts, calls } });
    const running = handlers['call.run'](RUN);
    await expect.poll(() => signals.length).toBe(1);
    await handlers['call.cancel']({
      call: 'call.run',
      scope: VIEW_FLOWS,
      recipe: 'list-flows',
      account: '2',
    });
    expect(signals[0]?.aborted).toBe(false);
    expect(
      await handlers['call.cancel']({ call: 'call.run', scope: VIEW_FLOWS, recipe: 'list-flows' }),
    ).toEqual(DONE);
    expect(signals[0]?.aborted).toBe(true);
    expect(await running).toMatchObject({ ok: false, problem: { reason: 'cancelled' } });
  });

  it('ends a call that is still being prepared', async () => {
    const { handlers } = setup({}, { room: room(ANSWER).parts });
    const running = handlers['call.run'](RUN);
    await handlers['call.cancel']({ call: 'call.run', scope: VIEW_FLOWS, recipe: 'list-flows' });
    expect(await running).toMatchObject({ problem: { reason: 'cancelled' } });
  });
});

describe('call.accept', () => {
  it('[C19] starts the sign-in that was offered, once', async () => {
    const offers: KeptOffer[] = [
      { offer: { kind: 'step-up', scopes: ['a'], requirement: REQUIREMENT }, account: '2' },
    ];
    const { handlers, calls } = setup({}, { room: room(ANSWER, offers).parts });
    expect(await handlers['call.accept']({ offer: 'o' })).toEqual(DONE);
    expect(await handlers['call.accept']({ offer: 'o' })).toMatchObject({
      problem: { reason: 'no-such-offer' },
    });
    expect(calls).toEqual([
      ['signIn', { scopes: ['a'], way: 'browser', account: '2', requirement: REQUIREMENT }],
    ]);
  });

  it('asks for consent without a requirement', async () => {
    const { parts } = room(ANSWER, [{ offer: { kind: 'consent', scopes: ['a'] } }]);
    const { handlers, calls } = setup({}, { room: parts });
    await handlers['call.accept']({ offer: 'o' });
    expect(calls).toEqual([['signIn', { scopes: ['a'], way: 'browser' }]]);
  });
});

describe('flow calls', () => {
  it('finds, and keeps what was read', async () => {
    const { handlers, calls } = setup({}, { room: room(ANSWER).parts });
    expect(await handlers['flow.find']({ query: 'f' })).toMatchObject({ value: [{ id: FLOW, owner: 'x' }] });
    expect(await handlers['flow.add']({ id: FLOW })).toEqual({ ok: true, value: { scope: flow.scope } });
    expect(calls).toEqual([
      ['setFlow', flow],
      ['forget', FLOW],
    ]);
  });

  it('offers to a waiting run what it waits for, and to no other', async () => {
    const { parts, kept } = room(ANSWER);
    const runs = await setup({}, { room: parts }).handlers['flow.runs']({ id: FLOW });
    expect(runs).toMatchObject({
      value: [
        { id: 'r1', needs: { id: 'o-1' } },
        { id: 'r2', needs: null },
      ],
    });
    expect(kept).toMatchObject([{ offer: { kind: 'step-up', scopes: [flow.scope] } }]);
  });

  it('keeps collections, normal and once each, and names what is none', async () => {
    const { handlers, calls } = setup({ snapshot: () => agentSnapshot({ flows: [flow] }) });
    const typed = [` ${COLLECTION.toUpperCase()} `, COLLECTION, ''];
    expect(await handlers['flow.collections']({ id: FLOW, collections: typed })).toEqual(DONE);
    expect(calls).toEqual([['setFlow', { ...flow, collections: [COLLECTION] }]]);
    expect(await handlers['flow.collections']({ id: FLOW, collections: ['nope'] })).toMatchObject({
      problem: { reason: 'no-collection', detail: 'nope' },
    });
    expect(await setup().handlers['flow.collections']({ id: FLOW, collections: [] })).toMatchObject({
      problem: { reason: 'no-such-flow' },
    });
    expect(calls).toHaveLength(1);
  });
});
