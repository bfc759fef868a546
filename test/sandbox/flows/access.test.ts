import { describe, expect, it } from 'vitest';

import { flowScope, serviceScope, SERVICE_SCOPES, type ServiceScope } from './auth.ts';
import { at, FlowsBench, listAt } from './bench.ts';
import { ROUTES } from './routes.ts';
import {
  DELETED_FLOW_ID,
  HELLO_FLOW_ID,
  HIGH_ASSURANCE_FLOW_ID,
  HIGH_ASSURANCE_POLICY_ID,
  INACTIVE_RUN_ID,
  OPEN_WEB_INPUT_ID,
  PASS_FLOW_ID,
  PRIVATE_FLOW_ID,
  REGISTERED_API_ID,
  SUCCEEDED_RUN_ID,
  TRANSFER_FLOW_ID,
  VIEW_ONLY_FLOW_ID,
} from './seed.ts';

function filled(path: string): string {
  return path
    .replace('{flow_id}', TRANSFER_FLOW_ID)
    .replace('{run_id}', path.endsWith('/resume') ? INACTIVE_RUN_ID : SUCCEEDED_RUN_ID)
    .replace('{registered_api_id}', REGISTERED_API_ID)
    .replace('{web_input_id}', OPEN_WEB_INPUT_ID);
}

const NAMED = ROUTES.map((route) => ({ ...route, name: `${route.method} ${route.path}` }));

describe('tokens', () => {
  it.each(NAMED)(
    '[C19] $name answers 401 without a token, with a wrong, an expired and a foreign one',
    (route) => {
      const bench = new FlowsBench();
      const expired = bench.token('all', 0, { expiresAt: bench.time });
      const foreign = bench.token('all', 0, { resourceServer: 'auth.globus.org', scopes: ['openid'] });
      for (const token of [undefined, 'unknown', expired, foreign]) {
        const { status, body } = bench.call(route.method, filled(route.path), token, {});
        expect(status).toBe(401);
        expect(body).toEqual({
          error: { code: 'AUTHENTICATION_ERROR', detail: 'Expired or invalid Bearer token' },
          debug_id: body['debug_id'],
        });
      }
    },
  );

  it('[C19] needs no token for the root and the OpenAPI document', () => {
    const bench = new FlowsBench();
    expect(bench.get('/').status).toBe(200);
    const document = bench.get('/openapi.json');
    expect(document.status).toBe(200);
    expect(Object.keys(Object(document.body['paths']) as object)).toContain('/flows/{flow_id}/run');
    expect(bench.get('/redoc').status).toBe(200);
  });

  it('answers 404 to unknown paths and 405 to unknown methods', () => {
    const bench = new FlowsBench();
    expect(bench.get('/nothing', bench.token('all')).status).toBe(404);
    expect(bench.call('PATCH', '/flows', bench.token('all')).status).toBe(405);
  });
});

describe('scopes', () => {
  it.each(NAMED.filter(({ scopes }) => scopes !== 'handler'))(
    '[C19] $name opens for exactly its scopes and names the least one otherwise',
    (route) => {
      const enough: readonly ServiceScope[] = route.scopes === 'handler' ? [] : route.scopes;
      for (const scope of SERVICE_SCOPES) {
        // A fresh service per scope: some of these calls delete what they are about.
        const bench = new FlowsBench();
        const { status, body } = bench.call(route.method, filled(route.path), bench.token(scope), {});
        if (enough.includes(scope)) {
          expect([scope, at(body, 'error.code')]).not.toEqual([scope, 'MISSING_SCOPE']);
          expect(status).not.toBe(401);
        } else {
          expect([scope, status, at(body, 'error')]).toEqual([
            scope,
            403,
            {
              code: 'MISSING_SCOPE',
              detail: `This action requires the following scope: ${serviceScope(enough[0] ?? 'all')}`,
            },
          ]);
        }
      }
    },
  );

  it.each([
    ['POST', `/flows/${TRANSFER_FLOW_ID}/run`, []],
    ['POST', `/flows/${TRANSFER_FLOW_ID}/validate_run`, []],
    ['POST', `/runs/${INACTIVE_RUN_ID}/resume`, []],
    ['GET', `/flows/${TRANSFER_FLOW_ID}/runs`, ['run_status', 'all']],
  ] as const)(
    '[C19] %s %s takes the flow’s own scope and no service scope but %j',
    (method, path, alsoTaken) => {
      const bench = new FlowsBench();
      const also: readonly ServiceScope[] = alsoTaken;
      for (const scope of SERVICE_SCOPES) {
        const { body } = bench.call(method, path, bench.token(scope), { body: {} });
        expect([scope, at(body, 'error.code')]).toEqual([
          scope,
          also.includes(scope) ? undefined : 'MISSING_SCOPE',
        ]);
        if (also.includes(scope)) continue;
        expect(at(body, 'error.detail')).toContain(flowScope(TRANSFER_FLOW_ID));
      }
      const other = bench.call(method, path, bench.flowToken(PASS_FLOW_ID), { body: {} });
      expect(at(other.body, 'error.code')).toBe('MISSING_SCOPE');
      const own = bench.call(method, path, bench.flowToken(TRANSFER_FLOW_ID), { body: {} });
      expect(at(own.body, 'error.code')).not.toBe('MISSING_SCOPE');
    },
  );

  it('[C17] believes a scope only on a token of the scope’s resource server', () => {
    const bench = new FlowsBench();
    const disguised = bench.token('all', 0, { resourceServer: PASS_FLOW_ID });
    expect(at(bench.get('/flows', disguised).body, 'error.code')).toBe('MISSING_SCOPE');
    const borrowed = bench.flowToken(PASS_FLOW_ID, 0, { resourceServer: 'flows.globus.org' });
    const answer = bench.call('POST', `/flows/${PASS_FLOW_ID}/run`, borrowed, { body: {} });
    expect(at(answer.body, 'error.code')).toBe('MISSING_SCOPE');
  });

  it('[C19] takes `run` for flows without Action states only', () => {
    const bench = new FlowsBench();
    const run = bench.token('run');
    expect(bench.call('POST', `/flows/${PASS_FLOW_ID}/run`, run, { body: {} }).status).toBe(201);
    const refused = bench.call('POST', `/flows/${HELLO_FLOW_ID}/run`, run, { body: { name: 'x' } });
    expect(refused.status).toBe(403);
    expect(at(refused.body, 'error.detail')).toContain(flowScope(HELLO_FLOW_ID));
  });

  it('[C15] announces the scopes of flows that exist, with their resource servers', () => {
    const bench = new FlowsBench();
    const known = bench.flows.scopes();
    expect(known).toContainEqual({
      scope: `https://auth.globus.org/scopes/${HELLO_FLOW_ID}/flow_${HELLO_FLOW_ID.replaceAll('-', '_')}_user`,
      resourceServer: HELLO_FLOW_ID,
      title: 'Hello',
    });
    expect(known.map(({ resourceServer }) => resourceServer)).not.toContain(DELETED_FLOW_ID);
    bench.call('DELETE', `/flows/${HELLO_FLOW_ID}`, bench.token('all'));
    expect(bench.flows.scopes().map(({ resourceServer }) => resourceServer)).not.toContain(HELLO_FLOW_ID);
  });
});

describe('roles', () => {
  it.each([
    ['deleted', DELETED_FLOW_ID, 0],
    ['unknown', 'f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e', 0],
    ['somebody else’s private', PRIVATE_FLOW_ID, 1],
  ])('answers 404 for a %s flow on every route', (_, id, user) => {
    const bench = new FlowsBench();
    const all = bench.token('all', user);
    const flow = bench.flowToken(id, user);
    for (const answer of [
      bench.get(`/flows/${id}`, all),
      bench.call('PUT', `/flows/${id}`, all, {}),
      bench.call('DELETE', `/flows/${id}`, all),
      bench.get(`/flows/${id}/runs`, all),
      bench.call('POST', `/flows/${id}/run`, flow, { body: {} }),
      bench.call('POST', `/flows/${id}/validate_run`, flow, { body: {} }),
    ]) {
      expect(answer.status).toBe(404);
      expect(at(answer.body, 'error')).toEqual({
        code: 'NOT_FOUND',
        detail: `No Flow exists with id value ${id}`,
      });
    }
    const listed = bench.pages('/flows', all).flatMap((page) => listAt(page, 'flows'));
    expect(listed.map((flow_) => flow_['id'])).not.toContain(id);
  });

  it('lets viewers look, starters start and administrators change', () => {
    const bench = new FlowsBench();
    const viewer = bench.call(
      'POST',
      `/flows/${VIEW_ONLY_FLOW_ID}/run`,
      bench.flowToken(VIEW_ONLY_FLOW_ID, 1),
      { body: {} },
    );
    expect(viewer.status).toBe(403);
    expect(at(viewer.body, 'error.code')).toBe('FORBIDDEN');
    expect(at(viewer.body, 'error.detail')).toContain('Missing permissions: RUN.');
    // Grace administers Hello, Alan may only start it.
    expect(bench.call('PUT', `/flows/${HELLO_FLOW_ID}`, bench.token('all', 1), {}).status).toBe(200);
    for (const method of ['PUT', 'DELETE']) {
      const starter = bench.call(method, `/flows/${HELLO_FLOW_ID}`, bench.token('all', 2), {});
      expect([method, starter.status, at(starter.body, 'error.code')]).toEqual([method, 403, 'FORBIDDEN']);
    }
    const started = bench.call('POST', `/flows/${HELLO_FLOW_ID}/run`, bench.flowToken(HELLO_FLOW_ID, 2), {
      body: { name: 'x' },
    });
    expect(started.status).toBe(201);
  });

  it('shows the lists of principals to administrators and empty ones to others', () => {
    const bench = new FlowsBench();
    const own = bench.get(`/flows/${HELLO_FLOW_ID}`, bench.token('view_flows', 0)).body;
    const other = bench.get(`/flows/${HELLO_FLOW_ID}`, bench.token('view_flows', 2)).body;
    expect(own['flow_administrators']).toEqual([bench.urn(1)]);
    expect(own['user_role']).toBe('flow_owner');
    expect(other['user_role']).toBe('flow_starter');
    expect(other['user_roles']).toEqual(['flow_starter', 'flow_viewer']);
    for (const list of [
      'flow_viewers',
      'flow_starters',
      'flow_administrators',
      'run_managers',
      'run_monitors',
    ]) {
      expect(other[list]).toEqual([]);
    }
  });

  it('hides runs without a role and refuses changes to monitors', () => {
    const bench = new FlowsBench();
    const stranger = bench.token('all', 2);
    for (const part of ['', '/log', '/definition']) {
      expect(bench.get(`/runs/${SUCCEEDED_RUN_ID}${part}`, stranger).status).toBe(404);
    }
    const monitor = bench.token('all', 1);
    expect(bench.get(`/runs/${SUCCEEDED_RUN_ID}`, monitor).body['user_role']).toBe('run_monitor');
    for (const [method, part] of [
      ['PUT', ''],
      ['POST', '/cancel'],
      ['POST', '/release'],
    ] as const) {
      const { status, body } = bench.call(method, `/runs/${SUCCEEDED_RUN_ID}${part}`, monitor, {});
      expect([part, status, at(body, 'error.code')]).toEqual([part, 403, 'FORBIDDEN']);
    }
  });

  it('lets the flow’s run managers cancel, but not resume', () => {
    const bench = new FlowsBench();
    const resume = bench.call(
      'POST',
      `/runs/${INACTIVE_RUN_ID}/resume`,
      bench.flowToken(TRANSFER_FLOW_ID, 1),
    );
    expect([resume.status, at(resume.body, 'error.code')]).toEqual([403, 'FORBIDDEN']);
    expect(bench.call('POST', `/runs/${INACTIVE_RUN_ID}/cancel`, bench.token('all', 1)).status).toBe(202);
  });
});

describe('high assurance', () => {
  it('hides definition and schema in lists, and opens the flow to a session that satisfies the policy', () => {
    const bench = new FlowsBench();
    const token = bench.token('all');
    const item = listAt(bench.get('/flows?filter_title=protected', token).body, 'flows')[0];
    expect(item).toMatchObject({ definition: null, input_schema: null, is_high_assurance: true });
    const refused = bench.get(`/flows/${HIGH_ASSURANCE_FLOW_ID}`, token);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      code: 'AuthenticationPolicyRequired',
      error: { code: 'AUTHENTICATION_POLICY_REQUIRED' },
      authorization_parameters: { session_required_policies: [HIGH_ASSURANCE_POLICY_ID] },
    });
    const session = bench.session({ policies: [HIGH_ASSURANCE_POLICY_ID] });
    const shown = bench.get(`/flows/${HIGH_ASSURANCE_FLOW_ID}`, bench.token('all', 0, { session }));
    expect(shown.status).toBe(200);
    expect(at(shown.body, 'definition.StartAt')).toBe('Done');
  });
});
