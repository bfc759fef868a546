import type { Clock, Logger } from '../effects.ts';
import { OAuthFailure, toFailure } from '../oauth/failure.ts';
import type { IssuedToken } from '../oauth/token-response.ts';
import type { GrantRecord } from '../settings/types.ts';
import type { Trouble, VaultTrouble } from '../vault/types.ts';
import { type AccessToken, type AccessTokens, EARLY_MS } from './access-tokens.ts';
import type { Grants } from './grants.ts';
import { openSealed } from './handover.ts';
import type { Exclusive } from './renewal-lock.ts';

export type RenewalResult =
  | { kind: 'renewed'; token: AccessToken }
  /** The grant is gone: by the server's definite word, or because an open vault no longer holds it. */
  | { kind: 'ended'; by: 'server' | 'vault' }
  /** The vault cannot be used now. `unsaved`: a new refresh token waits in memory until it can. */
  | { kind: 'vault'; trouble: VaultTrouble; unsaved?: true }
  /** No usable answer: network, 5xx, 429, unreadable. Says nothing about the grant. */
  | { kind: 'unreachable'; failure: OAuthFailure }
  /** The server answered and refused, without saying that the grant ended. */
  | { kind: 'refused'; failure: OAuthFailure };

export interface RenewalPorts {
  grants: Grants;
  access: AccessTokens;
  clock: Clock;
  log: Logger;
  /** One refresh request. @throws OAuthFailure */
  refresh(grant: {
    refreshToken: string;
    resourceServer: string;
    scopes: readonly string[];
  }): Promise<IssuedToken>;
  /** Called when a renewal begins and ends. */
  announce: () => void;
  /** Keeps other processes from renewing the same grant; absent: there are none. */
  exclusive?: Exclusive;
  /** The other process's sealed access token of the grant; null when it has none or is gone. */
  askSibling?(socket: string, grant: string): Promise<unknown>;
}

/** Renews access tokens: one flight per grant, whoever asks, in whichever process (CHECKLIST 20–22). */
export class Renewal {
  readonly #ports: RenewalPorts;
  readonly #flights = new Map<string, Promise<RenewalResult>>();
  /** Grants that are being ended: no flight begins before that is over. */
  readonly #endings = new Map<string, Promise<void>>();

  constructor(ports: RenewalPorts) {
    this.#ports = ports;
  }

  underWay(grant: string): boolean {
    return this.#flights.has(grant);
  }

  /** Joins the flight under way, or starts one. Never rejects. */
  renew(grant: GrantRecord): Promise<RenewalResult> {
    const running = this.#flights.get(grant.name);
    if (running !== undefined) return running;
    const ending = this.#endings.get(grant.name);
    const begun = ending === undefined ? this.#alone(grant) : ending.then(() => this.#alone(grant));
    const flight = begun.finally(() => {
      this.#flights.delete(grant.name);
      this.#ports.announce();
    });
    this.#flights.set(grant.name, flight);
    this.#ports.announce();
    return flight;
  }

  /** Resolves when the flights that are under way now have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#flights.values()]);
  }

  /**
   * Runs what ends a grant while no renewal of it is in the air, in this process or another: one that is, is waited
   * for, and one that is asked for waits. Otherwise the server could rotate the refresh token between its being read
   * and its being revoked, and the new one would outlive a sign-out.
   *
   * @throws OAuthFailure `unavailable` when another process does not end its renewal in time; nothing was run
   */
  async undisturbed<T>(grant: string, run: () => Promise<T>): Promise<T> {
    const { exclusive = (_grant: string, alone: () => Promise<T>) => alone() } = this.#ports;
    const flight = this.#flights.get(grant);
    const earlier = this.#endings.get(grant);
    const result = Promise.allSettled([flight, earlier]).then(() => exclusive(grant, run));
    const over = result.then(
      () => undefined,
      () => undefined,
    );
    this.#endings.set(grant, over);
    try {
      return await result;
    } finally {
      if (this.#endings.get(grant) === over) this.#endings.delete(grant);
    }
  }

  async #alone(grant: GrantRecord): Promise<RenewalResult> {
    const { exclusive, clock } = this.#ports;
    if (exclusive === undefined) return this.#fly(grant);
    const began = clock.now();
    try {
      return await exclusive(grant.name, async (earlier) => {
        if (earlier === null || earlier.socket === null) return this.#fly(grant);
        const since = Math.min(began, earlier.since);
        return (await this.#fromSibling(grant, earlier.socket, since)) ?? (await this.#fly(grant));
      });
    } catch (error) {
      if (error instanceof OAuthFailure) return { kind: 'unreachable', failure: error };
      throw error;
    }
  }

  /**
   * What the winner of the lock got meanwhile. Only a token that it received since it took the lock counts:
   * whoever asked for a renewal wants a new one.
   */
  async #fromSibling(grant: GrantRecord, socket: string, since: number): Promise<RenewalResult | null> {
    const { grants, access, clock, log } = this.#ports;
    const asked = this.#ports.askSibling?.(socket, grant.name) ?? Promise.resolve(null);
    const sealed = await asked.catch(() => null);
    if (sealed === null) return null;
    // Read after the winner wrote: a rotated refresh token is the one that it sealed with.
    const read = await grants.read(grant.name);
    if (read.kind !== 'found') return null;
    const opened = openSealed(sealed, read.entry.refreshToken);
    if (opened?.grant !== grant.name) return null;
    const { token } = opened;
    const held = access.get(grant.name);
    const longer = held === undefined || token.expiresAt > held.expiresAt;
    if (token.receivedAt < since || token.expiresAt - EARLY_MS <= clock.now() || !longer) return null;
    log.info({ resourceServer: grant.resourceServer }, 'another process renewed a token');
    access.put(grant.name, token);
    return { kind: 'renewed', token };
  }

  async #fly(grant: GrantRecord): Promise<RenewalResult> {
    const { grants, log } = this.#ports;
    const saved = await grants.saveUnsaved(grant.name);
    if (saved.kind === 'trouble') return { kind: 'vault', trouble: saved.trouble, unsaved: true };
    const read = await grants.read(grant.name);
    if (read.kind === 'trouble') return ofVault(read);
    if (read.kind === 'absent') return { kind: 'ended', by: 'vault' };

    const first = await this.#spend(grant, read.entry.refreshToken);
    if (!isInvalidGrant(first)) return first;

    // Somebody else may have spent the token and stored its successor (RFC 9700 §4.14): look again first.
    const again = await grants.read(grant.name);
    if (again.kind === 'trouble') return ofVault(again);
    if (again.kind === 'found' && again.entry.refreshToken !== read.entry.refreshToken) {
      const second = await this.#spend(grant, again.entry.refreshToken);
      if (!isInvalidGrant(second)) return second;
    }
    log.warn({ resourceServer: grant.resourceServer }, 'the server ended a grant (invalid_grant)');
    const removed = await grants.remove(grant.name);
    if (removed.kind === 'trouble') return ofVault(removed);
    this.#ports.access.drop(grant.name);
    return { kind: 'ended', by: 'server' };
  }

  async #spend(grant: GrantRecord, refreshToken: string): Promise<RenewalResult> {
    const { grants, access, clock } = this.#ports;
    let issued: IssuedToken;
    try {
      issued = await this.#ports.refresh({
        refreshToken,
        resourceServer: grant.resourceServer,
        scopes: grant.scopes,
      });
    } catch (error) {
      const failure = toFailure(error);
      const unreachable = failure.kind === 'network' || failure.kind === 'unavailable';
      return { kind: unreachable ? 'unreachable' : 'refused', failure };
    }
    // A new refresh token is safe in the vault before anybody gets the access token.
    if (issued.refreshToken !== null && issued.refreshToken !== refreshToken) {
      const saved = await grants.replace(grant.name, {
        refreshToken: issued.refreshToken,
        scopes: issued.scopes,
      });
      if (saved.kind === 'trouble') return { kind: 'vault', trouble: saved.trouble, unsaved: true };
    }
    const token = { value: issued.accessToken, receivedAt: issued.receivedAt, expiresAt: issued.expiresAt };
    access.put(grant.name, token);
    grants.touch(grant.name, clock.now(), issued.scopes);
    return { kind: 'renewed', token };
  }
}

function ofVault({ trouble }: Trouble): RenewalResult {
  return { kind: 'vault', trouble };
}

function isInvalidGrant(result: RenewalResult): boolean {
  return result.kind === 'refused' && result.failure.kind === 'invalid_grant';
}
