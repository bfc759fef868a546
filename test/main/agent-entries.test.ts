import { describe, expect, it } from 'vitest';
import { Entries } from '../../main/agent-entries.ts';
import { flowScope } from '../../main/globus/flow-scope.ts';
import { defaultSettings } from '../../main/settings/defaults.ts';
import { MemorySettingsStore } from '../../main/settings/store.ts';
import type { FlowRecord } from '../../main/settings/types.ts';
import { KeptScopes } from '../../main/tokens/kept-scopes.ts';

const ID = '0a4c8d20-9b0e-4b6e-8a53-3f3b7c1d2e4f';
const COLLECTION = '1b4c8d20-9b0e-4b6e-8a53-3f3b7c1d2e4f';
const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';
const DATA = `https://auth.globus.org/scopes/${COLLECTION}/data_access`;
const flow: FlowRecord = {
  id: ID,
  title: 'Move and publish',
  scope: flowScope(ID),
  role: 'flow_owner',
  collections: [],
  checkedAt: 1,
  environment: 'production',
};

function setup(scopeEntries: string[] = []) {
  const store = new MemorySettingsStore({ scopeEntries });
  const entries = new Entries(store, 'production');
  return { store, entries, kept: new KeptScopes(store, 'production') };
}

describe('keeping scopes', () => {
  it.each([
    ['transfer:all', TRANSFER],
    [TRANSFER, TRANSFER],
    [`flow:${ID.toUpperCase()}`, flowScope(ID)],
    [`flow:${ID}`, flowScope(ID)],
    [`flow:${ID}[*transfer:all[*collection:${COLLECTION}:data_access]]`, flowScope(ID)],
    ['transfer:al', null],
    ['two scopes', null],
    ['*transfer:all', null],
    ['transfer:all[', null],
    ['https://evil.example/scopes/x', null],
    ['', null],
  ])('takes %j as %j', (text, root) => {
    const { entries, kept } = setup();
    const added = entries.add(text);
    expect(added.ok ? added.value : null).toBe(root);
    expect(kept.roots()).toEqual(root === null ? [] : [root]);
  });

  it('keeps one entry per root, in its place, with the dependent scopes of both', () => {
    const { entries, store } = setup();
    entries.add(`flow:${ID}[*transfer:all]`);
    entries.add('view_flows');
    entries.add(`flow:${ID}[*transfer:all[*${DATA}]]`);
    expect(store.get().scopeEntries[0]).toBe(`${flowScope(ID)}[*${TRANSFER}[*${DATA}]]`);
    expect(store.get().scopeEntries).toHaveLength(2);
  });

  it('forgets an entry by its root, its short name or its full text', () => {
    for (const text of [TRANSFER, 'transfer:all', `${TRANSFER}[*${DATA}]`]) {
      const { entries, store } = setup([`${TRANSFER}[*${DATA}]`]);
      expect(entries.remove(text)).toEqual({ ok: true, value: null });
      expect(store.get().scopeEntries).toEqual([]);
    }
  });

  it('says that a change was not kept, and keeps what it had', () => {
    const { entries, store } = setup();
    store.update = () => {
      throw new Error('disk full');
    };
    expect(entries.add('transfer:all')).toMatchObject({ ok: false, problem: { reason: 'settings' } });
    expect(store.get().scopeEntries).toEqual([]);
  });
});

describe('keeping flows', () => {
  it('makes its scope an entry with its title, and its collections dependent scopes', () => {
    const { entries, store, kept } = setup();
    entries.setFlow({ ...flow, collections: [COLLECTION] });
    expect(store.get().scopeEntries).toEqual([`${flow.scope}[*${TRANSFER}[*${DATA}]]`]);
    expect(kept.list()[0]?.entry).toMatchObject({
      name: `flow:${ID}`,
      scope: flow.scope,
      resourceServer: ID,
    });
    expect(kept.list()[0]?.entry.definition).toContain('Move and publish');
  });

  it('replaces what was known of it, also the collections', () => {
    const { entries, store } = setup();
    entries.setFlow({ ...flow, collections: [COLLECTION] });
    entries.setFlow({ ...flow, title: 'Renamed' });
    expect(store.get().flows).toEqual([{ ...flow, title: 'Renamed' }]);
    expect(store.get().scopeEntries).toEqual([flow.scope]);
  });

  it('forgets both, whichever of the two is removed', () => {
    for (const remove of [
      (entries: Entries) => entries.removeFlow(ID),
      (entries: Entries) => entries.remove(flow.scope),
    ]) {
      const { entries, store } = setup();
      entries.setFlow(flow);
      expect(remove(entries)).toEqual({ ok: true, value: null });
      expect([store.get().flows, store.get().scopeEntries]).toEqual([[], []]);
    }
  });

  it('never mixes environments: a flow of another one is not shown here', () => {
    const { store } = setup();
    new Entries(store, 'preview').setFlow(flow);
    expect(new KeptScopes(store, 'production').roots()).toEqual([]);
    expect(new Entries(store, 'production').flows()).toEqual([]);
    expect(new KeptScopes(store, 'preview').roots()).toEqual([flow.scope]);
  });

  it('refuses a record whose scope or collection is none', () => {
    const { entries, store } = setup();
    expect(entries.setFlow({ ...flow, scope: 'nonsense' }).ok).toBe(false);
    expect(entries.setFlow({ ...flow, collections: ['nonsense'] }).ok).toBe(false);
    expect(store.get()).toEqual({ ...defaultSettings(), scopeEntries: [] });
  });
});

describe('[C57] 500 kept scopes', () => {
  it('are described once, not at every look', () => {
    const scopes = Array.from(
      { length: 500 },
      (_, index) => `https://auth.globus.org/scopes/service${index}/all`,
    );
    const { kept } = setup(scopes);
    const first = kept.list();
    expect(first).toHaveLength(500);
    expect(kept.list()).toBe(first);
  });
});
