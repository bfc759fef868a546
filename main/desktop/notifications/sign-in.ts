import type { AppView, ScopeView } from '../../../preload/contract.ts';
import type { AuditEntry } from '../../broker/contract.ts';
import type { Clock } from '../../effects.ts';
import { listed } from '../../globus/listed.ts';
import { ofAccount } from '../../../preload/account-row.ts';
import { otherTokens, rowsOf } from '../other-accounts.ts';
import { menuName, type MenuAction } from '../tray-items.ts';
import { allScopes, needsPerson } from '../tray-status.ts';
import type { NoticeEffects } from './effects.ts';

export interface SignInEffects extends NoticeEffects {
  clock: Pick<Clock, 'now' | 'after'>;
  /** The person is in a window of ours, which says it already. */
  looking: () => boolean;
}

type AskedInVain = Pick<AuditEntry, 'time' | 'kind' | 'by' | 'scope' | 'account'>;

/** Milliseconds: several sign-ins that end together are one piece of news. */
export const TOGETHER = 1_000;

/** Problems of an agent that only a new sign-in solves. */
const ENDED = ['grant-ended', 'grant-missing'];

/**
 * Says that a person is needed: because Globus ended a sign-in, or because a program asked for what no
 * sign-in covers. What the person did (signed out, put a scope on the list) is no news to them.
 */
export class SignInNotices {
  readonly #effects: SignInEffects;
  readonly #since: number;
  /** By account and full scope string: what programs asked for in vain. */
  readonly #wanted = new Map<string, () => void>();
  #ended: string | null = null;
  #takeBack: () => void = () => undefined;
  #view: AppView | null = null;

  constructor(effects: SignInEffects) {
    this.#effects = effects;
    this.#since = effects.clock.now();
  }

  /** To be called with every view. */
  look(view: AppView): void {
    this.#view = view;
    const { problem } = view;
    const ended = problem !== null && ENDED.includes(problem.reason) ? problem.reason : null;
    if (ended !== this.#ended) {
      this.#ended = ended;
      this.#takeBack();
      this.#takeBack = ended === null ? () => undefined : this.#later();
    }
    if (this.#wanted.size === 0) return;
    const still = new Set(needing(view).map(keyOf));
    for (const [key, takeBack] of this.#wanted) {
      if (still.has(key)) continue;
      this.#wanted.delete(key);
      takeBack();
    }
  }

  /** To be called with every line of the audit log; older ones count for nothing. */
  asked({ time, kind, by, scope, account }: AskedInVain): void {
    const refused = kind === 'refused' && (by === 'needs-consent' || by === 'needs-sign-in');
    if (!refused || scope === null || Date.parse(time) < this.#since || this.#view === null) return;
    const { account: own } = this.#view;
    const whose = (row: ScopeView) => (row.account ?? own)?.username ?? null;
    const rows = needing(this.#view).filter((one) => one.scope === scope);
    const row = account === null ? rows[0] : rows.find((one) => whose(one) === account);
    // Said already, for all that ended.
    if (row === undefined || this.#wanted.has(keyOf(row)) || this.#ended !== null) return;
    this.#wanted.set(keyOf(row), this.#tellOf(row));
  }

  stop(): void {
    this.#takeBack();
    for (const takeBack of this.#wanted.values()) takeBack();
    this.#wanted.clear();
    this.#ended = null;
  }

  #later(): () => void {
    return this.#effects.clock.after(TOGETHER, () => {
      this.#takeBack = this.#tellOfEnd();
    });
  }

  #tellOfEnd(): () => void {
    const { port, act } = this.#effects;
    if (this.#view === null || this.#silent()) return () => undefined;
    const rows = needing(this.#view);
    const names = rows.map(nameOf);
    const [first] = rows;
    const start: MenuAction =
      first?.account === undefined
        ? { kind: 'sign-in' }
        : { kind: 'show', scope: first.scope, ...ofAccount(first) };
    const which = names.length === 0 ? 'Some scopes' : listed(names);
    const title =
      this.#ended === 'grant-missing' ? 'A sign-in is gone from the vault' : 'Globus ended a sign-in';
    const body = `${which}: programs get no more tokens until you sign in again.`;
    return port.show(
      { title, body, action: 'Sign in' },
      { click: () => act({ kind: 'open' }), action: () => act(start) },
    );
  }

  #tellOf(row: ScopeView): () => void {
    const { port, act } = this.#effects;
    if (this.#silent()) return () => undefined;
    const consent = row.state === 'needs-consent';
    // A sign-in from here is for all that the default account lacks; another account's starts at its row.
    const show = () => act({ kind: 'show', scope: row.scope, ...ofAccount(row) });
    return port.show(
      {
        title: `${nameOf(row)} needs ${consent ? 'your consent' : 'a sign-in'}`,
        body: `A program asked for it and got no token. ${consent ? 'Allow it at Globus' : 'Sign in'}, then run the program again.`,
        action: 'Sign in',
      },
      { click: show, action: row.account === undefined ? () => act({ kind: 'sign-in' }) : show },
    );
  }

  #silent(): boolean {
    return !this.#effects.enabled() || this.#effects.looking();
  }
}

/** Of the default account first. */
function needing(view: AppView): ScopeView[] {
  const others = otherTokens(view).filter(({ token }) => needsPerson(token));
  return [...allScopes(view).filter(needsPerson), ...others.flatMap(rowsOf)];
}

function keyOf({ scope, account }: ScopeView): string {
  return `${account?.sub ?? ''} ${scope}`;
}

function nameOf(row: ScopeView): string {
  return row.account === undefined ? menuName(row) : `${menuName(row)} of ${row.account.username}`;
}
