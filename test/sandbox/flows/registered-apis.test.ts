import { describe, expect, it } from 'vitest';

import { at, FlowsBench, listAt, textAt } from './bench.ts';
import { REGISTERED_API_ID } from './seed.ts';

const TARGET = {
  type: 'openapi',
  openapi_version: '3.1',
  destination: { method: 'get', url: 'https://api.example.org/things/{id}' },
  specification: { summary: 'Get a thing' },
};

describe('registered APIs', () => {
  it('lists what the caller owns unless another role is asked for', () => {
    const bench = new FlowsBench();
    const owned = bench
      .pages('/registered_apis', bench.token('all'))
      .flatMap((page) => listAt(page, 'registered_apis'));
    expect(owned).toHaveLength(12);
    expect(Object.keys(owned[0] ?? {})).toEqual([
      'id',
      'name',
      'description',
      'created_timestamp',
      'updated_timestamp',
    ]);
    const viewed = bench.get('/registered_apis?filter_roles=viewer', bench.token('view_flows', 1)).body;
    expect(listAt(viewed, 'registered_apis').map((api) => api['id'])).toEqual([REGISTERED_API_ID]);
    const both = bench.get(
      '/registered_apis?filter_roles=owner,viewer&orderby=name%20DESC',
      bench.token('all', 1),
    ).body;
    expect(listAt(both, 'registered_apis').map((api) => api['name'])).toEqual([
      'registered-api-13',
      'registered-api-1',
    ]);
  });

  it('creates, shows, changes and deletes one with a grace period', () => {
    const bench = new FlowsBench();
    const token = bench.token('manage_flows');
    const created = bench.call('POST', '/registered_apis', token, {
      name: 'things',
      target: TARGET,
      roles: { viewers: [bench.urn(1)] },
      components: { schemas: {} },
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name: 'things',
      status: 'ACTIVE',
      roles: { owners: [bench.urn(0)], administrators: [], viewers: [bench.urn(1)] },
      target: { ...TARGET, components: { schemas: {} } },
      scheduled_deletion_timestamp: null,
    });
    const path = `/registered_apis/${textAt(created.body, 'id')}`;
    expect(bench.get(path, bench.token('all')).body).toEqual(created.body);
    const changed = bench.call('PATCH', path, token, { description: 'New text' });
    expect([changed.status, changed.body['description'], changed.body['name']]).toEqual([
      200,
      'New text',
      'things',
    ]);
    const deleted = bench.call('DELETE', path, token);
    expect([deleted.status, deleted.body['scheduled_deletion_timestamp']]).toEqual([
      200,
      '2026-07-01T12:00:00.000000+00:00',
    ]);
    expect(bench.get(path, bench.token('all')).status).toBe(200);
    bench.clock.advance(30 * 24 * 3_600_000);
    expect(bench.get(path, bench.token('all')).status).toBe(404);
  });

  it('hides them from strangers and refuses changes to viewers', () => {
    const bench = new FlowsBench();
    const path = `/registered_apis/${REGISTERED_API_ID}`;
    expect(bench.get(path, bench.token('all', 2)).status).toBe(404);
    expect(bench.get(path, bench.token('all', 1)).status).toBe(200);
    for (const method of ['PATCH', 'DELETE']) {
      const answer = bench.call(method, path, bench.token('all', 1), {});
      expect([answer.status, at(answer.body, 'error.code')]).toEqual([403, 'FORBIDDEN']);
    }
  });

  it.each([
    ['no name', { name: undefined }, ['name']],
    ['no target', { target: undefined }, ['target']],
    ['another type', { target: { ...TARGET, type: 'soap' } }, ['target', 'type']],
    ['no destination', { target: { ...TARGET, destination: {} } }, ['target', 'destination']],
    ['no specification', { target: { ...TARGET, specification: 1 } }, ['target', 'specification']],
    ['a bad viewer', { roles: { viewers: ['public'] } }, ['roles', 'viewers', 0]],
  ])('refuses one with %s', (_, fields, loc) => {
    const bench = new FlowsBench();
    const body = { name: 'things', target: TARGET, ...fields };
    const answer = bench.call('POST', '/registered_apis', bench.token('all'), body);
    expect([answer.status, at(answer.body, 'error.detail.0.loc')]).toEqual([422, loc]);
  });
});
