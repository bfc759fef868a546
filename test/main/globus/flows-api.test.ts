import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFlows } from '../../../main/globus/flow-check.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { FlowsApi } from '../../../main/globus/flows-api.ts';
import type { ApiResult } from '../../../main/globus/flows-http.ts';
import { readFlow, readPage, readRun } from '../../../main/globus/flows-types.ts';
import {
  CANCELED_RUN_ID,
  DELETED_FLOW_ID,
  HELLO_FLOW_ID,
  HIGH_ASSURANCE_FLOW_ID,
  HIGH_ASSURANCE_POLICY_ID,
  INACTIVE_RUN_ID,
  PASS_FLOW_ID,
  PRIVATE_FLOW_ID,
  TRANSFER_FLOW_ID,
  VIEW_ONLY_FLOW_ID,
} from '../../sandbox/flows/seed.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { realClock } from '../../support/agent-parts.ts';
import { FLOWS_PREFIX, signIn, tokenOf } from '../../support/native-app.ts';

let sandbox: Sandbox;
let ada: FlowsApi;
let grace: FlowsApi;
let viewer: FlowsApi;
let helloToken: FlowsApi;

function api(token: string): FlowsApi {
  return new FlowsApi({
    fetch,
    clock: realClock,
    origin: sandbox.flows.origin,
    token: () => Promise.resolve(token),
  });
}

beforeAll(async () => {
  sandbox = await startSandbox();
  const flows = 'flows.globus.org';
  const own = await signIn(sandbox, `${FLOWS_PREFIX}all ${flowScope(HELLO_FLOW_ID)}`);
  ada = api(tokenOf(own.byServer, flows).access_token);
  helloToken = api(tokenOf(own.byServer, HELLO_FLOW_ID).access_token);
  const other = await signIn(sandbox, `${FLOWS_PREFIX}all`, {}, { username: 'grace@lab.example' });
  grace = api(tokenOf(other.byServer, flows).access_token);
  const narrow = await signIn(sandbox, `${FLOWS_PREFIX}view_flows`);
  viewer = api(tokenOf(narrow.byServer, flows).access_token);
});

afterAll(() => sandbox.close());

function valueOf<T>(result: ApiResult<T>): T {
  if (result.kind !== 'ok') throw new Error(`not ok: ${JSON.stringify(result)}`);
  return result.value;
}

describe('a flow', () => {
  it('comes with its own scope, the role of the user and its input schema', async () => {
    expect(valueOf(await ada.getFlow(HELLO_FLOW_ID.toUpperCase()))).toMatchObject({
      id: HELLO_FLOW_ID,
      title: 'Hello',
      description: 'Says hello',
      keywords: ['demo', 'hello'],
      scope: flowScope(HELLO_FLOW_ID),
      owner: 'urn:globus:auth:identity:11111111-1111-4111-8111-111111111111',
      role: 'flow_owner',
      inputSchema: { required: ['name'] },
      highAssurance: false,
      createdAt: expect.any(Number) as number,
      updatedAt: expect.any(Number) as number,
    });
    expect(valueOf(await grace.getFlow(VIEW_ONLY_FLOW_ID)).role).toBe('flow_viewer');
  });

  it('[C19] is refused with what would open it', async () => {
    const result = await ada.getFlow(HIGH_ASSURANCE_FLOW_ID);
    expect(result).toMatchObject({
      kind: 'refused',
      status: 403,
      code: 'AUTHENTICATION_POLICY_REQUIRED',
      gare: { session: { policies: [HIGH_ASSURANCE_POLICY_ID] } },
    });
  });

  it('is not found when it is deleted, or of somebody else', async () => {
    for (const [who, id] of [
      [ada, DELETED_FLOW_ID],
      [grace, PRIVATE_FLOW_ID],
    ] as const) {
      expect(await who.getFlow(id)).toMatchObject({
        kind: 'refused',
        status: 404,
        code: 'NOT_FOUND',
        gare: null,
        error: { kind: 'not-found' },
      });
    }
  });

  it.each(['', '../runs', `${PASS_FLOW_ID}/run`, `${PASS_FLOW_ID}?x`])(
    '[C17] is not asked for with %j, which is no ID',
    async (id) => {
      const before = sandbox.log.length;
      await expect(ada.getFlow(id)).rejects.toThrow(RangeError);
      await expect(ada.getRun(id)).rejects.toThrow(RangeError);
      await expect(ada.listFlowRuns(id)).rejects.toThrow(RangeError);
      await expect(ada.listRuns({ flowId: id })).rejects.toThrow(RangeError);
      expect(sandbox.log).toHaveLength(before);
    },
  );
});

describe('lists of flows', () => {
  it('come page by page to the end, each flow once', async () => {
    const ids: string[] = [];
    let pages = 0;
    for await (const page of ada.eachFlowPage({ perPage: 7 })) {
      pages += 1;
      expect(valueOf(page).skipped).toBe(0);
      ids.push(...valueOf(page).items.map(({ id }) => id));
    }
    expect(pages).toBeGreaterThan(4);
    expect(ids.length).toBeGreaterThan(28);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain(PRIVATE_FLOW_ID);
    expect(ids).not.toContain(DELETED_FLOW_ID);
  });

  it('are filtered by role and by text, and go on from a marker alone', async () => {
    const own = valueOf(await grace.listFlows({ roles: ['flow_owner'], fulltext: ' Sample ', perPage: 2 }));
    expect(own.items.map(({ role }) => role)).toEqual(['flow_owner', 'flow_owner']);
    for (const { title } of own.items) expect(title).toMatch(/^Sample/);
    const next = valueOf(await grace.listFlows({}, own.marker));
    expect(next.items.map(({ title }) => title)).not.toContain(own.items[0]?.title);
    for (const flow of next.items) expect(flow.role).toBe('flow_owner');
    const runnable = valueOf(
      await grace.listFlows({ roles: ['flow_starter', 'flow_administrator'], perPage: 500 }),
    );
    expect(runnable.items.map(({ id }) => id)).toContain(HELLO_FLOW_ID);
    expect(runnable.items.map(({ id }) => id)).not.toContain(VIEW_ONLY_FLOW_ID);
  });

  it('[C57] end at the limits of pages and items', async () => {
    const count = async (limits: { pages?: number; items?: number }) => {
      let pages = 0;
      for await (const page of ada.eachFlowPage({ perPage: 5 }, limits))
        pages += valueOf(page).items.length > 0 ? 1 : 0;
      return pages;
    };
    expect(await count({ pages: 2 })).toBe(2);
    expect(await count({ items: 11 })).toBe(3);
    expect(await count({ pages: 0 })).toBe(0);
  });

  it('[C53] say once that a page failed, and end there', async () => {
    const kinds: string[] = [];
    const removals: (() => void)[] = [];
    for await (const page of ada.eachFlowPage({ perPage: 5 })) {
      kinds.push(page.kind);
      removals.push(sandbox.addFault({ host: 'flows', path: '/flows', kind: 'status', status: 502 }));
    }
    for (const remove of removals) remove();
    expect(kinds).toEqual(['ok', 'unreachable']);
  });

  it('[C53] end where a marker comes again, instead of going round for ever', async () => {
    const turning = new FlowsApi({
      fetch: () => Promise.resolve(Response.json({ flows: [], has_next_page: true, marker: 'same' })),
      clock: realClock,
      origin: sandbox.flows.origin,
      token: () => Promise.resolve('t'),
    });
    let pages = 0;
    for await (const page of turning.eachFlowPage()) pages += valueOf(page).marker === 'same' ? 1 : 0;
    expect(pages).toBe(2);
  });

  it('hide the schema of a High Assurance flow without failing', async () => {
    const page = valueOf(await ada.listFlows({ fulltext: 'Protected data' }));
    expect(page.items[0]).toMatchObject({ highAssurance: true, inputSchema: null });
  });
});

describe('runs', () => {
  it('of one flow come the newest first, with their states', async () => {
    const page = valueOf(await ada.listRuns({ flowId: TRANSFER_FLOW_ID, statuses: ['INACTIVE'] }));
    expect(page.items.map(({ id }) => id)).toContain(INACTIVE_RUN_ID);
    for (const run of page.items) expect(run).toMatchObject({ flowId: TRANSFER_FLOW_ID, status: 'INACTIVE' });
    const times: number[] = [];
    for await (const each of ada.eachRunPage())
      times.push(...valueOf(each).items.map((run) => run.startedAt ?? 0));
    expect(times.length).toBeGreaterThan(20);
    expect(times).toEqual([...times].sort((one, other) => other - one));
  });

  it('of a flow can be listed with the flow’s own token', async () => {
    const page = valueOf(await helloToken.listFlowRuns(HELLO_FLOW_ID));
    expect(page.items.length).toBeGreaterThan(0);
    for (const run of page.items) expect(run.flowId).toBe(HELLO_FLOW_ID);
    expect(await helloToken.listFlowRuns(PASS_FLOW_ID)).toMatchObject({
      kind: 'refused',
      error: { kind: 'missing-scope', scopes: [flowScope(PASS_FLOW_ID)] },
    });
  });

  it('[C19] tell what they wait for', async () => {
    expect(valueOf(await ada.getRun(INACTIVE_RUN_ID))).toMatchObject({
      id: INACTIVE_RUN_ID,
      status: 'INACTIVE',
      role: 'run_owner',
      code: 'ConsentRequired',
      requirement: { code: 'ConsentRequired', requiredScopes: [expect.stringContaining('data_access')] },
    });
    expect(valueOf(await ada.getRun(CANCELED_RUN_ID))).toMatchObject({
      status: 'FAILED',
      code: 'FlowCanceled',
      requirement: null,
    });
  });

  it('[C19] name the scope that a token lacks', async () => {
    expect(await viewer.getRun(INACTIVE_RUN_ID)).toMatchObject({
      kind: 'refused',
      status: 403,
      code: 'MISSING_SCOPE',
      error: { kind: 'missing-scope', scopes: [`${FLOWS_PREFIX}run_status`] },
    });
  });
});

describe('checkFlows', () => {
  it('[C15] finds the deleted flow before the sign-in does, and keeps the others', async () => {
    const ids = [HELLO_FLOW_ID, DELETED_FLOW_ID, PASS_FLOW_ID, HIGH_ASSURANCE_FLOW_ID, HELLO_FLOW_ID];
    const checks = await checkFlows(ada, ids);
    expect([...checks].map(([id, { kind }]) => [id, kind]).sort()).toEqual(
      [
        [HELLO_FLOW_ID, 'present'],
        [DELETED_FLOW_ID, 'gone'],
        [PASS_FLOW_ID, 'present'],
        [HIGH_ASSURANCE_FLOW_ID, 'unknown'],
      ].sort(),
    );
    const good = [...checks.values()].flatMap((check) =>
      check.kind === 'present' ? [check.flow.scope] : [],
    );
    await expect(signIn(sandbox, good.join(' '))).resolves.toBeDefined();
    await expect(signIn(sandbox, [...good, flowScope(DELETED_FLOW_ID)].join(' '))).rejects.toThrow(
      /UNKNOWN_SCOPE/,
    );
  });
});

describe('what the answers may look like', () => {
  const id = PASS_FLOW_ID;

  it('[C17] takes no scope from a flow but the one of this very flow', () => {
    const foreign = [
      'urn:globus:auth:scope:transfer.api.globus.org:all',
      flowScope(HELLO_FLOW_ID),
      `${flowScope(id)}[openid]`,
      '',
      7,
    ];
    for (const globus_auth_scope of foreign) expect(readFlow({ id, globus_auth_scope })?.scope).toBeNull();
    expect(readFlow({ id, globus_auth_scope: flowScope(id) })?.scope).toBe(flowScope(id));
  });

  it('[C53] needs an ID, and bears with everything else', () => {
    expect(
      readFlow({ id, title: 7, user_roles: 'x', created_at: 'soon', keywords: null, new_field: {} }),
    ).toMatchObject({
      title: id,
      roles: [],
      keywords: [],
      createdAt: null,
      inputSchema: null,
    });
    expect(readRun({ run_id: id, status: 'PAUSED', details: 'none' })).toMatchObject({
      status: 'PAUSED',
      code: null,
    });
    for (const bad of [null, [], 'x', {}, { id: 'x' }, { id: 7 }]) expect(readFlow(bad)).toBeNull();
    for (const bad of [{ run_id: id }, { run_id: id, status: '' }, { status: 'ACTIVE' }])
      expect(readRun(bad)).toBeNull();
  });

  it('[C53] one bad item does not hide the others, and a page without a list is none', () => {
    const page = { flows: [{ id }, { id: 'x' }, null], marker: 'm', has_next_page: true };
    expect(readPage(page, 'flows', readFlow)).toMatchObject({ items: [{ id }], marker: 'm', skipped: 2 });
    expect(readPage({ ...page, has_next_page: false }, 'flows', readFlow)?.marker).toBeNull();
    expect(readPage({ flows: [] }, 'flows', readFlow)).toEqual({ items: [], marker: null, skipped: 0 });
    for (const bad of [null, {}, { flows: {} }, { runs: [] }])
      expect(readPage(bad, 'flows', readFlow)).toBeNull();
  });

  it('shows texts of a flow as plain text', () => {
    const flow = readFlow({ id, title: 'a\u001b[31m\u202eb\n', user_role: 'flow_\u0007owner' });
    expect(flow).toMatchObject({ title: 'a [31mb', role: 'flow_ owner' });
  });
});
