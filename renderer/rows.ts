import { accountRow } from '../preload/account-row.ts';
import type { AccountTokensView, RowAccount, ScopeGroupView, ScopeView } from '../preload/contract.ts';

export { ofAccount } from '../preload/account-row.ts';

/** What tells rows apart: a scope is there once per account that has it. */
export type RowId = Pick<ScopeView, 'scope' | 'account'>;

export interface AccountRows {
  account: RowAccount;
  scopes: ScopeView[];
}

/** A group as the list draws it: the default account's rows, then those of each other account. */
export interface ListGroup {
  id: string;
  title: string;
  note: string;
  scopes: ScopeView[];
  others: AccountRows[];
}

/** The rows of other accounts, made of what main says once per token. */
export function listGroup({ id, title, note, scopes, others = [] }: ScopeGroupView): ListGroup {
  return { id, title, note, scopes, others: others.map((one) => accountRows(one, scopes)) };
}

function accountRows({ sub, username, tokens }: AccountTokensView, scopes: ScopeView[]): AccountRows {
  const account = { sub, username };
  const rows = new Map<number, ScopeView>();
  for (const token of tokens) {
    for (const position of token.rows) {
      const base = scopes[position];
      if (base !== undefined) rows.set(position, accountRow(base, account, token));
    }
  }
  const inOrder = [...rows].sort(([one], [other]) => one - other);
  return { account, scopes: inOrder.map(([, row]) => row) };
}

export function rowsOf({ scopes, others }: ListGroup): ScopeView[] {
  return others.length === 0 ? scopes : [...scopes, ...others.flatMap((one) => one.scopes)];
}

/** The scope itself for a row of the default account. No scope string holds a line end. */
export function rowKey({ scope, account }: RowId): string {
  return account === undefined ? scope : `${scope}\n${account.sub}`;
}

/** As a sentence or a button names it: "view_flows", "view_flows of grace@lab.example". */
export function rowName({ name, account }: Pick<ScopeView, 'name' | 'account'>): string {
  return account === undefined ? name : `${name} of ${account.username}`;
}
