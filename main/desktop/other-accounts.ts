import { accountRow } from '../../preload/account-row.ts';
import type { AppView, RowAccount, ScopeView, SharedTokenView } from '../../preload/contract.ts';

/** A token of an account beside the default one. */
export interface OtherToken {
  account: RowAccount;
  token: SharedTokenView;
  /** What it is for, as the default account has it. */
  rows: ScopeView[];
}

/** What the accounts beside the default one hold, token by token. */
export function otherTokens({ groups }: Pick<AppView, 'groups'>): OtherToken[] {
  return groups.flatMap(({ scopes, others = [] }) =>
    others.flatMap(({ sub, username, tokens }) =>
      tokens.map((token) => ({
        account: { sub, username },
        token,
        rows: token.rows.flatMap((position) => scopes[position] ?? []),
      })),
    ),
  );
}

/** Its rows, as the window draws them. */
export function rowsOf({ account, token, rows }: OtherToken): ScopeView[] {
  return rows.map((base) => accountRow(base, account, token));
}
