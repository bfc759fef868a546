import type { RowAccount, ScopeView, SharedTokenView } from './views.ts';

/**
 * The row of another account, made of what main says once per token: the default account's row with that
 * account's token. Window, palette and tray menu draw the same.
 */
export function accountRow(base: ScopeView, account: RowAccount, token: SharedTokenView): ScopeView {
  const { state, expiresAt, lifetime, isolated, forecast, allows } = token;
  const alsoAllows = allows.filter((name) => name !== base.name);
  // The entry is the default account's to take off.
  return { ...base, state, expiresAt, lifetime, isolated, forecast, alsoAllows, removable: false, account };
}

/** What a call adds for the row's account; nothing for the default one. */
export function ofAccount({ account }: Pick<ScopeView, 'account'>): { account?: string } {
  return account === undefined ? {} : { account: account.sub };
}
