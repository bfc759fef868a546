import type { AppView, ScopeView } from '../../../preload/contract.ts';
import type { AuditEntry } from '../../broker/contract.ts';
import type { Clock } from '../../effects.ts';
import { menuName } from '../tray-items.ts';
import { allScopes } from '../tray-status.ts';
import type { NoticeEffects } from './effects.ts';

export interface SignInEffects extends NoticeEffects {
  clock: Pick<Clock, 'now' | 'after'>;
  /** The person is in a window of ours, which says it already. */
  looking: () => boolean;
}

/** Milliseconds: several sign-ins that end together are one piece of news. */
export const TOGETHER = 1_000;

/** Problems of an agent that only a new sign-in solves. */
const ENDED = ['grant-ended', 'grant-missing'];
const NAMES = 3;

/**
 * Says that a person is needed: because Globus ended a sign-in, or because a program asked for what no
 * sign-in covers. What the person did (signed out, put a scope on the list) is no news to them.
 */
export class SignInNotices {
  readonly #effects: SignInEffects;
  readonly #since: number;
  /** By full scope string: what programs asked for in vain. */
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
    for (const [scope, takeBack] of this.#wanted) {
      if (needing(view).some((one) => one.scope === scope)) continue;
      this.#wanted.delete(scope);
      takeBack();
    }
  }

  /** To be called with every line of the audit log; older ones count for nothing. */
  asked({ time, kind, by, scope }: Pick<AuditEntry, 'time' | 'kind' | 'by' | 'scope'>): void {
    const refused = kind === 'refused' && (by === 'needs-consent' || by === 'needs-sign-in');
    if (!refused || scope === null || this.#wanted.has(scope) || Date.parse(time) < this.#since) return;
    const row = this.#view === null ? undefined : needing(this.#view).find((one) => one.scope === scope);
    // Said already, for all that ended.
    if (row === undefined || this.#ended !== null) return;
    this.#wanted.set(scope, this.#tellOf(row));
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
    const names = needing(this.#view).map(menuName);
    const which = names.length === 0 ? 'Some scopes' : listed(names);
    const title =
      this.#ended === 'grant-missing' ? 'A sign-in is gone from the vault' : 'Globus ended a sign-in';
    const body = `${which}: programs get no more tokens until you sign in again.`;
    return port.show(
      { title, body, action: 'Sign in' },
      { click: () => act({ kind: 'open' }), action: () => act({ kind: 'sign-in' }) },
    );
  }

  #tellOf(row: ScopeView): () => void {
    const { port, act } = this.#effects;
    if (this.#silent()) return () => undefined;
    const consent = row.state === 'needs-consent';
    return port.show(
      {
        title: `${menuName(row)} needs ${consent ? 'your consent' : 'a sign-in'}`,
        body: `A program asked for it and got no token. ${consent ? 'Allow it at Globus' : 'Sign in'}, then run the program again.`,
        action: 'Sign in',
      },
      { click: () => act({ kind: 'show', scope: row.scope }), action: () => act({ kind: 'sign-in' }) },
    );
  }

  #silent(): boolean {
    return !this.#effects.enabled() || this.#effects.looking();
  }
}

function needing(view: AppView): ScopeView[] {
  return allScopes(view).filter(({ state }) => state === 'needs-consent' || state === 'needs-sign-in');
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES;
  const shown = names.slice(0, NAMES).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
