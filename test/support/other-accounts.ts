import type { AccountTokensView, AppView, ScopeView } from '../../preload/contract.ts';
import { HOUR, NOW, scopeView, view } from './desktop.ts';

export const GRACE = { sub: '2', username: 'grace@lab.example' };

export function token(rows: number[], change: Partial<AccountTokensView['tokens'][number]> = {}) {
  const forecast = { tokenEndsAt: null, grantEndsAt: null, policyEndsAt: null };
  const ends = { expiresAt: NOW + 20 * HOUR, lifetime: 48 * HOUR };
  return { rows, allows: [], state: 'ready' as const, isolated: false, forecast, ...ends, ...change };
}

export function scopes(...names: string[]): ScopeView[] {
  return names.map((name) => scopeView({ name, scope: `urn:${name}` }));
}

/** Ada's view; the others hold what is said of each group. */
export function withOthers(
  groups: { title: string; scopes: ScopeView[]; others: AccountTokensView[] }[],
): AppView {
  const ada = { sub: '1', username: 'ada@example.org', displayName: '', initials: 'A' };
  const others = new Map(groups.flatMap((group) => group.others).map(({ sub, username }) => [sub, username]));
  return view([], {
    groups: groups.map((group) => ({ id: group.title, note: 'n', ...group })),
    accounts: [
      { ...ada, isDefault: true },
      ...[...others].map(([sub, username]) => ({ ...ada, sub, username, isDefault: false })),
    ],
  });
}

/** Of one group, with what Grace holds of it. */
export function flowsWith(tokens: AccountTokensView['tokens'], ...names: string[]): AppView {
  return withOthers([{ title: 'Flows', scopes: scopes(...names), others: [{ ...GRACE, tokens }] }]);
}
