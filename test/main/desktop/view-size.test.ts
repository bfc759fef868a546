import { expect, it } from 'vitest';
import { appView } from '../../../main/desktop/view.ts';
import { describeScope } from '../../../main/globus/describe-scope.ts';
import { CATALOG } from '../../../main/globus/catalog.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { resolveScopeName } from '../../../main/globus/short-names.ts';
import { rootOf as root } from '../../../main/globus/scope-string.ts';
import { NOW, agentSnapshot, scopeStatus } from '../../support/desktop.ts';

const id = (index: number) => `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;

const rootOf = (text: string) => root(resolveScopeName(text) ?? text);

/** 500 entries, 50 of them flows, and 10 accounts. */
function big() {
  const flows = Array.from({ length: 50 }, (_, index) => ({
    id: id(index),
    title: `Flow number ${index}`,
    scope: flowScope(id(index)),
    role: 'flow_owner',
    collections: [],
    checkedAt: NOW,
    environment: 'production' as const,
  }));
  const collections = Array.from(
    { length: 450 - CATALOG.length },
    (_, index) => `collection:${id(index)}:data_access`,
  );
  const texts = [...CATALOG.map(({ scope }) => scope), ...flows.map(({ scope }) => scope), ...collections];
  const scopes = texts.map((text) => {
    const entry = describeScope(text);
    if (entry === null) throw new RangeError(text);
    return scopeStatus(0, { entry });
  });
  const accounts = Array.from({ length: 10 }, (_, index) => ({
    sub: id(index),
    username: `user${index}@example.org`,
    displayName: `User ${index}`,
    isDefault: index === 0,
  }));
  // Each of the nine other accounts is signed in for everything, with 20 tokens.
  const others = accounts.slice(1).map((account) => ({
    account,
    holdings: Array.from({ length: 20 }, (_, token) => {
      const serves = texts.filter((_text, index) => index % 20 === token).map((text) => rootOf(text));
      const { state, expiresAt, lifetime, isolated, forecast } = scopeStatus(0);
      return { state, expiresAt, lifetime, isolated, forecast, serves, carries: serves };
    }),
  }));
  return { snapshot: agentSnapshot({ scopes, flows, accounts }), others };
}

it('[C57] stays small with 500 scopes, 50 flows and 10 accounts', () => {
  const { snapshot, others } = big();
  const broker = { path: '/run/user/1000/globus-token/broker.sock', denyAll: false, programsToday: 0 };
  const first = appView({
    ...{ snapshot, others, broker },
    ...{ clipboard: null, problem: null, version: '1', now: NOW },
  });
  expect(first.groups.flatMap(({ scopes }) => scopes)).toHaveLength(500);
  const rows = first.groups.flatMap((group) => group.others ?? []).flatMap(({ tokens }) => tokens);
  expect(rows.flatMap((token) => token.rows)).toHaveLength(9 * 500);
  const bytes = JSON.stringify(first).length;
  expect(bytes).toBeLessThan(1_000_000);
});
