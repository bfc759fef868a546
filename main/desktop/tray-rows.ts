import { ofAccount } from '../../preload/account-row.ts';
import type { AppView, ScopeView } from '../../preload/contract.ts';
import { SEPARATOR, action, capitalized, menuName, text, type MenuItemModel } from './tray-items.ts';
import { needsPerson, scopeState, timeLeft } from './tray-status.ts';

/** One scope of one account: what state it is in, and what can be done with it. */
export function scopeItem(scope: ScopeView, now: number, name = menuName(scope)): MenuItemModel {
  const whose = { scope: scope.scope, ...ofAccount(scope) };
  const usable = scope.state === 'ready' || scope.state === 'expiring' || scope.state === 'renewing';
  // Offline, a token in memory still has its time: copying works until it ends.
  const held = scope.expiresAt !== null && scope.expiresAt > now;
  const canCopy = usable || (scope.state === 'offline' && held);
  return {
    kind: 'submenu',
    label: `${name}${rowEnd(scope, now)}`,
    // What can be done comes first: GNOME opens this inside the menu, and on a low screen shows a line or two of it.
    items: [
      // Of a service whose API this app does not know there is nothing to write.
      ...(scope.recipes.length === 0
        ? []
        : [action('Copy curl', { kind: 'copy', ...whose, format: 'curl' }, canCopy)]),
      action('Copy header', { kind: 'copy', ...whose, format: 'header' }, canCopy),
      action('Renew', { kind: 'renew', ...whose }, usable && scope.state !== 'renewing'),
      ...(needsPerson(scope) ? [action(needWord(scope), { kind: 'show', ...whose })] : []),
      SEPARATOR,
      text(capitalized(scopeState(scope, now))),
      ...(scope.alsoAllows.length === 0 ? [] : [text(alsoAllows(scope.alsoAllows))]),
    ],
  };
}

/** The time alone when all is well: the exceptions are what should catch the eye. */
function rowEnd(scope: ScopeView, now: number): string {
  if (scope.state !== 'ready') return ` – ${scopeState(scope, now)}`;
  const left = timeLeft(scope, now);
  return left === null ? '' : ` – ${left}`;
}

const ALSO_LIMIT = 4;

function alsoAllows(names: readonly string[]): string {
  const more = names.length - ALSO_LIMIT;
  const shown = names.slice(0, ALSO_LIMIT).map((name) => menuName({ name }));
  return `Also allows ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** "all (Transfer)" where two of the rows would have one name. */
export function rowName(scope: ScopeView, rows: readonly ScopeView[], view: AppView): string {
  const name = menuName(scope);
  if (rows.filter((other) => menuName(other) === name).length === 1) return name;
  const group = view.groups.find(({ scopes }) => scopes.some((one) => one.scope === scope.scope));
  return group === undefined ? name : `${name} (${group.title})`;
}

function needWord({ state }: ScopeView): string {
  return state === 'needs-consent' ? 'Give consent…' : 'Sign in…';
}
