import type { AppView, ScopeView } from '../../preload/contract.ts';
import { remaining } from './remaining.ts';

export type TrayIcon = 'ok' | 'expiring' | 'attention' | 'locked' | 'offline' | 'signed-out';

export type TrayAction =
  | { kind: 'copy'; scope: string; format: 'curl' | 'header' }
  | { kind: 'renew'; scope: string }
  | { kind: 'clear-clipboard' }
  | { kind: 'sign-in' }
  | { kind: 'cancel-sign-in' }
  | { kind: 'sign-out' }
  | { kind: 'use-account'; sub: string }
  | { kind: 'lock' }
  | { kind: 'unlock' }
  | { kind: 'open' }
  | { kind: 'quit' };

export type MenuItemModel =
  | { kind: 'separator' }
  /** A line to read. */
  | { kind: 'text'; label: string }
  | { kind: 'action'; label: string; action: TrayAction; enabled: boolean }
  /** One of several, of which one is in use. */
  | { kind: 'choice'; label: string; action: TrayAction; chosen: boolean }
  | { kind: 'submenu'; label: string; items: MenuItemModel[] };

export interface TrayModel {
  icon: TrayIcon;
  tooltip: string;
  menu: MenuItemModel[];
}

const NAME = 'Globus Token Tray';
const SEPARATOR: MenuItemModel = { kind: 'separator' };

/** Icon, tooltip and menu as one function of the view; tray.ts only paints it. */
export function trayModel(view: AppView): TrayModel {
  const icon = trayIcon(view);
  const status = statusLine(view, icon);
  return {
    icon,
    tooltip: `${view.environment.fake ? `${view.environment.label} · ` : ''}${NAME}: ${status}`,
    menu: [
      ...(view.environment.fake ? [text(`${view.environment.label}: no real tokens`)] : []),
      ...accountItems(view),
      text(capitalized(status)),
      ...(view.problem === null ? [] : [action(view.problem.title, { kind: 'open' })]),
      ...scopeItems(view),
      SEPARATOR,
      ...clipboardItems(view),
      ...signInItems(view),
      ...lockItems(view),
      action(`Open ${NAME}`, { kind: 'open' }),
      ...brokerLine(view),
      SEPARATOR,
      action('Quit', { kind: 'quit' }),
    ],
  };
}

/**
 * Milliseconds until a shown time reads differently, or null when none is shown. State changes are announced
 * by the agent and need no timer.
 */
export function nextChange(view: AppView): number | null {
  const steps = allScopes(view)
    .filter((scope) => scope.expiresAt !== null && showsTime(scope))
    .map((scope) => remaining((scope.expiresAt ?? 0) - view.now).changesIn)
    .filter(Number.isFinite);
  return steps.length === 0 ? null : Math.min(...steps);
}

/** The worst that needs the user comes first; being offline explains everything after it. */
function trayIcon(view: AppView): TrayIcon {
  const states = new Set(allScopes(view).map((scope) => scope.state));
  if (view.locked || view.vault.status === 'locked') return 'locked';
  if (view.vault.status !== 'ready' || view.problem !== null) return 'attention';
  if (view.clientId === null || view.account === null) return 'signed-out';
  if (states.has('locked')) return 'locked';
  if (!view.online) return 'offline';
  if (states.has('needs-consent') || states.has('needs-sign-in')) return 'attention';
  if (states.has('offline')) return 'offline';
  if (states.has('expiring')) return 'expiring';
  return 'ok';
}

function statusLine(view: AppView, icon: TrayIcon): string {
  switch (icon) {
    case 'locked':
      return view.locked ? 'locked' : `the ${vaultName(view)} is locked`;
    case 'signed-out':
      return view.clientId === null ? 'not set up yet' : 'not signed in';
    case 'offline':
      return 'offline';
    case 'expiring':
      return `${count(view, 'expiring')} expiring${soonest(view)}`;
    case 'attention':
      return attentionLine(view);
    case 'ok':
      return `${count(view, 'ready', 'renewing')} ready${soonest(view)}`;
  }
}

/** ", 47 h left": what ends first, so that the menu answers "for how long" without opening a submenu. */
function soonest(view: AppView): string {
  const ends = allScopes(view)
    .filter(showsTime)
    .flatMap((scope) => scope.expiresAt ?? []);
  return ends.length === 0 ? '' : `, ${remaining(Math.min(...ends) - view.now).text} left`;
}

function attentionLine(view: AppView): string {
  switch (view.vault.status) {
    case 'missing':
      return view.vault.backend === 'passphrase'
        ? 'the passphrase file is not there'
        : 'no keychain was found';
    case 'denied':
      return `the ${vaultName(view)} refused access`;
    case 'slow':
      return `the ${vaultName(view)} does not answer`;
    case 'damaged':
      return `the ${vaultName(view)} is damaged`;
    case 'ready':
    case 'locked':
      return view.problem === null
        ? `${count(view, 'needs-consent', 'needs-sign-in')} ${needsVerb(view)} you`
        : 'needs attention';
  }
}

function vaultName({ vault }: AppView): string {
  return vault.backend === 'passphrase' ? 'passphrase file' : 'keychain';
}

function needsVerb(view: AppView): string {
  return scopesIn(view, 'needs-consent', 'needs-sign-in').length === 1 ? 'needs' : 'need';
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

/** Rows of one group: a menu that does not fit the screen is hard to use, and each row costs bus traffic. */
const GROUP_LIMIT = 15;

/** Nothing in them works without an account: a row of dead submenus would bury "Sign in…". */
function scopeItems(view: AppView): MenuItemModel[] {
  if (view.account === null) return [];
  return view.groups
    .filter((group) => group.scopes.length > 0)
    .flatMap((group) => [
      SEPARATOR,
      text(`${group.title}: ${group.note}`),
      ...group.scopes.slice(0, GROUP_LIMIT).map((scope): MenuItemModel => scopeItem(scope, view.now)),
      ...moreItems(group.scopes.length - GROUP_LIMIT),
    ]);
}

function moreItems(count: number): MenuItemModel[] {
  return count > 0 ? [action(`${count} more in the window…`, { kind: 'open' })] : [];
}

function scopeItem(scope: ScopeView, now: number): MenuItemModel {
  const usable = scope.state === 'ready' || scope.state === 'expiring' || scope.state === 'renewing';
  // Offline, a token in memory still has its time: copying works until it ends.
  const held = scope.expiresAt !== null && scope.expiresAt > now;
  const canCopy = usable || (scope.state === 'offline' && held);
  return {
    kind: 'submenu',
    // The name alone when all is well: the exceptions are what should catch the eye.
    label: scope.state === 'ready' ? scope.name : `${scope.name} – ${stateLine(scope, now)}`,
    items: [
      text(capitalized(stateLine(scope, now))),
      ...(scope.alsoAllows.length === 0 ? [] : [text(`Also allows ${scope.alsoAllows.join(', ')}`)]),
      SEPARATOR,
      // Of a service whose API this app does not know there is nothing to write.
      ...(scope.recipes.length === 0
        ? []
        : [action('Copy curl', { kind: 'copy', scope: scope.scope, format: 'curl' }, canCopy)]),
      action('Copy header', { kind: 'copy', scope: scope.scope, format: 'header' }, canCopy),
      action('Renew', { kind: 'renew', scope: scope.scope }, usable && scope.state !== 'renewing'),
    ],
  };
}

function showsTime(scope: ScopeView): boolean {
  return scope.state === 'ready' || scope.state === 'expiring' || scope.state === 'offline';
}

function stateLine(scope: ScopeView, now: number): string {
  const left = scope.expiresAt === null ? null : remaining(scope.expiresAt - now).text;
  switch (scope.state) {
    case 'ready':
      return left === null ? 'ready' : `ready, ${left} left`;
    case 'renewing':
      return 'renewing…';
    case 'expiring':
      return left === null ? 'expiring' : `expiring, ${left} left`;
    case 'needs-sign-in':
      return 'sign in';
    case 'needs-consent':
      return 'needs consent';
    case 'offline':
      return left === null ? 'offline' : `offline, ${left} left`;
    case 'locked':
      return 'locked';
  }
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
    ...(view.account === null ? [] : [action('Sign out', { kind: 'sign-out' }, !under)]),
  ];
}

/** Locking means something only where there is something to lock. */
function lockItems(view: AppView): MenuItemModel[] {
  if (view.locked) return [action('Unlock', { kind: 'unlock' })];
  return view.account === null ? [] : [action('Lock now', { kind: 'lock' })];
}

function allScopes(view: AppView): ScopeView[] {
  return view.groups.flatMap((group) => group.scopes);
}

function scopesIn(view: AppView, ...states: ScopeView['state'][]): ScopeView[] {
  return allScopes(view).filter((scope) => states.includes(scope.state));
}

function count(view: AppView, ...states: ScopeView['state'][]): string {
  const { length } = scopesIn(view, ...states);
  return length === 1 ? '1 scope' : `${length} scopes`;
}

function text(label: string): MenuItemModel {
  return { kind: 'text', label };
}

function action(label: string, what: TrayAction, enabled = true): MenuItemModel {
  return { kind: 'action', label, action: what, enabled };
}

function capitalized(line: string): string {
  return line.charAt(0).toUpperCase() + line.slice(1);
}

/** Nothing is said of a broker that does not listen: the window does, with what to do. */
function brokerLine({ broker }: AppView): MenuItemModel[] {
  if (broker === undefined || broker.path === null) return [];
  return [text(broker.denyAll ? 'Broker denies everything' : `Broker on · ${broker.path}`)];
}
