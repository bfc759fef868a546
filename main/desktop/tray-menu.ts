import type { AppView } from '../../preload/contract.ts';
import { remaining } from './remaining.ts';
import { scopeItems } from './tray-scopes.ts';
import { allScopes, showsTime, statusLine, trayIcon } from './tray-status.ts';
import {
  NO_FACTS,
  SEPARATOR,
  action,
  capitalized,
  text,
  type MenuItemModel,
  type TrayFacts,
  type TrayModel,
} from './tray-items.ts';

export type { MenuItemModel, TrayAction, TrayFacts, TrayModel } from './tray-items.ts';
export type { TrayIcon } from './tray-status.ts';

const NAME = 'Globus Token Tray';

/** Icon, tooltip and menu as one function of what is known; tray.ts only paints it. */
export function trayModel(view: AppView, facts: TrayFacts = NO_FACTS): TrayModel {
  const icon = trayIcon(view, facts.questions);
  const status = statusLine(view, icon, facts.questions);
  return {
    icon,
    tooltip: `${view.environment.fake ? `${view.environment.label} · ` : ''}${NAME}: ${status}`,
    menu: [
      ...(view.environment.fake ? [text(`${view.environment.label}: no real tokens`)] : []),
      ...accountItems(view),
      // A question and a problem are said by a line below, which can be clicked.
      ...(icon === 'asking' || status === view.problem?.title ? [] : [text(capitalized(status))]),
      ...(view.problem === null ? [] : [action(view.problem.title, { kind: 'open' })]),
      ...questionItems(facts.questions),
      ...scopeItems(view, facts),
      SEPARATOR,
      ...searchItems(view, facts),
      ...clipboardItems(view),
      ...lockItems(view),
      ...signInItems(view),
      SEPARATOR,
      ...brokerLine(view),
      ...updateItems(view),
      action(`Open ${NAME}`, { kind: 'open' }),
      action('Quit', { kind: 'quit' }),
    ],
  };
}

/**
 * Milliseconds until a shown time reads differently, or null when none is shown. State changes are announced
 * by the agent and need no timer.
 */
export function nextChange(view: AppView): number | null {
  const others = view.groups.flatMap((group) => group.others ?? []).flatMap(({ tokens }) => tokens);
  const steps = [...allScopes(view), ...others]
    .filter((scope) => scope.expiresAt !== null && showsTime(scope))
    .map((scope) => remaining((scope.expiresAt ?? 0) - view.now).changesIn)
    .filter(Number.isFinite);
  return steps.length === 0 ? null : Math.min(...steps);
}

/** With several accounts a submenu to switch; all in it are held at the same time. */
function accountItems({ account, accounts }: AppView): MenuItemModel[] {
  if (account === null) return [];
  if (accounts.length < 2) return [text(account.username)];
  const items = accounts.map(({ sub, username, isDefault }): MenuItemModel => {
    return { kind: 'choice', label: username, action: { kind: 'use-account', sub }, chosen: isDefault };
  });
  return [{ kind: 'submenu', label: account.username, items }];
}

/** The menu brings the question to the front; a yes takes a look at who asks. */
function questionItems([first, ...others]: readonly string[]): MenuItemModel[] {
  if (first === undefined) return [];
  const more = others.length === 1 ? '1 more question waits' : `${others.length} more questions wait`;
  return [
    SEPARATOR,
    action(`${first.replace(/\?$/, '')}…`, { kind: 'question' }),
    ...(others.length === 0 ? [] : [text(more)]),
  ];
}

function searchItems({ account }: AppView, { searchKeys }: TrayFacts): MenuItemModel[] {
  if (account === null) return [];
  const item = { kind: 'action', label: 'Search…', action: { kind: 'search' }, enabled: true } as const;
  return [searchKeys === null ? item : { ...item, keys: searchKeys }];
}

function clipboardItems({ clipboard }: AppView): MenuItemModel[] {
  return clipboard === null || clipboard.tokenFree === true
    ? []
    : [action(`Clear clipboard (${clipboard.what})`, { kind: 'clear-clipboard' })];
}

function signInItems(view: AppView): MenuItemModel[] {
  const under = view.signIn.phase === 'waiting' || view.signIn.phase === 'exchanging';
  return [
    under ? action('Cancel sign-in', { kind: 'cancel-sign-in' }) : action('Sign in…', { kind: 'sign-in' }),
    ...(view.account === null ? [] : [action('Sign out…', { kind: 'ask-sign-out' }, !under)]),
  ];
}

/** Locking means something only where there is something to lock. */
function lockItems(view: AppView): MenuItemModel[] {
  if (view.locked) return [action('Unlock', { kind: 'unlock' })];
  return view.account === null ? [] : [action('Lock now', { kind: 'lock' })];
}

function updateItems({ update }: AppView): MenuItemModel[] {
  return update?.phase === 'ready'
    ? [action(`Restart to update to ${update.version}`, { kind: 'restart' })]
    : [];
}

/** Nothing is said of a broker that does not listen: the window does, with what to do. */
function brokerLine({ broker }: AppView): MenuItemModel[] {
  if (broker === undefined || broker.path === null) return [];
  return [text(broker.denyAll ? 'Broker denies everything' : `Broker on · ${broker.path}`)];
}
