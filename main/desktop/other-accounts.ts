import { accountRow } from '../../preload/account-row.ts';
import type { AppView, RowAccount, ScopeView, SharedTokenView } from '../../preload/contract.ts';

/** A token of an account beside the default one. */
export interface OtherToken {
  account: RowAccount;
  token: SharedTokenView;
  /** Of its group, as the default account has them: `token.rows` are positions in it. */
  scopes: readonly ScopeView[];
}

/** What the accounts beside the default one hold, token by token. */
export function otherTokens({ groups }: Pick<AppView, 'groups'>): OtherToken[] {
  return groups.flatMap(({ scopes, others = [] }) =>
    others.flatMap(({ sub, username, tokens }) =>
      tokens.map((token) => ({ account: { sub, username }, token, scopes })),
    ),
  );
}

/** Its rows, as the window draws them. */
export function rowsOf({ account, token, scopes }: OtherToken): ScopeView[] {
  const own = token.rows.flatMap((position) => scopes[position] ?? []);
  return own.map((base) => accountRow(base, account, token));
}
