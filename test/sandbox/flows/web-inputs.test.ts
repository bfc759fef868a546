import { describe, expect, it } from 'vitest';

import { at, FlowsBench, listAt, textAt } from './bench.ts';
import {
  APPROVAL_FLOW_ID,
  APPROVAL_RUN_ID,
  APPROVE_OPTION_ID,
  HIGH_ASSURANCE_POLICY_ID,
  MAPPED_COLLECTION_ID,
  OPEN_WEB_INPUT_ID,
  REJECT_OPTION_ID,
  SUCCEEDED_RUN_ID,
} from './seed.ts';

const ANSWER = { response: { value: APPROVE_OPTION_ID } };
const RESPOND = `/web_inputs/${OPEN_WEB_INPUT_ID}/respond`;

describe('web inputs', () => {
  it('lists open ones by default, with a null marker', () => {
    const bench = new FlowsBench();
    const { status, body } = bench.get('/web_inputs', bench.token('web_input_view'));
    expect(status).toBe(200);
    expect(body).toEqual({
      web_input_summaries: [
        {
          id: OPEN_WEB_INPUT_ID,
          status: 'open',
          user_roles: ['viewer', 'respondent'],
          input_type: 'selection',
          title: 'Publish the dataset?',
          flow: { id: APPROVAL_FLOW_ID, title: 'Publish after approval' },
          run: { id: APPROVAL_RUN_ID, label: 'Dataset 7' },
          created_timestamp: '2026-06-01T11:00:01.000000+00:00',
          edited_timestamp: '2026-06-01T11:00:01.000000+00:00',
          closed_timestamp: null,
        },
      ],
      marker: null,
    });
  });

  it.each([
    ['filter_states=closed', 1],
    ['filter_states=open,closed', 2],
    ['filter_roles=respondent', 1],
    [`filter_run_ids=${APPROVAL_RUN_ID}`, 1],
    [`filter_run_ids=${SUCCEEDED_RUN_ID}`, 0],
    [`filter_flow_ids=${APPROVAL_FLOW_ID}&filter_states=open,closed`, 2],
  ])('keeps only what %s asks for', (query, count) => {
    const bench = new FlowsBench();
    const { body } = bench.get(`/web_inputs?${query}`, bench.token('all'));
    expect(listAt(body, 'web_input_summaries')).toHaveLength(count);
  });

  it('[C57] pages to the end in the order asked for', () => {
    const bench = new FlowsBench();
    for (let index = 0; index < 4; index += 1) {
      bench.call('POST', `/flows/${APPROVAL_FLOW_ID}/run`, bench.flowToken(APPROVAL_FLOW_ID), { body: {} });
      bench.clock.advance(5_000);
    }
    const pages = bench.pages('/web_inputs?per_page=2&orderby=created_timestamp%20ASC', bench.token('all'));
    expect(pages.map((page) => listAt(page, 'web_input_summaries').length)).toEqual([2, 2, 1]);
    expect(pages.map((page) => Object.keys(page))).toEqual(Array(3).fill(['web_input_summaries', 'marker']));
    const times = pages
      .flatMap((page) => listAt(page, 'web_input_summaries'))
      .map((input) => String(input['created_timestamp']));
    expect(times).toEqual([...times].sort());
  });

  it('shows the whole input to those with a role, and 404 to others', () => {
    const bench = new FlowsBench();
    const path = `/web_inputs/${OPEN_WEB_INPUT_ID}`;
    const { status, body } = bench.get(path, bench.token('web_input_view', 1));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      user_roles: ['viewer'],
      context: { title: 'Publish the dataset?', presentation_style: 'text' },
      roles: { respondents: [bench.urn(0)] },
      creator_urn: bench.urn(0),
    });
    expect(listAt(body, 'options').map(({ option_id }) => option_id)).toEqual([
      APPROVE_OPTION_ID,
      REJECT_OPTION_ID,
    ]);
    const hidden = bench.get(path, bench.token('all', 2));
    expect([hidden.status, at(hidden.body, 'error')]).toEqual([
      404,
      { code: 'NOT_FOUND', detail: `No Web Input exists with id value ${OPEN_WEB_INPUT_ID}` },
    ]);
  });

  it('takes an answer once, and the run goes on with it', () => {
    const bench = new FlowsBench();
    const token = bench.token('web_input_respond');
    expect(bench.call('POST', RESPOND, token, ANSWER)).toEqual({ status: 200, body: { status: 'ok' } });
    bench.clock.advance(5_000);
    expect(bench.get(`/runs/${APPROVAL_RUN_ID}`, bench.token('all')).body).toMatchObject({
      status: 'SUCCEEDED',
      blocking_web_input_id: null,
      details: { output: { Answer: { option_id: APPROVE_OPTION_ID } } },
    });
    const again = bench.call('POST', RESPOND, token, ANSWER);
    expect([again.status, at(again.body, 'error')]).toEqual([
      409,
      { code: 'STATE_CONFLICT', detail: `Web Input ${OPEN_WEB_INPUT_ID} is already closed.` },
    ]);
  });

  it('refuses viewers, unknown options and missing answers', () => {
    const bench = new FlowsBench();
    const viewer = bench.call('POST', RESPOND, bench.token('all', 1), ANSWER);
    expect([viewer.status, at(viewer.body, 'error.detail')]).toEqual([
      403,
      `User does not have respondent role on web input ${OPEN_WEB_INPUT_ID}`,
    ]);
    const unknown = bench.call('POST', RESPOND, bench.token('all'), { response: { value: 'maybe' } });
    expect([unknown.status, at(unknown.body, 'error')]).toEqual([
      422,
      { code: 'UNPROCESSABLE_ENTITY', detail: "'maybe' is not a registered option id for this input." },
    ]);
    const missing = bench.call('POST', RESPOND, bench.token('all'), {});
    expect([missing.status, at(missing.body, 'error.detail.0.loc')]).toEqual([422, ['response']]);
  });

  it('hands the answer on to states that ask for their own consents', () => {
    const bench = new FlowsBench();
    const definition = {
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Action',
          ActionUrl: 'https://actions.globus.org/weboption/wait_for_option',
          Next: 'Move',
        },
        Move: {
          Type: 'Action',
          ActionUrl: 'https://transfer.actions.globus.org/transfer',
          Parameters: { source_endpoint: MAPPED_COLLECTION_ID },
          End: true,
        },
      },
    };
    const flow = bench.call('POST', '/flows', bench.token('all'), { title: 'Ask and move', definition });
    const flowId = textAt(flow.body, 'id');
    const started = bench.call('POST', `/flows/${flowId}/run`, bench.flowToken(flowId), { body: {} });
    bench.clock.advance(2_000);
    const run = `/runs/${textAt(started.body, 'run_id')}`;
    const input = textAt(bench.get(run, bench.token('all')).body, 'blocking_web_input_id');
    bench.call('POST', `/web_inputs/${input}/respond`, bench.token('all'), ANSWER);
    bench.clock.advance(60_000);
    expect(bench.get(run, bench.token('all')).body).toMatchObject({
      status: 'INACTIVE',
      blocking_web_input_id: null,
      details: { code: 'ConsentRequired' },
    });
  });

  it('opens with the run, not before, and asks for the policy of a High Assurance flow', () => {
    const bench = new FlowsBench();
    const session = bench.session({ policies: [HIGH_ASSURANCE_POLICY_ID] });
    const flow = bench.get(`/flows/${APPROVAL_FLOW_ID}`, bench.token('all')).body;
    const created = bench.call('POST', '/flows', bench.token('all'), {
      title: 'Protected approval',
      definition: flow['definition'],
      authentication_policy_id: HIGH_ASSURANCE_POLICY_ID,
    });
    const flowId = textAt(created.body, 'id');
    const run = bench.call('POST', `/flows/${flowId}/run`, bench.flowToken(flowId, 0, { session }), {
      body: {},
    });
    expect(run.body['blocking_web_input_id']).toBeNull();
    const list = `/web_inputs?filter_run_ids=${textAt(run.body, 'run_id')}`;
    expect(listAt(bench.get(list, bench.token('all')).body, 'web_input_summaries')).toEqual([]);
    bench.clock.advance(2_000);
    const id = textAt(listAt(bench.get(list, bench.token('all')).body, 'web_input_summaries')[0], 'id');
    for (const refused of [
      bench.get(`/web_inputs/${id}`, bench.token('all')),
      bench.call('POST', `/web_inputs/${id}/respond`, bench.token('all'), ANSWER),
    ]) {
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({
        code: 'AuthenticationPolicyRequired',
        web_input_summary: { id },
        authorization_parameters: { session_required_policies: [HIGH_ASSURANCE_POLICY_ID] },
      });
    }
    expect(bench.get(`/web_inputs/${id}`, bench.token('all', 0, { session })).status).toBe(200);
    bench.clock.advance(-2_000);
    expect(bench.get(`/web_inputs/${id}`, bench.token('all', 0, { session })).status).toBe(404);
  });
});
