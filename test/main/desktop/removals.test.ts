import { describe, expect, it } from 'vitest';
import { Entries } from '../../../main/agent-entries.ts';
import { Removals } from '../../../main/desktop/removals.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { MemorySettingsStore } from '../../../main/settings/store.ts';
import type { FlowRecord } from '../../../main/settings/types.ts';
import { agentSnapshot } from '../../support/desktop.ts';

const ID = '0a4c8d20-9b0e-4b6e-8a53-3f3b7c1d2e4f';
const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';
const DATA = `https://auth.globus.org/scopes/${ID}/data_access`;
const WITH_DATA = `${TRANSFER}[*${DATA}]`;
const GROUPS = 'urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships';
const FLOW = flowScope(ID);
const flow: FlowRecord = {
  id: ID,
  title: 'Move and publish',
  scope: FLOW,
  role: 'flow_owner',
  collections: [],
  checkedAt: 1,
  environment: 'production',
};

function setup(scopeEntries = [WITH_DATA, FLOW, GROUPS], flows = [flow]) {
  const store = new MemorySettingsStore({ scopeEntries, flows });
  const entries = new Entries(store, 'production');
  const removals = new Removals({
    snapshot: () => agentSnapshot({ flows: [...entries.flows()] }),
    entry: (scope) => entries.find(scope),
    removeScope: (scope) => entries.remove(scope),
    removeFlow: (id) => entries.removeFlow(id),
    putBack: (entry) => entries.putBack(entry),
  });
  return { store, entries, removals, list: () => store.get().scopeEntries };
}

describe('a removal that is taken back', () => {
  it.each([TRANSFER, FLOW, GROUPS])('leaves everything as it was: %s', (scope) => {
    const { store, removals, list } = setup();
    const before = structuredClone(store.get());
    expect(removals.remove(scope).ok).toBe(true);
    expect(list()).toHaveLength(2);
    expect(store.get().flows).toHaveLength(scope === FLOW ? 0 : 1);
    expect(removals.restore(scope)).toEqual({ ok: true, value: null });
    expect(store.get()).toEqual(before);
  });

  it.each([
    [TRANSFER, FLOW, GROUPS],
    [GROUPS, FLOW, TRANSFER],
    [FLOW, TRANSFER, GROUPS],
  ])('finds the old places, the last one first: %s, %s, %s', (...order) => {
    const { removals, list } = setup();
    const before = list();
    for (const scope of order) removals.remove(scope);
    expect(list()).toEqual([]);
    for (const scope of [...order].reverse()) removals.restore(scope);
    expect(list()).toEqual(before);
  });

  it('is good once, and says so', () => {
    const { removals } = setup();
    expect(removals.restore(TRANSFER)).toMatchObject({ ok: false, problem: { reason: 'not-removed' } });
    removals.remove(TRANSFER);
    removals.restore(TRANSFER);
    expect(removals.restore(TRANSFER)).toMatchObject({ ok: false, problem: { reason: 'not-removed' } });
  });

  it('joins an entry that was added again meanwhile, in the place that it has now', () => {
    const { removals, entries, list } = setup();
    removals.remove(TRANSFER);
    entries.add('transfer:all');
    expect(removals.restore(TRANSFER).ok).toBe(true);
    expect(list()).toEqual([FLOW, GROUPS, WITH_DATA]);
  });

  it('keeps nothing of what was not on the list', () => {
    const { removals } = setup([]);
    expect(removals.remove(TRANSFER).ok).toBe(true);
    expect(removals.restore(TRANSFER)).toMatchObject({ problem: { reason: 'not-removed' } });
  });
});
