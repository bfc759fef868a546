import type { AppView, ScopeView } from '../../../preload/contract.ts';
import type { Clock } from '../../effects.ts';
import { ofAccount } from '../../../preload/account-row.ts';
import { otherTokens, rowsOf } from '../other-accounts.ts';
import type { NotificationPort } from './port.ts';
import { remaining } from '../remaining.ts';
import type { MenuAction } from '../tray-items.ts';
import { allScopes } from '../tray-status.ts';

export interface ExpiryNoticesEffects {
  port: NotificationPort;
  clock: Clock;
  /** The setting; asked every time, so a changed one counts at once. */
  enabled: () => boolean;
  act: (action: MenuAction) => void;
}

/**
 * The app renews by itself when a token comes near its end, and tries again when that fails: who is told
 * before this time is over would be told for nothing.
 */
export const GRACE = 60_000;

interface Ending {
  key: string;
  endsAt: number;
  scopes: ScopeView[];
}

/** Says so when a token is about to end: once per token and end, however often its renewal is tried. */
export class ExpiryNotices {
  readonly #effects: ExpiryNoticesEffects;
  /** Seen ending, and what takes it back: the timer first, then the notification. */
  readonly #seen = new Map<string, { endsAt: number; told: boolean; takeBack: () => void }>();
  #endings: ReadonlyMap<string, Ending> = new Map();

  constructor(effects: ExpiryNoticesEffects) {
    this.#effects = effects;
  }

  /** To be called with every view. */
  look(view: AppView): void {
    this.#endings = endingsIn(view);
    for (const { key, endsAt, scopes } of this.#endings.values()) {
      const expiring = scopes.some(({ state }) => state === 'expiring');
      if (!expiring || this.#seen.has(key) || !this.#effects.enabled()) continue;
      const takeBack = this.#effects.clock.after(GRACE, () => {
        this.#tell(key);
      });
      this.#seen.set(key, { endsAt, told: false, takeBack });
    }
    for (const [key, { endsAt, told, takeBack }] of this.#seen) {
      if (this.#endings.has(key)) continue;
      takeBack();
      // Whoever was told stays told until the end: the same token may come back into view.
      if (!told || endsAt <= view.now) this.#seen.delete(key);
    }
  }

  stop(): void {
    for (const { takeBack } of this.#seen.values()) takeBack();
    this.#seen.clear();
    this.#endings = new Map();
  }

  #tell(key: string): void {
    const { port, clock, enabled, act } = this.#effects;
    const ending = this.#endings.get(key);
    const seen = this.#seen.get(key);
    const now = clock.now();
    if (ending === undefined || seen === undefined || ending.endsAt <= now || !enabled()) return;
    const [first] = ending.scopes;
    if (first === undefined) return;
    seen.told = true;
    seen.takeBack = port.show(words(ending, now), {
      click: () => {
        act({ kind: 'open' });
      },
      action: () => {
        act({ kind: 'renew', scope: first.scope, ...ofAccount(first) });
      },
    });
  }
}

/** By token: scopes of one account that name each other and end together share one. */
function endingsIn(view: AppView): Map<string, Ending> {
  const endings = new Map<string, Ending>();
  const ends = ({ state }: Pick<ScopeView, 'state'>) => state === 'expiring' || state === 'renewing';
  const others = otherTokens(view).filter(({ token }) => ends(token));
  for (const scope of [...allScopes(view).filter(ends), ...others.flatMap(rowsOf)]) {
    const { expiresAt: endsAt, account } = scope;
    if (endsAt === null) continue;
    const key = `${account?.sub ?? ''} ${endsAt} ${[scope.name, ...scope.alsoAllows].sort().join(' ')}`;
    const ending = endings.get(key) ?? { key, endsAt, scopes: [] };
    ending.scopes.push(scope);
    endings.set(key, ending);
  }
  return endings;
}

function words({ scopes, endsAt }: Ending, now: number): { title: string; body: string; action: string } {
  const [first] = scopes;
  const one = scopes.length === 1;
  const what = one ? (first?.name ?? '') : `The token for ${scopes.length} scopes`;
  const who = first?.account === undefined ? what : `${what} of ${first.account.username}`;
  return {
    title: `${who} ends in ${remaining(endsAt - now).text}`,
    body: 'It could not be renewed so far. Programs that use it fail from then on.',
    action: 'Renew',
  };
}
