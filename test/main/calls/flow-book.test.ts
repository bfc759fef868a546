import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { offerFor } from '../../../main/calls/offers.ts';
import type { Result } from '../../../main/effects.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import {
  DELETED_FLOW_ID,
  GARE_TITLES,
  HELLO_FLOW_ID,
  HIGH_ASSURANCE_FLOW_ID,
  INACTIVE_RUN_ID,
  MAPPED_COLLECTION_ID,
  PASS_FLOW_ID,
  PRIVATE_FLOW_ID,
  TRANSFER_FLOW_ID,
} from '../../sandbox/flows/seed.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { scopeOf } from '../../support/sandbox-agent.ts';
import { callsRig } from './rig.ts';

const VIEW = scopeOf('view_flows');
const NO_SUCH_FLOW = '00000000-0000-4000-8000-0000000000ff';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.clearFaults());
afterAll(() => sandbox.close());

async function signedIn(scopes: readonly string[] = [VIEW], username?: string) {
  const rig = callsRig(sandbox);
  await rig.holder.signIn(scopes, {}, username);
  return rig;
}

describe('finding a flow', () => {
  it.each([
    HELLO_FLOW_ID,
    ` ${HELLO_FLOW_ID.toUpperCase()} `,
    `flow:${HELLO_FLOW_ID}`,
    flowScope(HELLO_FLOW_ID),
  ])('finds the one that %j names', async (query) => {
    const { book } = await signedIn();
    const [choice, ...others] = valueOf(await book.find(query));
    expect(choice).toMatchObject({ id: HELLO_FLOW_ID, scope: flowScope(HELLO_FLOW_ID), kept: false });
    expect(others).toEqual([]);
  });

  it('finds the one behind an address of this environment, and no other environment’s', async () => {
    const { book, sent } = await signedIn();
    const own = await book.find(`${sandbox.flows.origin}/flows/${HELLO_FLOW_ID}/run`);
    expect(valueOf(own)).toMatchObject([{ id: HELLO_FLOW_ID }]);
    const foreign = await book.find(`https://app.globus.org/flows/${HELLO_FLOW_ID}`);
    expect(problemOf(foreign).reason).toBe('bad-input');
    expect(sent).toHaveLength(1);
  });

  it('searches for words among the flows that the user owns or may start', async () => {
    const rig = await signedIn();
    rig.kept.push({ id: PASS_FLOW_ID, collections: [] });
    const found = valueOf(await rig.book.find(GARE_TITLES.mfa));
    expect(found.map(({ title }) => title)).toEqual([GARE_TITLES.mfa]);
    const all = valueOf(await rig.book.find(''));
    expect(all.length).toBeGreaterThan(20);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter(({ kept }) => kept).map(({ id }) => id)).toEqual([PASS_FLOW_ID]);
    expect(all.every(({ role }) => role !== 'flow_viewer')).toBe(true);
  });

  it('uses the narrowest token at hand: view_flows, then manage_flows, then all', async () => {
    const rig = await signedIn([scopeOf('all')]);
    valueOf(await rig.book.find(HELLO_FLOW_ID));
    const [all = ''] = rig.holder.accessTokens;
    await rig.holder.signIn([VIEW]);
    valueOf(await rig.book.find(HELLO_FLOW_ID));
    const used = rig.sent.map(({ init }) => new Headers(init.headers).get('authorization'));
    const view = rig.holder.accessTokens.find((token) => token !== all);
    expect(used).toEqual([`Bearer ${all}`, `Bearer ${view}`]);
  });

  it('says which scope is missing, and sends nothing', async () => {
    const { book, sent } = await signedIn([scopeOf('run_status')]);
    const problem = problemOf(await book.find(HELLO_FLOW_ID));
    expect(problem).toMatchObject({
      reason: 'missing-scope',
      title: expect.stringContaining('view_flows') as string,
    });
    expect(problem.next).toContain('manage_flows or all');
    expect(sent).toEqual([]);
  });

  it('takes the next wider token when the sign-in of the narrowest has ended, and says so when there is none', async () => {
    const holder = await signedIn([scopeOf('all')]);
    const ended = { kind: 'failed', result: { kind: 'ended', by: 'server' } } as const;
    const { book } = callsRig(sandbox, {
      token: (scope) => (scope === VIEW ? Promise.resolve(ended) : holder.holder.token(scope)),
    });
    expect(valueOf(await book.find(HELLO_FLOW_ID))).toHaveLength(1);
    const alone = callsRig(sandbox, {
      token: (scope) => Promise.resolve(scope === VIEW ? ended : { kind: 'none' }),
    });
    expect(problemOf(await alone.book.find(HELLO_FLOW_ID)).reason).toBe('grant-ended');
  });

  it('says that the app is locked instead of naming a scope', async () => {
    const rig = await signedIn();
    rig.holder.instead = { kind: 'locked' };
    expect(problemOf(await rig.book.find('x')).reason).toBe('locked');
  });

  it('[C19] renews once after 401 and finds it', async () => {
    const rig = await signedIn();
    await rig.holder.revokeAccess(VIEW);
    expect(valueOf(await rig.book.find(HELLO_FLOW_ID))).toHaveLength(1);
    expect(rig.holder.renewals).toEqual([VIEW]);
  });

  it.each([
    [429, 'busy', '7 seconds'],
    [502, 'server', '7 seconds'],
  ])('[C53] tells after %i when to try again; the next search works', async (status, reason, told) => {
    const { book, sent } = await signedIn();
    sandbox.addFault({ host: 'flows', path: '/flows', kind: 'status', status, retryAfter: 7, times: 1 });
    const problem = problemOf(await book.find('Hello'));
    expect(problem.reason).toBe(reason);
    expect(problem.next).toContain(told);
    expect(sent).toHaveLength(1);
    expect(valueOf(await book.find('Hello')).length).toBeGreaterThan(0);
  });

  it('shows the pages before the one that failed', async () => {
    const rig = callsRig(sandbox, {
      fetch: (url, init) =>
        String(url).includes('marker=')
          ? Promise.resolve(new Response('', { status: 502 }))
          : fetch(smaller(url), init),
    });
    await rig.holder.signIn([VIEW]);
    expect(valueOf(await rig.book.find(''))).toHaveLength(5);
  });
});

describe('keeping a flow', () => {
  it('reads what the settings keep: title, role, the scope that Globus names', async () => {
    const { book } = await signedIn();
    const before = Date.now();
    const record = valueOf(await book.add(PRIVATE_FLOW_ID));
    expect(record).toMatchObject({
      id: PRIVATE_FLOW_ID,
      scope: flowScope(PRIVATE_FLOW_ID),
      role: 'flow_owner',
      collections: [],
      environment: 'demo',
    });
    expect(record.title).not.toBe('');
    expect(record.checkedAt).toBeGreaterThanOrEqual(before);
  });

  it('refreshes title and role, and keeps the collections', async () => {
    const manage = scopeOf('manage_flows');
    const rig = await signedIn([manage]);
    const title = valueOf(await rig.book.add(PASS_FLOW_ID)).title;
    rig.kept.push({ id: PASS_FLOW_ID, collections: [MAPPED_COLLECTION_ID] });
    await rename(rig.holder.accessTokens[0] ?? '', `${title}, renamed`);
    expect(valueOf(await rig.book.refresh(PASS_FLOW_ID))).toMatchObject({
      title: `${title}, renamed`,
      collections: [MAPPED_COLLECTION_ID],
    });
    await rename(rig.holder.accessTokens[0] ?? '', title);
  });

  it.each([
    ['gone or invisible', DELETED_FLOW_ID, 'not-found'],
    ['no ID at all', 'hello', 'bad-input'],
    ['behind a session policy', HIGH_ASSURANCE_FLOW_ID, 'needs-consent'],
  ])('says what it means when the flow is %s', async (_, id, reason) => {
    const { book } = await signedIn();
    expect(problemOf(await book.add(id)).reason).toBe(reason);
  });

  it('makes an example input of its schema, and asks for it once', async () => {
    const { book, sent } = await signedIn();
    const example = await book.exampleBody(TRANSFER_FLOW_ID);
    expect(Object.keys(example as object)).toContain('source_endpoint_id');
    expect(await book.exampleBody(TRANSFER_FLOW_ID)).toEqual(example);
    expect(sent).toHaveLength(1);
    expect(await book.exampleBody(DELETED_FLOW_ID)).toEqual({});
  });

  it('tells before a sign-in which flows are gone, and which cannot be looked at', async () => {
    const { book } = await signedIn([VIEW], 'grace@lab.example');
    const ids = [
      HELLO_FLOW_ID,
      DELETED_FLOW_ID,
      PRIVATE_FLOW_ID,
      NO_SUCH_FLOW,
      HIGH_ASSURANCE_FLOW_ID,
      'nonsense',
    ];
    const checked = await book.check(ids);
    expect(checked.present).toEqual([HELLO_FLOW_ID]);
    expect(checked.gone).toEqual([DELETED_FLOW_ID, PRIVATE_FLOW_ID, NO_SUCH_FLOW, 'nonsense']);
    expect(checked.unknown).toEqual([HIGH_ASSURANCE_FLOW_ID]);
    const without = callsRig(sandbox);
    expect(await without.book.check([HELLO_FLOW_ID])).toMatchObject({ unknown: [HELLO_FLOW_ID], gone: [] });
  });
});

describe('the runs of a flow', () => {
  it.each(['run_status', 'run_manage', 'all'])(
    'lists them with a token for %s, the newest first',
    async (name) => {
      const { book } = await signedIn([scopeOf(name)]);
      const runs = valueOf(await book.runs(TRANSFER_FLOW_ID));
      const times = runs.map(({ startedAt }) => startedAt ?? 0);
      expect(times).toEqual([...times].sort((a, b) => b - a));
      expect(runs.map(({ id }) => id)).toContain(INACTIVE_RUN_ID);
    },
  );

  it('lists them with the flow’s own token, by the flow’s own route', async () => {
    const { book, sent } = await signedIn([flowScope(TRANSFER_FLOW_ID)]);
    expect(valueOf(await book.runs(TRANSFER_FLOW_ID)).length).toBeGreaterThan(0);
    expect(new URL(sent[0]?.url ?? '').pathname).toBe(`/flows/${TRANSFER_FLOW_ID}/runs`);
  });

  it('[C19] says what an inactive run waits for, and which consent mends it', async () => {
    const { book } = await signedIn([scopeOf('run_status')]);
    const runs = valueOf(await book.runs(TRANSFER_FLOW_ID));
    const waiting = runs.find(({ id }) => id === INACTIVE_RUN_ID);
    expect(waiting?.status).toBe('INACTIVE');
    const requirement = waiting?.requirement ?? null;
    if (requirement === null) throw new Error('no requirement');
    const scope = flowScope(TRANSFER_FLOW_ID);
    const offer = offerFor(requirement, scope);
    expect(offer.kind).toBe('consent');
    expect(offer.scopes).toHaveLength(1);
    expect(offer.scopes[0]).toMatch(new RegExp(`^${scope}\\[.*${MAPPED_COLLECTION_ID}/data_access`));
    expect(runs.filter(({ status }) => status !== 'INACTIVE').every((run) => run.requirement === null)).toBe(
      true,
    );
  });

  it('names the narrowest scope that is missing', async () => {
    const { book } = await signedIn();
    const problem = problemOf(await book.runs(TRANSFER_FLOW_ID));
    expect(problem.title).toContain('run_status');
    expect(problem.next).toContain(`flow:${TRANSFER_FLOW_ID}`);
    expect(problemOf(await book.runs('nonsense')).reason).toBe('bad-input');
  });

  it('explains the role that is missing', async () => {
    const detail = 'Missing permissions: VIEW.';
    const refusal = { error: { code: 'FORBIDDEN', detail } };
    const rig = callsRig(sandbox, {
      fetch: (url, init) =>
        String(url).includes('/runs')
          ? Promise.resolve(Response.json(refusal, { status: 403 }))
          : fetch(url, init),
    });
    await rig.holder.signIn([VIEW, scopeOf('run_status')]);
    const { role } = valueOf(await rig.book.add(HELLO_FLOW_ID));
    expect(problemOf(await rig.book.runs(HELLO_FLOW_ID)).title).toContain(role ?? 'a role');
  });
});

/** The same page with five items only. */
function smaller(url: string | URL): URL {
  const page = new URL(url);
  page.searchParams.set('per_page', '5');
  return page;
}

async function rename(token: string, title: string): Promise<void> {
  const response = await fetch(`${sandbox.flows.origin}/flows/${PASS_FLOW_ID}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title }),
  });
  expect(response.status).toBe(200);
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problem.title);
  return result.value;
}

function problemOf(result: Result<unknown>) {
  if (result.ok) throw new Error('no problem');
  return result.problem;
}
