import { describe, expect, it } from 'vitest';

import { flowScope } from './auth.ts';
import { FlowsBench, listAt, textAt, type Answer } from './bench.ts';
import { PASS_FLOW_ID, SUCCEEDED_RUN_ID } from './seed.ts';

const SECOND = 1_000;

function start(bench: FlowsBench, flowId: string): Answer {
  return bench.call('POST', `/flows/${flowId}/run`, bench.flowToken(flowId), { body: {} });
}

function show(bench: FlowsBench, id: unknown): Record<string, unknown> {
  return bench.get(`/runs/${String(id)}`, bench.token('run_status')).body;
}

describe('log, definition, description', () => {
  function longRun(bench: FlowsBench): string {
    const names = Array.from({ length: 12 }, (_, index) => `S${index}`);
    const States = Object.fromEntries(
      names.map((name, index) => {
        const next = names[index + 1];
        return [name, next === undefined ? { Type: 'Pass', End: true } : { Type: 'Pass', Next: next }];
      }),
    );
    const created = bench.call('POST', '/flows', bench.token('all'), {
      title: 'Long',
      definition: { StartAt: 'S0', States },
    });
    const id = textAt(start(bench, textAt(created.body, 'id')).body, 'run_id');
    bench.clock.advance(60 * SECOND);
    return id;
  }

  it('pages through a log by tens, without a marker on the last page', () => {
    const bench = new FlowsBench();
    const id = longRun(bench);
    const pages = bench.pages(`/runs/${id}/log`, bench.token('run_status'));
    // 24 entries of 12 states, the start and the end.
    expect(pages.map((page) => listAt(page, 'entries').length)).toEqual([10, 10, 6]);
    expect(pages.map((page) => [page['limit'], page['has_next_page'], 'marker' in page])).toEqual([
      [10, true, true],
      [10, true, true],
      [10, false, false],
    ]);
    const codes = pages.flatMap((page) => listAt(page, 'entries')).map((entry) => entry['code']);
    expect(codes[0]).toBe('FlowStarted');
    expect(codes.at(-1)).toBe('FlowSucceeded');
  });

  it('reverses a log, takes the spelling of both SDKs and a limit', () => {
    const bench = new FlowsBench();
    const id = longRun(bench);
    const token = bench.token('run_status');
    const forward = listAt(bench.get(`/runs/${id}/log?limit=100`, token).body, 'entries');
    for (const word of ['true', 'True']) {
      const pages = bench.pages(`/runs/${id}/log?reverse_order=${word}&limit=9`, token);
      expect(pages.flatMap((page) => listAt(page, 'entries'))).toEqual([...forward].reverse());
    }
    const flow = show(bench, id)['flow_id'];
    expect(bench.get(`/flows/${String(flow)}/runs/${id}/log?limit=100`, token).body['entries']).toEqual(
      forward,
    );
  });

  it('shows the definition of the start, whatever the flow has become', () => {
    const bench = new FlowsBench();
    const token = bench.token('all');
    const before = bench.get(`/flows/${PASS_FLOW_ID}`, token).body;
    bench.call('PUT', `/flows/${PASS_FLOW_ID}`, token, {
      definition: { StartAt: 'New', States: { New: { Type: 'Pass', End: true } } },
    });
    expect(bench.get(`/runs/${SUCCEEDED_RUN_ID}/definition`, token)).toEqual({
      status: 200,
      body: { flow_id: PASS_FLOW_ID, definition: before['definition'], input_schema: before['input_schema'] },
    });
  });

  it('adds a description of the flow on demand', () => {
    const bench = new FlowsBench();
    const token = bench.token('run_status');
    const plain = show(bench, SUCCEEDED_RUN_ID);
    const target = `/runs/${SUCCEEDED_RUN_ID}?include_flow_description`;
    expect(bench.get(`${target}=false`, token).body).toEqual(plain);
    const { flow_description, ...rest } = bench.get(`${target}=True`, token).body;
    expect(rest).toEqual(plain);
    expect(flow_description).toMatchObject({ id: PASS_FLOW_ID, globus_auth_scope: flowScope(PASS_FLOW_ID) });
  });
});
