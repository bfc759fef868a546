import { describe, expect, it } from 'vitest';

import { at, FlowsBench, listAt, textAt } from './bench.ts';
import {
  HELLO_FLOW_ID,
  HIGH_ASSURANCE_POLICY_ID,
  PASS_FLOW_ID,
  SUBSCRIPTION_ID,
  TRANSFER_FLOW_ID,
} from './seed.ts';
import { uuidOf } from './values.ts';

const PASS = { StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } };
const PRINCIPAL = 'urn:globus:auth:identity:b44bddda-d274-11e5-978a-9f15789a8150';

function principals(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `urn:globus:auth:identity:${uuidOf(`person ${index}`)}`);
}

describe('flow documents', () => {
  it('has the fields of the recorded documents, no more and no less', () => {
    const bench = new FlowsBench();
    const flow = bench.get(`/flows/${HELLO_FLOW_ID}`, bench.token('view_flows')).body;
    const scope = `https://auth.globus.org/scopes/${HELLO_FLOW_ID}/flow_${HELLO_FLOW_ID.replaceAll('-', '_')}_user`;
    expect(flow).toEqual({
      id: HELLO_FLOW_ID,
      title: 'Hello',
      subtitle: '',
      description: 'Says hello',
      keywords: ['demo', 'hello'],
      definition: flow['definition'],
      input_schema: flow['input_schema'],
      globus_auth_scope: scope,
      globus_auth_username: `${HELLO_FLOW_ID}@clients.auth.globus.org`,
      principal_urn: `urn:globus:auth:identity:${HELLO_FLOW_ID}`,
      flow_url: `http://127.0.0.1:9/flows/${HELLO_FLOW_ID}`,
      flow_owner: bench.urn(0),
      flow_viewers: ['public'],
      flow_starters: ['all_authenticated_users'],
      flow_administrators: [bench.urn(1)],
      run_managers: [],
      run_monitors: [],
      user_role: 'flow_owner',
      user_roles: ['flow_owner', 'flow_starter', 'flow_viewer'],
      created_at: '2026-05-29T12:00:00.000000+00:00',
      updated_at: '2026-05-30T12:00:00.000000+00:00',
      synchronous: false,
      log_supported: true,
      types: ['Action'],
      api_version: '1.0',
      is_high_assurance: false,
      subscription_id: null,
      authentication_policy_id: null,
    });
    const listed = listAt(bench.get('/flows?filter_title=hello', bench.token('view_flows')).body, 'flows');
    expect(listed).toEqual([flow]);
  });
});

describe('create, update, delete', () => {
  it('creates a flow that its creator owns and can start', () => {
    const bench = new FlowsBench();
    const token = bench.token('manage_flows', 1);
    const created = bench.call('POST', '/flows', token, {
      title: 'Mine',
      definition: PASS,
      input_schema: { type: 'object' },
      subtitle: 'sub',
      keywords: ['a'],
      flow_viewers: ['public'],
      run_managers: [bench.urn(2)],
      subscription_id: SUBSCRIPTION_ID,
      authentication_policy_id: null,
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      title: 'Mine',
      flow_owner: bench.urn(1),
      user_role: 'flow_owner',
      run_managers: [bench.urn(2)],
      subscription_id: SUBSCRIPTION_ID,
      created_at: '2026-06-01T12:00:00.000000+00:00',
    });
    const id = textAt(created.body, 'id');
    expect(bench.flows.scopes().map(({ resourceServer }) => resourceServer)).toContain(id);
    expect(bench.get(`/flows/${id}`, bench.token('all', 0)).status).toBe(200);
    expect(bench.call('POST', `/flows/${id}/run`, bench.flowToken(id, 1), { body: {} }).status).toBe(201);
  });

  it('changes only the fields that an update names, and its time', () => {
    const bench = new FlowsBench();
    const token = bench.token('all');
    const before = bench.get(`/flows/${PASS_FLOW_ID}`, token).body;
    bench.clock.advance(60_000);
    const changed = bench.call('PUT', `/flows/${PASS_FLOW_ID}`, token, {
      subtitle: 'New subtitle',
      subscription_id: 'DEFAULT',
    });
    expect(changed).toEqual({
      status: 200,
      body: {
        ...before,
        subtitle: 'New subtitle',
        subscription_id: SUBSCRIPTION_ID,
        updated_at: '2026-06-01T12:01:00.000000+00:00',
      },
    });
    expect(bench.get(`/flows/${PASS_FLOW_ID}`, token).body).toEqual(changed.body);
  });

  it('lets an administrator take a flow over, for nobody but themselves', () => {
    const bench = new FlowsBench();
    const token = bench.token('all', 1);
    const other = bench.call('PUT', `/flows/${HELLO_FLOW_ID}`, token, { flow_owner: bench.urn(2) });
    expect([other.status, at(other.body, 'error.detail.0.loc')]).toEqual([422, ['flow_owner']]);
    const own = bench.call('PUT', `/flows/${HELLO_FLOW_ID}`, token, { flow_owner: bench.urn(1) });
    expect([own.status, own.body['user_role']]).toEqual([200, 'flow_owner']);
  });

  it('answers a delete with the last document, and 404 from then on', () => {
    const bench = new FlowsBench();
    const token = bench.token('all');
    const before = bench.get(`/flows/${PASS_FLOW_ID}`, token).body;
    expect(bench.call('DELETE', `/flows/${PASS_FLOW_ID}`, token)).toEqual({
      status: 200,
      body: { ...before, DELETED: true, deleted_at: '2026-06-01T12:00:00.000000+00:00' },
    });
    expect(bench.get(`/flows/${PASS_FLOW_ID}`, token).status).toBe(404);
  });

  it.each([
    ['no title', { title: undefined }, ['title']],
    ['an empty title', { title: '' }, ['title']],
    ['a long title', { title: 'x'.repeat(129) }, ['title']],
    ['a title that is no text', { title: 7 }, ['title']],
    ['no definition', { definition: undefined }, ['definition']],
    ['a definition that is no object', { definition: [] }, ['definition']],
    ['a long subtitle', { subtitle: 'x'.repeat(129) }, ['subtitle']],
    ['a long description', { description: 'x'.repeat(4_097) }, ['description']],
    ['too many characters of keywords', { keywords: ['x'.repeat(1_000), 'y'.repeat(25)] }, ['keywords']],
    ['keywords that are no list', { keywords: 'demo' }, ['keywords']],
    ['17 viewers', { flow_viewers: principals(17) }, ['flow_viewers']],
    ['a viewer twice', { flow_viewers: ['public', 'public'] }, ['flow_viewers']],
    [
      'a bare ID as administrator',
      { flow_administrators: ['b44bddda-d274-11e5-978a-9f15789a8150'] },
      ['flow_administrators', 0],
    ],
    ['public starters', { flow_starters: [PRINCIPAL, 'public'] }, ['flow_starters', 1]],
    ['a bad subscription', { subscription_id: 'mine' }, ['subscription_id']],
    ['a bad policy', { authentication_policy_id: 'strict' }, ['authentication_policy_id']],
    ['a schema of unknown type', { input_schema: { type: 'thing' } }, ['input_schema', 'type']],
    ['a definition without StartAt', { definition: { States: PASS.States } }, ['definition', 'StartAt']],
    ['a definition without States', { definition: { StartAt: 'x', States: {} } }, ['definition', 'States']],
    [
      'an unknown state type',
      { definition: { StartAt: 'x', States: { x: { Type: 'Magic', End: true } } } },
      ['definition', 'States', 'x', 'Type'],
    ],
    [
      'an action without URL',
      { definition: { StartAt: 'x', States: { x: { Type: 'Action', End: true } } } },
      ['definition', 'States', 'x', 'ActionUrl'],
    ],
    [
      'a state that leads nowhere',
      { definition: { StartAt: 'x', States: { x: { Type: 'Pass' } } } },
      ['definition', 'States', 'x'],
    ],
  ])('refuses %s with 422 and its place', (_, fields, loc) => {
    const bench = new FlowsBench();
    const body = { title: 'Mine', definition: PASS, ...fields };
    const answer = bench.call('POST', '/flows', bench.token('all'), body);
    expect(answer.status).toBe(422);
    expect(at(answer.body, 'error.code')).toBe('UNPROCESSABLE_ENTITY');
    expect(at(answer.body, 'error.detail.0.loc')).toEqual(loc);
    expect(listAt(answer.body, 'error.detail')).toHaveLength(1);
  });

  it('takes every field at its limit', () => {
    const bench = new FlowsBench();
    const answer = bench.call('POST', '/flows', bench.token('all'), {
      title: 'x'.repeat(128),
      subtitle: 'x'.repeat(128),
      description: 'x'.repeat(4_096),
      keywords: ['x'.repeat(1_000), 'y'.repeat(24)],
      definition: PASS,
      flow_viewers: principals(16),
      flow_administrators: ['urn:globus:groups:id:c1dcd951-3f35-4ea3-9f28-a7cdeaf8b68f'],
      authentication_policy_id: HIGH_ASSURANCE_POLICY_ID,
    });
    expect(answer.status).toBe(201);
  });

  it('refuses a body that is no JSON with 400, and one that is no object with 422', () => {
    const bench = new FlowsBench();
    expect(bench.call('POST', '/flows', bench.token('all'), '{"title":').status).toBe(400);
    expect(bench.call('POST', '/flows', bench.token('all'), '[]').status).toBe(422);
  });

  it('takes an authentication policy at creation only', () => {
    const bench = new FlowsBench();
    const answer = bench.call('PUT', `/flows/${PASS_FLOW_ID}`, bench.token('all'), {
      authentication_policy_id: HIGH_ASSURANCE_POLICY_ID,
    });
    expect([answer.status, at(answer.body, 'error.detail.0.loc')]).toEqual([
      422,
      ['authentication_policy_id'],
    ]);
  });
});

describe('validate', () => {
  function validate(definition: unknown): { status: number; body: unknown } {
    const bench = new FlowsBench();
    return bench.call('POST', '/flows/validate', bench.token('manage_flows'), {
      definition,
      input_schema: {},
    });
  }

  it('names the scopes that the actions need, each once', () => {
    const bench = new FlowsBench();
    const flow = bench.get(`/flows/${TRANSFER_FLOW_ID}`, bench.token('all')).body;
    const answer = bench.call('POST', '/flows/validate', bench.token('all'), {
      definition: flow['definition'],
    });
    expect(answer).toEqual({
      status: 200,
      body: {
        scopes: { User: ['urn:globus:auth:scope:transfer.api.globus.org:all'] },
        analysis: { number_of_possibilities: 2 },
      },
    });
    expect(validate(PASS)).toMatchObject({ status: 200, body: { scopes: {} } });
  });

  it('answers 409 when an action provider does not tell its scope', () => {
    const answer = validate({
      StartAt: 'x',
      States: { x: { Type: 'Action', ActionUrl: 'https://provider.example.org/', End: true } },
    });
    expect([answer.status, at(answer.body, 'error.code')]).toEqual([409, 'SCOPE_RESOLUTION_FAILED']);
  });

  it.each([
    ['an unknown start', { StartAt: 'y', States: PASS.States }],
    ['an unknown next state', { StartAt: 'x', States: { x: { Type: 'Pass', Next: 'y' } } }],
    [
      'an unknown choice',
      { StartAt: 'x', States: { x: { Type: 'Choice', Choices: [{ Next: 'y' }], Default: 'x' } } },
    ],
    [
      'an unreachable state',
      { StartAt: 'Done', States: { ...PASS.States, lost: { Type: 'Pass', End: true } } },
    ],
  ])('refuses %s as a failed analysis', (_, definition) => {
    const answer = validate(definition);
    expect([answer.status, at(answer.body, 'error.code')]).toEqual([422, 'FLOW_VALIDATION_FAILED']);
    expect(typeof at(answer.body, 'error.detail')).toBe('string');
  });

  it('refuses a malformed definition with its place', () => {
    const answer = validate({ StartAt: 'x' });
    expect([answer.status, at(answer.body, 'error.detail.0.loc')]).toEqual([422, ['definition', 'States']]);
  });
});
