import { describe, expect, it } from 'vitest';
import { collectionsOf, flowIdOfScope, flowScope, withCollections } from '../../../main/globus/flow-scope.ts';
import { parseScopes } from '../../sandbox/auth/scope-syntax.ts';
import { flowScope as sandboxFlowScope } from '../../sandbox/flows/auth.ts';

const ID = 'f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e';
const ONE = '11111111-aaaa-4bbb-8ccc-000000000001';
const TWO = '11111111-aaaa-4bbb-8ccc-000000000002';
const FLOW =
  'https://auth.globus.org/scopes/f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e/flow_f1b4c6c0_6b2d_11e9_bd8c_0a06afd4a22e_user';
const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';

const access = (id: string) => `https://auth.globus.org/scopes/${id}/data_access`;

describe('flow scopes', () => {
  it('[C15] are written as Globus documents them', () => {
    expect(flowScope(ID)).toBe(FLOW);
    expect(flowScope(ID.toUpperCase())).toBe(FLOW);
    expect(sandboxFlowScope(ID)).toBe(FLOW);
    expect(flowIdOfScope(`${FLOW}[*x]`)).toBe(ID);
    expect(() => flowScope('../x')).toThrow(RangeError);
  });

  it('[C15] ask for collections below Transfer, each of them optional', () => {
    expect(withCollections(FLOW, [ONE])).toEqual({
      ok: true,
      scope: `${FLOW}[*${TRANSFER}[*${access(ONE)}]]`,
    });
    const both = `${FLOW}[*${TRANSFER}[*${access(ONE)} *${access(TWO)}]]`;
    expect(withCollections(FLOW, [ONE, ` ${TWO.toUpperCase()} `, ONE])).toEqual({ ok: true, scope: both });
    expect(() => parseScopes(both)).not.toThrow();
    expect(collectionsOf(both)).toEqual([ONE, TWO]);
  });

  it('replace the collections that were asked for before', () => {
    const before = `${FLOW}[*${TRANSFER}[*${access(ONE)}]]`;
    expect(withCollections(before, [TWO])).toEqual({
      ok: true,
      scope: `${FLOW}[*${TRANSFER}[*${access(TWO)}]]`,
    });
    expect(withCollections(before, [])).toEqual({ ok: true, scope: FLOW });
  });

  it.each(['', 'x', `${ONE}]`, `${ONE}/data_access] openid`, `${ONE} ${TWO}`])(
    '[C15] refuse the collection %j and say which it was',
    (bad) => {
      expect(withCollections(FLOW, [ONE, bad])).toEqual({ ok: false, reason: 'collection', bad });
    },
  );

  it('refuse more collections than a scope can hold', () => {
    const many = Array.from(
      { length: 60 },
      (_, index) => `${ONE.slice(0, -2)}${String(index).padStart(2, '0')}`,
    );
    expect(withCollections(FLOW, many)).toEqual({ ok: false, reason: 'scope' });
    expect(withCollections('a b', [ONE])).toMatchObject({ ok: true });
    expect(withCollections('', [ONE])).toEqual({ ok: false, reason: 'scope' });
  });
});
