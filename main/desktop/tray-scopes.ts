import type { AppView, ScopeView } from '../../preload/contract.ts';
import { otherAccountItems } from './tray-accounts.ts';
import {
  SEPARATOR,
  action,
  capitalized,
  menuName,
  text,
  type MenuItemModel,
  type TrayFacts,
} from './tray-items.ts';
import { rowName, scopeItem } from './tray-rows.ts';
import { allScopes, needsPerson, scopesIn } from './tray-status.ts';

/** Rows of one group: a menu that does not fit the screen is hard to use, and each row costs bus traffic. */
const GROUP_LIMIT = 15;
/** Lines of one kind about scopes that need the person; more are one line. */
const NEED_LIMIT = 3;

/**
 * The default account's scopes that are used most, all of them in submenus, the other accounts' behind these,
 * and those that wait for the person.
 */
export function scopeItems(view: AppView, facts: Pick<TrayFacts, 'uses' | 'topRows'>): MenuItemModel[] {
  const scopes = allScopes(view);
  // Rows in which nothing works would bury "Sign in…" and "Unlock".
  if (view.account === null || view.locked || scopes.every(({ state }) => state === 'locked')) return [];
  return [...topItems(view, facts), ...otherAccountItems(view, facts), ...needItems(view)];
}

function topItems(view: AppView, { uses, topRows }: Pick<TrayFacts, 'uses' | 'topRows'>): MenuItemModel[] {
  const scopes = allScopes(view);
  const usable = scopes.filter((scope) => !needsPerson(scope));
  // A stable sort: the order of the list decides between equals.
  const top = [...usable].sort((a, b) => uses(b.scope) - uses(a.scope)).slice(0, topRows);
  if (scopes.length === 0) return [];
  const used = top.some(({ scope }) => uses(scope) > 0);
  const rows = top.map((scope) => scopeItem(scope, view.now, rowName(scope, top, view)));
  // What is in the rows already needs no second place.
  const all = scopes.length > top.length ? [allItem(view)] : [];
  const head = all.length > 0 && used ? [text('Most used')] : [];
  return [SEPARATOR, ...(rows.length === 0 ? [] : [...head, ...rows]), ...all];
}

function allItem(view: AppView): MenuItemModel {
  const groups = view.groups.filter((group) => group.scopes.length > 0);
  const items = groups.map((group): MenuItemModel => {
    const rows = group.scopes.slice(0, GROUP_LIMIT).map((scope) => scopeItem(scope, view.now));
    const more = group.scopes.length - GROUP_LIMIT;
    return {
      kind: 'submenu',
      label: group.title,
      items: [
        text(capitalized(group.note)),
        ...rows,
        ...(more > 0 ? [action(`${more} more in the window…`, { kind: 'open' })] : []),
      ],
    };
  });
  return { kind: 'submenu', label: 'All scopes', items };
}

/** "Needs consent: Tar and transfer…" leads to its row in the window. */
function needItems(view: AppView): MenuItemModel[] {
  const lines = [
    ...needLines(scopesIn(view, 'needs-consent'), 'Needs consent'),
    ...needLines(scopesIn(view, 'needs-sign-in'), 'Needs sign-in'),
  ];
  return lines.length === 0 ? [] : [SEPARATOR, ...lines];
}

function needLines(scopes: readonly ScopeView[], what: string): MenuItemModel[] {
  const [first] = scopes;
  if (first === undefined) return [];
  if (scopes.length > NEED_LIMIT) {
    return [action(`${what}: ${scopes.length} scopes…`, { kind: 'show', scope: first.scope })];
  }
  return scopes.map((scope) => action(`${what}: ${menuName(scope)}…`, { kind: 'show', scope: scope.scope }));
}
