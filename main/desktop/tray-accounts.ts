import { accountRow } from '../../preload/account-row.ts';
import type { AccountTokensView, AppView, ScopeView, SharedTokenView } from '../../preload/contract.ts';
import { shortenEnd } from '../broker/visible-text.ts';
import { SEPARATOR, action, text, type MenuItemModel, type TrayFacts } from './tray-items.ts';
import { rowName, scopeItem } from './tray-rows.ts';
import { needsPerson } from './tray-status.ts';

/** Accounts beside the default one. Each is a submenu of submenus: more would be a menu of thousands of lines. */
const ACCOUNT_LIMIT = 5;
/** Rows of one account, all its groups together. */
const ROW_LIMIT = 15;
const USERNAME_LIMIT = 48;

interface Held {
  account: AccountTokensView;
  rows: { base: ScopeView; token: SharedTokenView }[];
}

/** What the accounts beside the default one hold, a submenu each: copied and renewed without a switch. */
export function otherAccountItems(view: AppView, facts: Pick<TrayFacts, 'uses'>): MenuItemModel[] {
  const held = heldByOthers(view);
  if (held.length === 0) return [];
  const more = held.length - ACCOUNT_LIMIT;
  const counted = more === 1 ? '1 more account' : `${more} more accounts`;
  return [
    SEPARATOR,
    text(held.length === 1 ? 'Other account' : 'Other accounts'),
    ...held.slice(0, ACCOUNT_LIMIT).map((one) => accountItem(one, view, facts)),
    ...(more > 0 ? [action(`${counted} in the window…`, { kind: 'open' })] : []),
  ];
}

/** In the order of the accounts; an account may hold something of several groups. */
function heldByOthers({ accounts, groups }: AppView): Held[] {
  const found = new Map<string, Held>();
  for (const { scopes, others = [] } of groups) {
    for (const account of others) {
      const one = found.get(account.sub) ?? { account, rows: [] };
      found.set(account.sub, one);
      const rows = account.tokens.flatMap((token) => token.rows.map((position) => ({ position, token })));
      rows.sort((a, b) => a.position - b.position);
      for (const { position, token } of rows) {
        const base = scopes[position];
        if (base !== undefined) one.rows.push({ base, token });
      }
    }
  }
  return accounts.flatMap(({ sub }) => found.get(sub) ?? []);
}

function accountItem(
  { account: { sub, username }, rows }: Held,
  view: AppView,
  { uses }: Pick<TrayFacts, 'uses'>,
): MenuItemModel {
  const needing = rows.filter(({ token }) => needsPerson(token)).length;
  // A stable sort, as at the top of the menu; what cannot be used before somebody signed in comes last.
  const sorted = [...rows].sort(
    (a, b) =>
      Number(needsPerson(a.token)) - Number(needsPerson(b.token)) || uses(b.base.scope) - uses(a.base.scope),
  );
  const shown = sorted
    .slice(0, ROW_LIMIT)
    .map(({ base, token }) => accountRow(base, { sub, username }, token));
  const more = rows.length - ROW_LIMIT;
  return {
    kind: 'submenu',
    label: `${shortenEnd(username, USERNAME_LIMIT)}${needing === 0 ? '' : ` – ${needsYou(needing)}`}`,
    items: [
      ...shown.map((row) => scopeItem(row, view.now, rowName(row, shown, view))),
      ...(more > 0 ? [action(`${more} more in the window…`, { kind: 'open' })] : []),
    ],
  };
}

function needsYou(scopes: number): string {
  return scopes === 1 ? '1 scope needs you' : `${scopes} scopes need you`;
}
