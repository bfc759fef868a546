import { describe, expect, it } from 'vitest';

import { at, FlowsBench, listAt } from './bench.ts';
import { HELLO_FLOW_ID, PASS_FLOW_ID, SUCCEEDED_RUN_ID, TRANSFER_FLOW_ID, WAITING_FLOW_ID } from './seed.ts';
import type { JsonObject } from './values.ts';

function ids(list: readonly JsonObject[], key = 'id'): unknown[] {
  return list.map((item) => item[key]);
}

describe('paging', () => {
  it.each([
    ['/flows', 'flows', 'id', 20, 25],
    ['/runs', 'runs', 'run_id', 20, 41],
    ['/registered_apis', 'registered_apis', 'id', 10, 11],
  ] as const)('[C57] goes through %s to the end, every item once', (path, key, id, size, least) => {
    const bench = new FlowsBench();
    // All runs together are seen through a manager of every flow, so they are counted over the users.
    const tokens = path === '/runs' ? [0, 1, 2] : [0];
    const seen = tokens.flatMap((user) => {
      const pages = bench.pages(path, bench.token('all', user));
      pages.forEach((page, index) => {
        const isLast = index === pages.length - 1;
        expect(page['has_next_page']).toBe(!isLast);
        expect(page['limit']).toBe(listAt(page, key).length);
        if (isLast) expect(page['marker']).toBeNull();
        else expect(listAt(page, key)).toHaveLength(size);
      });
      const own = pages.flatMap((page) => ids(listAt(page, key), id));
      expect(new Set(own).size).toBe(own.length);
      if (user === 0) expect(pages.length).toBeGreaterThan(1);
      return own;
    });
    expect(new Set(seen).size).toBeGreaterThanOrEqual(least);
  });

  it('ignores every other argument beside a marker and keeps the first call’s ones', () => {
    const bench = new FlowsBench();
    const token = bench.token('all');
    const first = bench.get('/flows?per_page=3&orderby=title%20ASC', token).body;
    const marker = encodeURIComponent(String(first['marker']));
    const second = bench.get(`/flows?marker=${marker}&per_page=50&orderby=title%20DESC&filter_roles=`, token);
    expect(second.status).toBe(200);
    const all = ids(
      listAt(bench.get('/flows?per_page=100&orderby=title%20ASC', token).body, 'flows'),
      'title',
    );
    expect(ids(listAt(first, 'flows'), 'title')).toEqual(all.slice(0, 3));
    expect(ids(listAt(second.body, 'flows'), 'title')).toEqual(all.slice(3, 6));
    const old = bench.get(`/flows?pagination_token=${marker}`, token);
    expect(old.body).toEqual(second.body);
  });

  it('neither repeats nor hides items when the list grows between two pages', () => {
    const bench = new FlowsBench();
    const token = bench.token('all');
    const first = bench.get('/runs?per_page=5', token).body;
    bench.call('POST', `/flows/${PASS_FLOW_ID}/run`, bench.flowToken(PASS_FLOW_ID), { body: {} });
    const second = bench.get(`/runs?marker=${String(first['marker'])}`, token).body;
    const seen = [...listAt(first, 'runs'), ...listAt(second, 'runs')].map((run) => run['run_id']);
    expect(new Set(seen).size).toBe(10);
  });

  it.each(['nonsense', Buffer.from('["/runs","","x",3]').toString('base64url'), ''])(
    'refuses the marker %j with 400',
    (marker) => {
      const bench = new FlowsBench();
      expect(bench.get(`/flows?marker=${marker}`, bench.token('all')).status).toBe(400);
    },
  );

  it('takes numbered pages', () => {
    const bench = new FlowsBench();
    const token = bench.token('all');
    const marked = bench.pages('/flows?per_page=4', token)[1];
    expect(ids(listAt(bench.get('/flows?per_page=4&page=2', token).body, 'flows'))).toEqual(
      ids(listAt(marked, 'flows')),
    );
  });
});

describe('flow filters', () => {
  it.each([
    ['filter_roles=flow_owner', (flow: JsonObject) => flow['user_role'] === 'flow_owner'],
    ['filter_roles=flow_owners', (flow: JsonObject) => flow['user_role'] === 'flow_owner'],
    ['filter_roles=flow_administrator,run_manager', (flow: JsonObject) => flow['id'] !== PASS_FLOW_ID],
    ['filter_title=hello', (flow: JsonObject) => flow['id'] === HELLO_FLOW_ID],
    ['filter_subtitle=staging', (flow: JsonObject) => flow['id'] === TRANSFER_FLOW_ID],
    ['filter_description=SAYS', (flow: JsonObject) => flow['id'] === HELLO_FLOW_ID],
    ['filter_keywords=hop', (flow: JsonObject) => flow['id'] === TRANSFER_FLOW_ID],
    [`filter_scope_string=${HELLO_FLOW_ID}`, (flow: JsonObject) => flow['id'] === HELLO_FLOW_ID],
    [`filter_fulltext=${WAITING_FLOW_ID}`, (flow: JsonObject) => flow['id'] === WAITING_FLOW_ID],
  ])('keeps only what %s asks for', (query, holds) => {
    const bench = new FlowsBench();
    const user = query.includes('run_manager') ? 1 : 0;
    const flows = bench
      .pages(`/flows?${query}`, bench.token('view_flows', user))
      .flatMap((page) => listAt(page, 'flows'));
    expect(flows.length).toBeGreaterThan(0);
    expect(flows.filter((flow) => !holds(flow))).toEqual([]);
  });

  it('orders by several fields, comma-joined or repeated', () => {
    const bench = new FlowsBench();
    const token = bench.token('all');
    const joined = bench.get('/flows?orderby=flow_owner%20DESC,title%20ASC&per_page=100', token).body;
    const repeated = bench.get(
      '/flows?orderby=flow_owner%20DESC&orderby=title%20ASC&per_page=100',
      token,
    ).body;
    expect(joined).toEqual(repeated);
    const owners = ids(listAt(joined, 'flows'), 'flow_owner').map(String);
    expect(owners).toEqual([...owners].sort().reverse());
  });
});

describe('run filters', () => {
  it.each([
    [
      'filter_status=ACTIVE,INACTIVE',
      (run: JsonObject) => ['ACTIVE', 'INACTIVE'].includes(String(run['status'])),
    ],
    ['filter_status=SUCCEEDED', (run: JsonObject) => run['status'] === 'SUCCEEDED'],
    ['filter_status=FAILED', (run: JsonObject) => run['status'] === 'FAILED'],
    ['filter_status=ENDED', (run: JsonObject) => run['status'] === 'ENDED'],
    ['filter_roles=run_monitor', (run: JsonObject) => run['user_role'] === 'run_monitor'],
    [
      `filter_flow_id=${PASS_FLOW_ID},${HELLO_FLOW_ID}`,
      (run: JsonObject) => run['flow_id'] !== WAITING_FLOW_ID,
    ],
    ['filter_label=well', (run: JsonObject) => run['run_id'] === SUCCEEDED_RUN_ID],
    ['filter_flow_title=hello', (run: JsonObject) => run['flow_id'] === HELLO_FLOW_ID],
    [
      'filter_start_time=2026-06-01T10:30:00Z,',
      (run: JsonObject) => String(run['start_time']) > '2026-06-01T10:30',
    ],
    [
      'filter_start_time=,2026-05-30T00:00:00Z',
      (run: JsonObject) => String(run['start_time']) < '2026-05-30',
    ],
    [
      'filter_completion_time=2026-05-30T00:00:00%2B00:00,2026-05-31T00:00:00+00:00',
      (run: JsonObject) => /^2026-05-30/.test(String(run['completion_time'])),
    ],
  ])('keeps only what %s asks for', (query, holds) => {
    const bench = new FlowsBench();
    const runs = bench
      .pages(`/runs?${query}`, bench.token('run_status'))
      .flatMap((page) => listAt(page, 'runs'));
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.filter((run) => !holds(run))).toEqual([]);
  });

  it('lists the runs of one flow, with the flow’s token too', () => {
    const bench = new FlowsBench();
    const path = `/flows/${PASS_FLOW_ID}/runs`;
    const runs = listAt(bench.get(path, bench.flowToken(PASS_FLOW_ID)).body, 'runs');
    expect(new Set(ids(runs, 'flow_id'))).toEqual(new Set([PASS_FLOW_ID]));
    expect(bench.get(path, bench.token('run_status')).body).toEqual(bench.get(path, bench.token('all')).body);
  });
});

describe('bad queries', () => {
  it.each([
    ['/flows?filter_roles=', 'filter_roles'],
    ['/flows?filter_roles=flow_king', 'filter_roles'],
    ['/flows?filter_roles=flow_owner,', 'filter_roles'],
    ['/flows?orderby=size%20ASC', 'orderby'],
    ['/flows?orderby=title%20UP', 'orderby'],
    ['/flows?orderby=', 'orderby'],
    ['/flows?orderby=constructor%20ASC', 'orderby'],
    ['/flows?per_page=0', 'per_page'],
    ['/flows?per_page=101', 'per_page'],
    ['/flows?per_page=ten', 'per_page'],
    ['/flows?page=0', 'page'],
    ['/runs?filter_roles=', 'filter_roles'],
    ['/runs?filter_status=DONE', 'filter_status'],
    ['/runs?filter_flow_id=hello', 'filter_flow_id'],
    ['/runs?filter_start_time=yesterday,', 'filter_start_time'],
    ['/runs?filter_start_time=2026-01-01T00:00:00Z', 'filter_start_time'],
    ['/runs?filter_completion_time=,', 'filter_completion_time'],
    [`/runs/${SUCCEEDED_RUN_ID}/log?limit=0`, 'limit'],
    [`/runs/${SUCCEEDED_RUN_ID}/log?limit=101`, 'limit'],
    [`/runs/${SUCCEEDED_RUN_ID}/log?reverse_order=maybe`, 'reverse_order'],
    ['/registered_apis?filter_roles=', 'filter_roles'],
    ['/registered_apis?per_page=101', 'per_page'],
    ['/web_inputs?filter_states=half', 'filter_states'],
    ['/web_inputs?filter_roles=owner', 'filter_roles'],
    [`/web_inputs?filter_run_ids=${Array(11).fill(SUCCEEDED_RUN_ID).join()}`, 'filter_run_ids'],
  ])('answers 400 to %s and names the parameter', (target, parameter) => {
    const bench = new FlowsBench();
    const { status, body } = bench.get(target, bench.token('all'));
    expect(status).toBe(400);
    expect(at(body, 'error.detail.0.loc')).toEqual(['query', parameter]);
  });
});
