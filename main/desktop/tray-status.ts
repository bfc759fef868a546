import type { AppView, ScopeView } from '../../preload/contract.ts';
import { otherTokens, type OtherToken } from './other-accounts.ts';
import { remaining } from './remaining.ts';

export type TrayIcon = 'asking' | 'ok' | 'expiring' | 'attention' | 'locked' | 'offline' | 'signed-out';

/** A question waits a minute for its answer, so it comes first; being offline explains what comes after it. */
export function trayIcon(view: AppView, questions: readonly string[]): TrayIcon {
  const tokens = otherTokens(view).map(({ token }) => token);
  const states = new Set([...allScopes(view), ...tokens].map(({ state }) => state));
  if (view.locked || view.vault.status === 'locked') return 'locked';
  if (questions.length > 0) return 'asking';
  if (view.vault.status !== 'ready' || view.problem !== null) return 'attention';
  if (view.clientId === null || view.account === null) return 'signed-out';
  if (states.has('locked')) return 'locked';
  if (!view.online) return 'offline';
  if (states.has('needs-consent') || states.has('needs-sign-in')) return 'attention';
  if (states.has('offline')) return 'offline';
  if (states.has('expiring')) return 'expiring';
  return 'ok';
}

/** One line for the tooltip and the menu's head; without a full stop. */
export function statusLine(view: AppView, icon: TrayIcon, questions: readonly string[]): string {
  const line = stateLine(view, icon, questions);
  const denied = view.broker?.denyAll === true && icon !== 'locked' && icon !== 'signed-out';
  return denied ? `${line}; programs are refused` : line;
}

function stateLine(view: AppView, icon: TrayIcon, questions: readonly string[]): string {
  switch (icon) {
    case 'locked':
      return view.locked ? 'locked' : `the ${vaultName(view)} is locked`;
    case 'asking':
      return askingLine(questions);
    case 'signed-out':
      return view.clientId === null ? 'not set up yet' : 'not signed in';
    case 'offline':
      return `offline${soonest(view, allScopes(view))}`;
    case 'expiring':
      return expiringLine(view);
    case 'attention':
      return attentionLine(view);
    case 'ok':
      return `${count(view, 'ready', 'renewing')} ready${soonest(view, allScopes(view))}`;
  }
}

function askingLine([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} ${others.length} more wait${others.length === 1 ? 's' : ''}`;
}

function expiringLine(view: AppView): string {
  const own = scopesIn(view, 'expiring');
  const others = otherTokens(view).filter(({ token }) => token.state === 'expiring');
  const left = soonest(view, [...own, ...others.map(({ token }) => token)]);
  return `${countedOf(own.length, others)} expiring${left}`;
}

/** ", 47 h left": what ends first, so that the menu answers "for how long" without opening a submenu. */
function soonest(view: AppView, of: readonly Pick<ScopeView, 'state' | 'expiresAt'>[]): string {
  const ends = of
    .filter(showsTime)
    .flatMap((scope) => scope.expiresAt ?? [])
    .filter((end) => end > view.now);
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
      return view.problem === null ? needsLine(view) : view.problem.title;
  }
}

function needsLine(view: AppView): string {
  const own = allScopes(view).filter(needsPerson).length;
  const tokens = otherTokens(view);
  const others = tokens.filter(({ token }) => needsPerson(token));
  const needing = own + rowCount(others);
  const line = `${countedOf(own, others)} ${needing === 1 ? 'needs' : 'need'} you`;
  const expiring = [...allScopes(view), ...tokens.map(({ token }) => token)];
  return expiring.some(({ state }) => state === 'expiring') ? `${line}, ${expiringLine(view)}` : line;
}

/** Where the default account has none of them, whose they are. */
function countedOf(own: number, others: readonly OtherToken[]): string {
  const line = counted(own + rowCount(others));
  if (own > 0) return line;
  const names = new Set(others.map(({ account }) => account.username));
  return `${line} of ${names.size === 1 ? [...names].join('') : 'other accounts'}`;
}

function rowCount(others: readonly OtherToken[]): number {
  return others.reduce((sum, { token }) => sum + token.rows.length, 0);
}

function vaultName({ vault }: AppView): string {
  return vault.backend === 'passphrase' ? 'passphrase file' : 'keychain';
}

/** What a scope's row says of it, small letters. */
export function scopeState(scope: ScopeView, now: number): string {
  const left = timeLeft(scope, now);
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

/** "47 h"; null without a token. */
export function timeLeft(scope: ScopeView, now: number): string | null {
  return scope.expiresAt === null ? null : remaining(scope.expiresAt - now).text;
}

export function showsTime(scope: Pick<ScopeView, 'state'>): boolean {
  return scope.state === 'ready' || scope.state === 'expiring' || scope.state === 'offline';
}

export function needsPerson({ state }: Pick<ScopeView, 'state'>): boolean {
  return state === 'needs-consent' || state === 'needs-sign-in';
}

export function allScopes(view: AppView): ScopeView[] {
  return view.groups.flatMap((group) => group.scopes);
}

export function scopesIn(view: AppView, ...states: ScopeView['state'][]): ScopeView[] {
  return allScopes(view).filter((scope) => states.includes(scope.state));
}

function count(view: AppView, ...states: ScopeView['state'][]): string {
  return counted(scopesIn(view, ...states).length);
}

function counted(scopes: number): string {
  return scopes === 1 ? '1 scope' : `${scopes} scopes`;
}
