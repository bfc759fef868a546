import { describe, expect, it } from 'vitest';

import { at, FlowsBench } from './bench.ts';
import {
  ACTIVE_RUN_ID,
  APPROVAL_RUN_ID,
  FAILED_RUN_ID,
  INACTIVE_RUN_ID,
  OPEN_WEB_INPUT_ID,
  SUCCEEDED_RUN_ID,
  TRANSFER_FLOW_ID,
  WAITING_FLOW_ID,
} from './seed.ts';

const SECOND = 1_000;

function show(bench: FlowsBench, id: unknown): Record<string, unknown> {
  return bench.get(`/runs/${String(id)}`, bench.token('run_status')).body;
}

describe('cancel, release, resume', () => {
  it('cancels with 202: FAILED with FlowCanceled, and nothing happens afterwards', () => {
    const bench = new FlowsBench();
    const { status, body } = bench.call('POST', `/runs/${ACTIVE_RUN_ID}/cancel`, bench.token('run_manage'));
    expect(status).toBe(202);
    expect(body).toMatchObject({
      status: 'FAILED',
      completion_time: '2026-06-01T12:00:00.000000+00:00',
      details: { code: 'FlowCanceled' },
    });
    bench.clock.advance(60 * 24 * 3_600 * SECOND);
    expect(show(bench, ACTIVE_RUN_ID)).toEqual(body);
  });

  it('closes the web input of a canceled run', () => {
    const bench = new FlowsBench();
    expect(show(bench, APPROVAL_RUN_ID)['blocking_web_input_id']).toBe(OPEN_WEB_INPUT_ID);
    const canceled = bench.call('POST', `/runs/${APPROVAL_RUN_ID}/cancel`, bench.token('all')).body;
    expect(canceled['blocking_web_input_id']).toBeNull();
    expect(bench.get(`/web_inputs/${OPEN_WEB_INPUT_ID}`, bench.token('all')).body['status']).toBe('closed');
  });

  it('leaves an ended run as it is when it is canceled', () => {
    const bench = new FlowsBench();
    const before = show(bench, SUCCEEDED_RUN_ID);
    expect(bench.call('POST', `/runs/${SUCCEEDED_RUN_ID}/cancel`, bench.token('all'))).toEqual({
      status: 202,
      body: before,
    });
  });

  it('releases ended runs and answers 409 for those that go on', () => {
    const bench = new FlowsBench();
    const token = bench.token('run_manage');
    for (const [id, status] of [
      [ACTIVE_RUN_ID, 'ACTIVE'],
      [INACTIVE_RUN_ID, 'INACTIVE'],
    ] as const) {
      const refused = bench.call('POST', `/runs/${id}/release`, token);
      expect([refused.status, at(refused.body, 'error.code')]).toEqual([409, 'STATE_CONFLICT']);
      expect(at(refused.body, 'error.detail')).toContain(`'${status}'`);
    }
    const before = show(bench, SUCCEEDED_RUN_ID);
    expect(bench.call('POST', `/runs/${SUCCEEDED_RUN_ID}/release`, token)).toEqual({
      status: 200,
      body: before,
    });
    expect(bench.call('POST', `/runs/${SUCCEEDED_RUN_ID}/release`, token).status).toBe(404);
  });

  it('resumes under its older names, and only what is INACTIVE', () => {
    for (const path of [
      `/flows/${TRANSFER_FLOW_ID}/runs/${INACTIVE_RUN_ID}/resume`,
      `/flows/${TRANSFER_FLOW_ID}/${INACTIVE_RUN_ID}/resume`,
    ]) {
      const bench = new FlowsBench();
      const token = bench.flowToken(TRANSFER_FLOW_ID);
      expect(bench.call('POST', path, token).status).toBe(200);
      expect(bench.call('POST', path, token).status).toBe(409);
    }
    const bench = new FlowsBench();
    const active = bench.call('POST', `/runs/${ACTIVE_RUN_ID}/resume`, bench.flowToken(WAITING_FLOW_ID));
    expect([active.status, at(active.body, 'error.code')]).toEqual([409, 'STATE_CONFLICT']);
  });
});

describe('update and batch', () => {
  it('changes label, tags and people, whatever is named', () => {
    const bench = new FlowsBench();
    const before = show(bench, SUCCEEDED_RUN_ID);
    const { status, body } = bench.call('PUT', `/runs/${SUCCEEDED_RUN_ID}`, bench.token('run_manage'), {
      label: 'New label',
      tags: ['a', 'b'],
      run_managers: [bench.urn(2)],
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      label: 'New label',
      tags: ['a', 'b'],
      run_managers: [bench.urn(2)],
      manage_by: [bench.urn(2)],
    });
    const long = bench.call('PUT', `/runs/${SUCCEEDED_RUN_ID}`, bench.token('all'), {
      label: 'x'.repeat(65),
    });
    expect([long.status, at(long.body, 'error.detail.0.loc')]).toEqual([422, ['label']]);
  });

  it('changes many runs at once', () => {
    const bench = new FlowsBench();
    const { status } = bench.call('POST', '/batch/runs', bench.token('run_manage'), {
      filters: { run_ids: [ACTIVE_RUN_ID, SUCCEEDED_RUN_ID] },
      set: { status: 'cancel' },
      add: { tags: ['batch'], run_monitors: [bench.urn(2)] },
      remove: { tags: ['demo'] },
    });
    expect(status).toBe(202);
    expect(show(bench, ACTIVE_RUN_ID)).toMatchObject({ status: 'FAILED', tags: ['batch'] });
    expect(show(bench, SUCCEEDED_RUN_ID)).toMatchObject({ status: 'SUCCEEDED', tags: ['batch'] });
    expect(show(bench, SUCCEEDED_RUN_ID)['run_monitors']).toContain(bench.urn(2));
  });

  it('refuses a batch as a whole when one of its runs may not be managed', () => {
    const bench = new FlowsBench();
    const answer = bench.call('POST', '/batch/runs', bench.token('all', 1), {
      filters: { run_ids: [FAILED_RUN_ID, ACTIVE_RUN_ID] },
      set: { status: 'cancel', label: 'changed' },
    });
    expect([answer.status, at(answer.body, 'error.code')]).toEqual([403, 'FORBIDDEN']);
    expect(show(bench, FAILED_RUN_ID)['label']).toBe('Doomed');
  });

  it.each([
    ['no filters', {}],
    ['no run IDs', { filters: { run_ids: [] } }],
    ['a bad run ID', { filters: { run_ids: ['x'] } }],
    ['an unknown status', { filters: { run_ids: [ACTIVE_RUN_ID] }, set: { status: 'pause' } }],
    ['a bad addition', { filters: { run_ids: [ACTIVE_RUN_ID] }, add: { run_managers: ['x'] } }],
  ])('refuses a batch with %s', (_, body) => {
    const bench = new FlowsBench();
    expect(bench.call('POST', '/batch/runs', bench.token('all'), body).status).toBe(422);
  });
});
