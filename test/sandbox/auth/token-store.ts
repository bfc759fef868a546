import type { SecretMint } from '../secrets.ts';
import type { SandboxClock, SandboxUser, SessionFacts, TokenFacts } from '../types.ts';

/** What a refresh token stands for: one client, one user, one resource server. */
export interface RefreshGrant {
  clientId: string;
  user: SandboxUser;
  resourceServer: string;
  scopes: readonly string[];
  session: SessionFacts;
  /** Sandbox clock; a grant dies six months after it. */
  lastUsed: number;
}

export type NewGrant = Omit<RefreshGrant, 'lastUsed'>;

/** Access and refresh tokens that are alive. */
export class TokenStore {
  private readonly access = new Map<string, TokenFacts>();
  private readonly refresh = new Map<string, RefreshGrant>();
  private readonly mint: SecretMint;
  private readonly clock: SandboxClock;

  constructor(mint: SecretMint, clock: SandboxClock) {
    this.mint = mint;
    this.clock = clock;
  }

  /** `seconds`: life of the access token. */
  issueAccess(grant: NewGrant, seconds: number): TokenFacts {
    const now = this.clock.now();
    const facts: TokenFacts = {
      token: this.mint.token(),
      clientId: grant.clientId,
      user: grant.user,
      resourceServer: grant.resourceServer,
      scopes: grant.scopes,
      session: grant.session,
      issuedAt: now,
      expiresAt: now + seconds * 1_000,
    };
    this.access.set(facts.token, facts);
    return facts;
  }

  issueRefresh(grant: NewGrant): string {
    const token = this.mint.token();
    this.refresh.set(token, { ...grant, lastUsed: this.clock.now() });
    return token;
  }

  /** The live access token's facts; undefined when unknown, revoked or expired. */
  lookup(token: string): TokenFacts | undefined {
    const facts = this.access.get(token);
    return facts !== undefined && this.clock.now() < facts.expiresAt ? facts : undefined;
  }

  /** The grant behind a refresh token, marked as used now; undefined when dead or another client's. */
  useRefresh(token: string, clientId: string): RefreshGrant | undefined {
    const grant = this.liveGrant(token);
    if (grant === undefined || grant.clientId !== clientId) return undefined;
    grant.lastUsed = this.clock.now();
    return grant;
  }

  /** A new refresh token for the same grant; the old one is dead from here on. */
  rotate(token: string): string {
    const grant = this.refresh.get(token);
    if (grant === undefined) return token;
    this.refresh.delete(token);
    const next = this.mint.token();
    this.refresh.set(next, grant);
    return next;
  }

  /** A refresh token's end leaves the access tokens made from it alive (GLOBUS.md §2.4). */
  revoke(token: string, clientId: string): void {
    if (this.access.get(token)?.clientId === clientId) this.access.delete(token);
    if (this.refresh.get(token)?.clientId === clientId) this.refresh.delete(token);
  }

  isActive(token: string, clientId: string): boolean {
    const owner = this.lookup(token)?.clientId ?? this.liveGrant(token)?.clientId;
    return owner === clientId;
  }

  /** What a rescinded consent does: both kinds die at once. Without a scope: all of this client's. */
  kill(user: SandboxUser, clientId: string, scope?: string): void {
    for (const tokens of [this.access, this.refresh]) {
      for (const [token, entry] of tokens) {
        if (entry.user.sub !== user.sub || entry.clientId !== clientId) continue;
        if (scope === undefined || entry.scopes.includes(scope)) tokens.delete(token);
      }
    }
  }

  private liveGrant(token: string): RefreshGrant | undefined {
    const grant = this.refresh.get(token);
    return grant !== undefined && this.clock.now() < sixMonthsAfter(grant.lastUsed) ? grant : undefined;
  }
}

/** GLOBUS.md §2.3. */
function sixMonthsAfter(time: number): number {
  const date = new Date(time);
  date.setUTCMonth(date.getUTCMonth() + 6);
  return date.getTime();
}
