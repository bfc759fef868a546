import type { Clock, Logger } from '../effects.ts';
import { rootOf } from '../globus/scope-string.ts';
import type { OAuthContext, Provider } from '../oauth/context.ts';
import { refresh } from '../oauth/refresh.ts';
import type { Session } from '../session/session.ts';
import type { GrantRecord, SettingsStore } from '../settings/types.ts';
import { type AccessToken, AccessTokens, EARLY_MS } from './access-tokens.ts';
import { idleEnd, monthsAfter } from './forecast.ts';
import { chooseGrant, type Grants, neededGrants } from './grants.ts';
import { type AccountHoldings, holdingsOf } from './holdings.ts';
import type { KeptScopes } from './kept-scopes.ts';
import { Pauses } from './pauses.ts';
import { Renewal, type RenewalPorts, type RenewalResult } from './renewal.ts';
import { expiringFrom, type ScopeStatus, scopeStatus, type StatusFacts } from './status.ts';

export interface KeeperPorts {
  clock: Clock;
  /** From 0 to 1, for jitter only. */
  random: () => number;
  log: Logger;
  settings: SettingsStore;
  session: Session;
  grants: Grants;
  kept: KeptScopes;
  /** null until a client ID is set. */
  context(): OAuthContext | null;
  provider(context: OAuthContext): Promise<Provider>;
  announce: () => void;
  /** Told of every renewal that did not succeed, and of every one that did. */
  outcome(grant: GrantRecord, result: RenewalResult): void;
  /** Set where other processes use the same data folder. */
  across?: Pick<RenewalPorts, 'exclusive' | 'askSibling'>;
}

export type AccessResult =
  | { kind: 'token'; token: AccessToken; grant: GrantRecord }
  | { kind: 'none' }
  | { kind: 'locked' }
  /** Another agent takes over: only what is in memory is handed out. */
  | { kind: 'retired' }
  | { kind: 'failed'; result: Exclude<RenewalResult, { kind: 'renewed' }> };

/** With this many months of disuse behind it, a grant that is to be kept alive is renewed once. */
const KEEP_ALIVE_MONTHS = 5;
/** The server's clock and calendar may differ from ours. */
const ENDED_SURELY_MS = 24 * 3_600_000;
/** How long the life of a new token tells what the server gives. */
const JUST_NOW_MS = 60_000;

/**
 * Keeps access tokens fresh ("stay fresh" in docs/architecture.md) and answers who may do what for how long.
 * Renews shortly before an end, after a wake-up and when the network is back; after failures it backs off.
 */
export class Keeper {
  readonly access = new AccessTokens();
  readonly #ports: KeeperPorts;
  readonly #renewal: Renewal;
  readonly #pauses: Pauses;
  #cancelTimer: () => void = () => undefined;
  #closed = false;
  #retired = false;

  constructor(ports: KeeperPorts) {
    this.#ports = ports;
    this.#pauses = new Pauses(ports);
    this.#renewal = new Renewal({
      grants: ports.grants,
      access: this.access,
      clock: ports.clock,
      log: ports.log,
      announce: ports.announce,
      ...ports.across,
      refresh: async (grant) => {
        const context = ports.context();
        if (context === null) throw new Error('a grant without a client ID');
        return refresh(context, await ports.provider(context), grant);
      },
    });
  }

  /** Every kept scope as one account has it; the default account when none is named. */
  statuses(account?: string): ScopeStatus[] {
    const facts = this.#facts(account);
    return this.#ports.kept.list().map(({ entry }) => scopeStatus({ ...facts, entry }));
  }

  /** What the accounts beside the default one hold of the kept scopes; those without any are left out. */
  others(): AccountHoldings[] {
    const { grants, kept } = this.#ports;
    const account = grants.account();
    const entries = kept.list().map(({ entry }) => entry);
    return grants
      .accounts()
      .filter(({ sub }) => sub !== account?.sub)
      .map((other) => ({ account: other, holdings: holdingsOf(entries, this.#facts(other.sub)) }))
      .filter(({ holdings }) => holdings.length > 0);
  }

  #facts(account: string | undefined): Omit<StatusFacts, 'entry'> {
    const { clock, session } = this.#ports;
    return {
      grants: this.#grantsOf(account),
      token: (grant) => this.access.get(grant),
      renewing: (grant) => this.#renewal.underWay(grant),
      unreachable: (grant) => this.#pauses.side(grant) === 'server',
      locked: (grant) => session.locked || this.#pauses.side(grant) === 'vault',
      online: session.online,
      now: clock.now(),
    };
  }

  /**
   * The token for one scope, renewed when it has less than `minimumMs` left: once, if none can have that.
   * @param account `sub`; the default account when absent
   */
  async accessFor(scope: string, minimumMs = 0, account?: string): Promise<AccessResult> {
    const { clock } = this.#ports;
    const grant = this.choose(scope, account);
    if (grant === undefined) return { kind: 'none' };
    const now = clock.now();
    const held = this.access.usable(grant.name, now, minimumMs) ?? this.#longest(grant.name, now, minimumMs);
    if (held !== undefined) return { kind: 'token', token: held, grant };
    const result = await this.#renewFor(grant);
    return this.#hasAnother(grant, result, scope, account)
      ? this.accessFor(scope, minimumMs, account)
      : result;
  }

  /** A new token for one scope, whatever the one at hand has left. */
  async renewFor(scope: string, account?: string): Promise<AccessResult> {
    const grant = this.choose(scope, account);
    if (grant === undefined) return { kind: 'none' };
    const result = await this.#renewFor(grant);
    return this.#hasAnother(grant, result, scope, account) ? this.renewFor(scope, account) : result;
  }

  /** The grant ended and left the index, and one that stood behind it covers the scope too. */
  #hasAnother(grant: GrantRecord, result: AccessResult, scope: string, account: string | undefined): boolean {
    if (result.kind !== 'failed' || result.result.kind !== 'ended') return false;
    const next = this.choose(scope, account);
    return next !== undefined && next.name !== grant.name;
  }

  /** The narrowest grant of the account that covers the scope; brackets do not matter. */
  choose(scope: string, account?: string): GrantRecord | undefined {
    return chooseGrant(this.#grantsOf(account), rootOf(scope));
  }

  #grantsOf(account: string | undefined): readonly GrantRecord[] {
    const { grants } = this.#ports;
    const sub = account ?? grants.account()?.sub;
    return sub === undefined ? [] : grants.list(sub);
  }

  /** A token of a moment ago, for a life that even a new one does not have: asking again would not help. */
  #longest(grant: string, now: number, minimumMs: number): AccessToken | undefined {
    const held = this.access.usable(grant, now);
    if (held === undefined || now - held.receivedAt > JUST_NOW_MS || now < held.receivedAt) return undefined;
    return minimumMs > held.expiresAt - held.receivedAt ? held : undefined;
  }

  async #renewFor(grant: GrantRecord): Promise<AccessResult> {
    // A flight that was under way when the agent retired is still waited for.
    if (this.#retired && !this.#renewal.underWay(grant.name)) return { kind: 'retired' };
    const result = await this.renew(grant);
    if (result.kind === 'renewed') return { kind: 'token', token: result.token, grant };
    return { kind: 'failed', result };
  }

  async renew(grant: GrantRecord): Promise<RenewalResult> {
    const result = await this.#renewal.renew(grant);
    if (this.#closed) return result;
    this.#pauses.note(grant.name, result);
    this.#ports.outcome(grant, result);
    this.schedule();
    return result;
  }

  /** Renews what needs it now, and wakes up again when the next token comes near its end. */
  schedule(): void {
    this.#cancelTimer();
    if (this.#closed || this.#retired || this.#ports.session.locked) return;
    const now = this.#ports.clock.now();
    let next = Number.POSITIVE_INFINITY;
    const grants = this.#ports.grants.list();
    const needed = neededGrants(grants, this.#ports.kept.roots());
    for (const grant of grants) {
      const due = needed.has(grant.name) ? this.#dueAt(grant.name) : this.#idleDueAt(grant);
      if (due <= now && !this.#renewal.underWay(grant.name)) void this.renew(grant);
      else next = Math.min(next, due);
    }
    const announceAt = this.#nextStateChange(now);
    const wait = Math.min(next, announceAt) - now;
    if (!Number.isFinite(wait)) return;
    this.#cancelTimer = this.#ports.clock.after(Math.max(250, wait), () => {
      this.#ports.announce();
      this.schedule();
    });
  }

  /** The network is back or the system woke up: whatever failed before is worth a new try. */
  retryNow(): void {
    this.#pauses.end();
    this.schedule();
  }

  /** From now on no renewal begins; resolves when those under way have ended, or after `milliseconds`. */
  async retire(milliseconds: number): Promise<void> {
    this.#retired = true;
    this.#cancelTimer();
    let cancel: () => void = () => undefined;
    const tooLong = new Promise<void>((resolve) => {
      cancel = this.#ports.clock.after(milliseconds, resolve);
    });
    await Promise.race([this.#renewal.settled(), tooLong]);
    cancel();
  }

  /** Takes `retire` back. */
  resume(): void {
    this.#retired = false;
    this.schedule();
  }

  /** For what ends a grant: no renewal of it is under way while `run` runs (see `Renewal`). */
  undisturbed<T>(grant: string, run: () => Promise<T>): Promise<T> {
    return this.#renewal.undisturbed(grant, run);
  }

  forget(grant: string): void {
    this.access.drop(grant);
    this.#pauses.forget(grant);
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer();
    this.access.clear();
  }

  #dueAt(grant: string): number {
    const pause = this.#pauses.until(grant);
    if (pause !== null) return this.#ports.session.online ? pause : Number.POSITIVE_INFINITY;
    const token = this.access.get(grant);
    if (token === undefined) return 0;
    // Halfway into "expiring", so that the state is seen only when renewing does not work.
    return (expiringFrom(token) + token.expiresAt - EARLY_MS) / 2;
  }

  /**
   * What no kept scope needs is left alone, but for the one renewal that keeps it from ending of disuse; without
   * that it is asked after once when it must have ended, so that no dead sign-in stays in the list.
   */
  #idleDueAt(grant: GrantRecord): number {
    const { keepAlive } = this.#ports.settings.get();
    const due = keepAlive
      ? monthsAfter(grant.lastUsedAt, KEEP_ALIVE_MONTHS)
      : idleEnd(grant.lastUsedAt) + ENDED_SURELY_MS;
    return this.#pauses.until(grant.name) !== null ? Math.max(due, this.#dueAt(grant.name)) : due;
  }

  #nextStateChange(now: number): number {
    const moments = this.#ports.grants.list().flatMap((grant) => {
      const token = this.access.get(grant.name);
      return token === undefined ? [] : [expiringFrom(token), token.expiresAt - EARLY_MS];
    });
    return Math.min(...moments.filter((moment) => moment > now), Number.POSITIVE_INFINITY);
  }
}
