import { describe, expect, it } from 'vitest';

import { flowScope } from './auth.ts';
import { at, FlowsBench, listAt, textAt, type Answer } from './bench.ts';
import {
  ACTIVE_RUN_ID,
  CANCELED_RUN_ID,
  DATA_ACCESS_SCOPE,
  ENDED_RUN_ID,
  FAILED_RUN_ID,
  FAILING_FLOW_ID,
  HELLO_FLOW_ID,
  HELLO_WORLD_SCOPE,
  INACTIVE_RUN_ID,
  PASS_FLOW_ID,
  SUCCEEDED_RUN_ID,
  TRANSFER_FLOW_ID,
  TRANSFER_SCOPE,
} from './seed.ts';

const SECOND = 1_000;

function start(bench: FlowsBench, flowId: string, body: unknown = {}, more: object = {}): Answer {
  return bench.call('POST', `/flows/${flowId}/run`, bench.flowToken(flowId), { body, ...more });
}

function show(bench: FlowsBench, id: unknown): Record<string, unknown> {
  return bench.get(`/runs/${String(id)}`, bench.token('run_status')).body;
}

describe('start', () => {
  it('answers 201 with an active run that has all its fields', () => {
    const bench = new FlowsBench();
    const { status, body } = start(
      bench,
      HELLO_FLOW_ID,
      { name: 'x' },
      {
        label: 'Demo',
        tags: ['  two   words ', 't'],
        run_monitors: [bench.urn(1)],
        run_managers: [bench.urn(2)],
        activity_notification_policy: { status: ['FAILED'] },
      },
    );
    expect(status).toBe(201);
    expect(body).toEqual({
      run_id: body['run_id'],
      action_id: body['run_id'],
      flow_id: HELLO_FLOW_ID,
      flow_title: 'Hello',
      flow_last_updated: '2026-05-30T12:00:00.000000+00:00',
      start_time: '2026-06-01T12:00:00.000000+00:00',
      completion_time: null,
      status: 'ACTIVE',
      display_status: 'ACTIVE',
      label: 'Demo',
      tags: ['two words', 't'],
      run_owner: bench.urn(0),
      created_by: bench.urn(0),
      run_managers: [bench.urn(2)],
      run_monitors: [bench.urn(1)],
      manage_by: [bench.urn(2)],
      monitor_by: [bench.urn(1)],
      user_role: 'run_owner',
      blocking_web_input_id: null,
      details: {
        code: 'FlowStarting',
        description: 'The Flow is starting execution',
        details: { input: { name: 'x' } },
      },
    });
    expect(show(bench, body['run_id'])).toEqual(body);
  });

  it.each([
    ['a wrong type', { name: 7 }, '$.name', "7 is not of type 'string'"],
    ['a missing field', {}, '$', "'name' is a required property"],
    [
      'an unknown field',
      { name: 'x', other: 1 },
      '$',
      "Additional properties are not allowed ('other' was unexpected)",
    ],
  ])('[C59] refuses input with %s as FLOW_INPUT_ERROR, in a dry check too', (_, input, loc, msg) => {
    const bench = new FlowsBench();
    const token = bench.flowToken(HELLO_FLOW_ID);
    for (const part of ['run', 'validate_run']) {
      const answer = bench.call('POST', `/flows/${HELLO_FLOW_ID}/${part}`, token, { body: input });
      expect(answer.status).toBe(400);
      expect(at(answer.body, 'error')).toEqual({
        code: 'FLOW_INPUT_ERROR',
        detail: [{ loc: [loc], msg, type: 'InvalidActionInput' }],
      });
    }
  });

  it.each([
    ['no body', { body: undefined }, ['body']],
    ['a body that is no object', { body: 'x' }, ['body']],
    ['a long label', { label: 'x'.repeat(65) }, ['label']],
    ['bad monitors', { run_monitors: ['public'] }, ['run_monitors', 0]],
    [
      'a bad notification',
      { activity_notification_policy: { status: ['ACTIVE'] } },
      ['activity_notification_policy', 'status'],
    ],
    ['more than 200 KB', { body: { text: 'x'.repeat(200 * 1_024) } }, ['body']],
  ])('refuses %s with 422', (_, fields, loc) => {
    const bench = new FlowsBench();
    const body = { body: {}, ...fields };
    const answer = bench.call('POST', `/flows/${PASS_FLOW_ID}/run`, bench.flowToken(PASS_FLOW_ID), body);
    expect([answer.status, at(answer.body, 'error.detail.0.loc')]).toEqual([422, loc]);
  });

  it('checks a run without starting one', () => {
    const bench = new FlowsBench();
    const before = bench.pages('/runs', bench.token('all'));
    const answer = bench.call(
      'POST',
      `/flows/${HELLO_FLOW_ID}/validate_run`,
      bench.flowToken(HELLO_FLOW_ID),
      {
        body: { name: 'x' },
        label: 'Demo',
      },
    );
    expect(answer).toEqual({ status: 200, body: { message: 'validation successful' } });
    expect(bench.pages('/runs', bench.token('all'))).toEqual(before);
  });
});

describe('life cycle', () => {
  it('succeeds when the clock passes its end', () => {
    const bench = new FlowsBench();
    const { body } = start(bench, HELLO_FLOW_ID, { name: 'x', sleep_time: 10 });
    bench.clock.advance(11 * SECOND);
    expect(show(bench, body['run_id'])).toMatchObject({ status: 'ACTIVE', completion_time: null });
    bench.clock.advance(SECOND);
    const done = show(bench, body['run_id']);
    expect(done).toMatchObject({
      status: 'SUCCEEDED',
      display_status: 'SUCCEEDED',
      completion_time: '2026-06-01T12:00:12.000000+00:00',
      details: { code: 'FlowSucceeded', output: { name: 'x', Out: { details: { echo_string: 'x' } } } },
    });
    const log = bench.get(`/runs/${textAt(body, 'run_id')}/log`, bench.token('run_status')).body;
    expect(listAt(log, 'entries').map((entry) => entry['code'])).toEqual([
      'FlowStarted',
      'ActionStarted',
      'ActionCompleted',
      'FlowSucceeded',
    ]);
    expect(listAt(log, 'entries')[0]).toEqual({
      time: '2026-06-01T12:00:00.000000+00:00',
      code: 'FlowStarted',
      description: 'The Flow run started execution',
      details: { input: { name: 'x', sleep_time: 10 } },
    });
    expect(at(listAt(log, 'entries')[1], 'details')).toMatchObject({
      state_name: 'Hi',
      state_type: 'Action',
    });
  });

  it('fails in a Fail state', () => {
    const bench = new FlowsBench();
    const { body } = start(bench, FAILING_FLOW_ID);
    bench.clock.advance(60 * SECOND);
    expect(show(bench, body['run_id'])).toMatchObject({
      status: 'FAILED',
      details: { code: 'FlowFailed', details: { error: 'OnPurpose' } },
    });
  });

  it('waits as INACTIVE for a consent, and goes on once it is given and the run is resumed', () => {
    const bench = new FlowsBench();
    const input = { name: 'x', required_dependent_scope: TRANSFER_SCOPE };
    const id = textAt(start(bench, HELLO_FLOW_ID, input).body, 'run_id');
    bench.clock.advance(10 * SECOND);
    const scope = `${flowScope(HELLO_FLOW_ID)}[*${HELLO_WORLD_SCOPE}[*${TRANSFER_SCOPE}]]`;
    expect(show(bench, id)).toMatchObject({
      status: 'INACTIVE',
      completion_time: null,
      details: {
        code: 'ConsentRequired',
        required_scope: scope,
        authorization_parameters: { required_scopes: [scope] },
        details: { action_statuses: [{ state_name: 'Hi', details: { code: 'ConsentRequired' } }] },
      },
    });

    // Without the consent it comes back to the same place.
    const early = bench.call('POST', `/runs/${id}/resume`, bench.flowToken(HELLO_FLOW_ID));
    expect([early.status, early.body['status']]).toEqual([200, 'ACTIVE']);
    bench.clock.advance(10 * SECOND);
    expect(show(bench, id)['status']).toBe('INACTIVE');

    const dependencies = [[flowScope(HELLO_FLOW_ID), HELLO_WORLD_SCOPE, TRANSFER_SCOPE]];
    const resumed = bench.call(
      'POST',
      `/runs/${id}/resume`,
      bench.flowToken(HELLO_FLOW_ID, 0, { dependencies }),
    );
    expect(resumed.body['status']).toBe('ACTIVE');
    bench.clock.advance(10 * SECOND);
    expect(show(bench, id)['status']).toBe('SUCCEEDED');
  });

  it('starts without a pause when the consent is there from the beginning', () => {
    const bench = new FlowsBench();
    const dependencies = [[flowScope(TRANSFER_FLOW_ID), TRANSFER_SCOPE, DATA_ACCESS_SCOPE]];
    const log = bench.get(`/runs/${INACTIVE_RUN_ID}/log`, bench.token('all')).body;
    const input = at(listAt(log, 'entries')[0], 'details.input');
    for (const [consents, status] of [
      [[], 'INACTIVE'],
      [dependencies, 'SUCCEEDED'],
    ] as const) {
      const token = bench.flowToken(TRANSFER_FLOW_ID, 0, { dependencies: consents });
      const { body } = bench.call('POST', `/flows/${TRANSFER_FLOW_ID}/run`, token, { body: input });
      bench.clock.advance(120 * SECOND);
      expect(show(bench, body['run_id'])['status']).toBe(status);
    }
  });

  it('takes Wait, Choice and Pass states and cuts off a run that goes round for ever', () => {
    const bench = new FlowsBench();
    const definition = {
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Choice',
          Choices: [{ Variable: '$.loop', BooleanEquals: true, Next: 'Ask' }],
          Default: 'Sleep',
        },
        Sleep: { Type: 'Wait', Seconds: 60, Next: 'Set' },
        Set: { Type: 'Pass', Result: 7, ResultPath: '$.answer', End: true },
      },
    };
    const created = bench.call('POST', '/flows', bench.token('all'), { title: 'Branch', definition });
    const id = textAt(created.body, 'id');
    const straight = start(bench, id).body;
    const looping = start(bench, id, { loop: true }).body;
    bench.clock.advance(30 * SECOND);
    expect(show(bench, straight['run_id'])).toMatchObject({
      status: 'ACTIVE',
      details: { code: 'WaitStarted' },
    });
    bench.clock.advance(60 * SECOND);
    expect(show(bench, straight['run_id'])).toMatchObject({
      status: 'SUCCEEDED',
      details: { output: { answer: 7 } },
    });
    expect(show(bench, looping['run_id'])['status']).toBe('FAILED');
  });

  it.each([-5, 1e300])('keeps its times readable when asked to sleep for %d seconds', (sleep_time) => {
    const bench = new FlowsBench();
    const { body } = start(bench, HELLO_FLOW_ID, { name: 'x', sleep_time });
    bench.clock.advance(366 * 24 * 3_600 * SECOND);
    expect(bench.get('/runs', bench.token('all')).status).toBe(200);
    bench.clock.advance(-360 * 24 * 3_600 * SECOND);
    expect(show(bench, body['run_id'])['status']).toBe(sleep_time < 0 ? 'SUCCEEDED' : 'ACTIVE');
  });

  it('[C54] stays readable when the clock is set back before its start', () => {
    const bench = new FlowsBench();
    const { body } = start(bench, PASS_FLOW_ID);
    bench.clock.advance(-3_600 * SECOND);
    expect(show(bench, body['run_id'])['status']).toBe('ACTIVE');
  });
});

describe('seeded runs', () => {
  it.each([
    [SUCCEEDED_RUN_ID, 'SUCCEEDED', 'FlowSucceeded'],
    [FAILED_RUN_ID, 'FAILED', 'FlowFailed'],
    [CANCELED_RUN_ID, 'FAILED', 'FlowCanceled'],
    [ACTIVE_RUN_ID, 'ACTIVE', 'WaitStarted'],
    [INACTIVE_RUN_ID, 'INACTIVE', 'ConsentRequired'],
    [ENDED_RUN_ID, 'ENDED', 'FlowEnded'],
  ])('has the run %s in status %s', (id, status, code) => {
    const bench = new FlowsBench();
    expect(show(bench, id)).toMatchObject({ status, details: { code } });
    const isOpen = status === 'ACTIVE' || status === 'INACTIVE';
    expect(show(bench, id)['completion_time'] === null).toBe(isOpen);
  });

  it('keeps the records of ended runs for 90 days', () => {
    const bench = new FlowsBench();
    bench.clock.advance(89 * 24 * 3_600 * SECOND);
    expect(show(bench, SUCCEEDED_RUN_ID)['status']).toBe('SUCCEEDED');
    bench.clock.advance(24 * 3_600 * SECOND);
    expect(bench.get(`/runs/${SUCCEEDED_RUN_ID}`, bench.token('all')).status).toBe(404);
    expect(bench.get(`/runs/${INACTIVE_RUN_ID}`, bench.token('all')).status).toBe(200);
  });
});
