import { describe, expect, it } from 'vitest';
import { searchScopes } from '../../../../main/desktop/ipc/scope-search.ts';
import { CATALOG } from '../../../../main/globus/catalog.ts';
import { scopeStatus } from '../../../support/desktop.ts';

const names = (query: string) => searchScopes(query, []).map(({ name }) => name);

describe('searchScopes', () => {
  it('lists the whole catalog for nothing', () => {
    expect(names(' ')).toHaveLength(CATALOG.length);
  });

  it('finds by name, by service and by words of the definition, names first', () => {
    expect(names('transfer')[0]).toBe('transfer:all');
    expect(names('Flows status')).toContain('run_status');
    expect(names('timer')[0]).toBe('timers:timer');
    expect(names('no such words')).toEqual([]);
  });

  it('puts what is itself a scope at the top, also one that no catalog has', () => {
    expect(names('run')[0]).toBe('run');
    const id = '00000000-0000-4000-8000-00000000000a';
    expect(searchScopes(`flow:${id}`, [])).toMatchObject([
      { name: `flow:${id}`, service: 'Flow', kept: false },
    ]);
    expect(searchScopes('urn:globus:auth:scope:x.example:do', [])).toMatchObject([{ service: 'Other' }]);
  });

  it('knows what is on the list already', () => {
    const found = searchScopes('view_flows', [scopeStatus(0)]);
    expect(found[0]).toMatchObject({ name: 'view_flows', kept: true });
    expect(searchScopes('transfer:all', [scopeStatus(0)])[0]?.kept).toBe(false);
  });
});
