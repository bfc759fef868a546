import { describe, expect, it } from 'vitest';
import { scopeGroups } from '../../../main/desktop/scope-views.ts';
import { describeScope } from '../../../main/globus/describe-scope.ts';
import { PRODUCTION } from '../../../main/globus/environments.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { NOW, scopeStatus } from '../../support/desktop.ts';

const FLOW = '00000000-0000-4000-8000-00000000000a';
const COLLECTION = '00000000-0000-4000-8000-00000000000c';
const NOTHING = {};

const flow = {
  id: FLOW,
  title: 'Move and publish',
  scope: flowScope(FLOW),
  role: 'flow_starter',
  collections: [COLLECTION],
  checkedAt: NOW,
  environment: 'production' as const,
};
function status(text: string, change: Parameters<typeof scopeStatus>[1] = {}) {
  const entry = describeScope(text);
  if (entry === null) throw new RangeError(text);
  return scopeStatus(0, { entry, ...change });
}
const groups = (scopes: ReturnType<typeof status>[], flows = [flow], socket: string | null = null) =>
  scopeGroups({ scopes, flows, environment: PRODUCTION, socket, flowInput: () => NOTHING });

describe('scopeGroups', () => {
  it('has the services first, in the order of the catalog, then flows, then the rest', () => {
    const shown = groups([
      status(`collection:${COLLECTION}:data_access`),
      status(`flow:${FLOW}`),
      status('transfer:all'),
      status('run'),
      status('view_flows'),
    ]);
    expect(shown.map(({ title, scopes }) => [title, ...scopes.map(({ name }) => name)])).toEqual([
      ['Flows', 'run', 'view_flows'],
      ['Transfer', 'transfer:all'],
      ['My flows', 'Move and publish'],
      ['Other scopes', `collection:${COLLECTION}:data_access`],
    ]);
    expect(shown.map(({ scopes }) => scopes[0]?.kind)).toEqual(['service', 'service', 'flow', 'other']);
  });

  it('has what another account holds of a group, once per token, and nothing where it holds none', () => {
    const members = [status('view_flows'), status('run'), status('transfer:all')];
    const [view = '', run = ''] = members.map(({ entry }) => entry.scope);
    const { state, expiresAt, lifetime, isolated, forecast } = scopeStatus(0);
    const shown = scopeGroups({
      scopes: members,
      flows: [],
      environment: PRODUCTION,
      socket: null,
      flowInput: () => NOTHING,
      others: [
        {
          account: { sub: '2', username: 'grace', displayName: 'Grace Hopper' },
          holdings: [
            {
              state,
              expiresAt,
              lifetime,
              isolated,
              forecast,
              serves: [run, view],
              carries: [view, run, 'urn:x:y'],
            },
          ],
        },
      ],
    });
    expect(shown.map(({ title, others }) => [title, others])).toEqual([
      [
        'Flows',
        [
          {
            sub: '2',
            username: 'grace',
            tokens: [
              {
                ...{ state, expiresAt, lifetime, isolated },
                forecast: { tokenEndsAt: expiresAt, grantEndsAt: null, policyEndsAt: null },
                rows: [1, 0],
                allows: ['view_flows', 'run', 'y'],
              },
            ],
          },
        ],
      ],
      ['Transfer', undefined],
    ]);
  });

  it('[C17] offers calls only where the API is known', () => {
    const [flows, transfer, own, other] = groups([
      status('run'),
      status('transfer:all'),
      status(`flow:${FLOW}`),
      status(`collection:${COLLECTION}:data_access`),
    ]);
    expect(flows?.scopes[0]?.recipes.map(({ id }) => id)).toEqual(['start-flow']);
    expect(transfer?.scopes[0]?.recipes).toEqual([]);
    expect(own?.scopes[0]?.recipes.map(({ id }) => id)).toContain('flow-start');
    expect(other?.scopes[0]?.recipes).toEqual([]);
  });

  it('describes a recipe with what a form needs', () => {
    const [recipe] = groups([status('run')])[0]?.scopes[0]?.recipes ?? [];
    expect(recipe).toMatchObject({
      id: 'start-flow',
      method: 'POST',
      path: '/flows/{flow_id}/run',
      readOnly: false,
      placeholders: [{ name: 'flow_id', label: 'Flow ID' }],
    });
  });

  it('shows a flow with role, collections and both ways to read its scope', () => {
    const [row] = groups([status(`flow:${FLOW}`)])[0]?.scopes ?? [];
    expect(row?.flow).toMatchObject({ id: FLOW, role: 'flow_starter', collections: [COLLECTION] });
    expect(row?.flow?.readScope[0]).toContain(`/flows/${FLOW}" | jq -r '.globus_auth_scope'`);
    expect(row?.flow?.readScope[1]).toContain(`globus flows show "${FLOW}"`);
    const [unknown] = groups([status(`flow:${FLOW}`)], [])[0]?.scopes ?? [];
    expect(unknown).toMatchObject({ kind: 'flow', flow: null, name: `flow:${FLOW}` });
  });

  it('tells an isolated token from a shared one, and forecasts', () => {
    const forecast = { tokenEndsAt: NOW, grantEndsAt: NOW + 1, policyEndsAt: null };
    const [group] = groups([status('run', { isolated: true, forecast }), status('run_status')]);
    expect(group?.scopes.map(({ isolated }) => isolated)).toEqual([true, false]);
    expect(group?.scopes[0]?.forecast).toEqual(forecast);
    expect(group?.note).toBe('2 tokens for 2 scopes');
  });

  it('makes previews again only when something about them changed', () => {
    const recipes = (socket: string | null) => groups([status('run')], [], socket)[0]?.scopes[0]?.recipes;
    expect(recipes('/a')).toBe(recipes('/a'));
    expect(recipes('/b')).not.toBe(recipes('/a'));
    expect(recipes('/b')?.[0]?.preview).toContain('/b');
  });
});
