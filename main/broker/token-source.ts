import { findAccount } from '../tokens/accounts.ts';
import type { AccessResult } from '../tokens/keeper.ts';
import { rootNamed, shortNameOf } from '../tokens/scope-names.ts';
import type { ScopeStatus } from '../tokens/status.ts';
import type { Problem } from '../effects.ts';
import type { Reason, ScopeAnswer } from './contract.ts';
import type { Question, TokenOutcome, TokenSource } from './types.ts';
import { vaultRefusal } from './vault-trouble.ts';

/** The agent, as far as the broker's tokens go. */
export interface TokenAgent {
  readonly locked: boolean;
  snapshot(): {
    readonly account: BrokerAccount | null;
    /** Every account that is signed in, the default one among them. */
    readonly accounts: readonly BrokerAccount[];
    readonly scopes: readonly ScopeStatus[];
    readonly clientId: string | null;
  };
  accessToken(scope: string, minimumMs: number, account?: string): Promise<AccessResult>;
  /** Why `accessToken` gave none, in words. */
  whyNoToken(scope: string, result: NoToken, account?: string): Problem;
}

type NoToken = Exclude<AccessResult, { kind: 'token' }>;

interface BrokerAccount {
  readonly sub: string;
  readonly username: string;
}

/**
 * The agent's tokens as the broker sees them: only scopes that the app keeps, only accounts that are signed in.
 *
 * @param now milliseconds since the epoch
 */
export function createTokenSource(agent: TokenAgent, now: () => number): TokenSource {
  const kept = (scope: string) => agent.snapshot().scopes.find(({ entry }) => entry.scope === scope);
  const isAccount = (sub: string | undefined) =>
    sub === undefined || agent.snapshot().accounts.some((one) => one.sub === sub);
  return {
    get locked() {
      return agent.locked;
    },
    get setUp() {
      return agent.snapshot().clientId !== null;
    },
    find(text) {
      const { scopes } = agent.snapshot();
      const named = scopes.find(({ entry }) => entry.scope === text || entry.name === text);
      const root = named === undefined ? rootNamed(text) : null;
      const found = named ?? scopes.find(({ entry }) => entry.scope === root);
      return found === undefined ? null : { scope: found.entry.scope, name: found.entry.name };
    },
    account(text) {
      const { account, accounts } = agent.snapshot();
      const found = text === null ? account : findAccount(accounts, text);
      return found === null ? null : { sub: found.sub, username: found.username };
    },
    async token(scope, minimumMs, sub) {
      // The account may have signed out while the question stood; the answer was about this one alone.
      if (!isAccount(sub)) return refused('unknown-account', 'This account is not signed in any more.');
      const result = await agent.accessToken(scope, minimumMs, sub);
      // A sign-in that ended just now is its own answer, and may have been the account's last.
      if (result.kind !== 'failed' && !isAccount(sub)) {
        return refused('unknown-account', 'This account is not signed in any more.');
      }
      if (result.kind !== 'token') return whyNot(agent, result, () => agent.whyNoToken(scope, result, sub));
      const { token, grant } = result;
      if (token.expiresAt - now() < minimumMs) {
        return refused('expires-too-soon', `Its tokens live ${seconds(token.expiresAt - now())} s at most.`);
      }
      return {
        kind: 'token',
        value: token.value,
        resourceServer: kept(scope)?.entry.resourceServer ?? grant.resourceServer,
        scopes: grant.scopes,
        expiresAt: token.expiresAt,
      };
    },
  };
}

/** The kept scopes with their state, for `/v1/scopes`. */
export function scopeAnswers(agent: TokenAgent): ScopeAnswer[] {
  const { scopes } = agent.snapshot();
  return scopes.map(({ entry, state, expiresAt, others }) => ({
    name: entry.name,
    scope: entry.scope,
    state,
    expires_at: expiresAt === null ? null : seconds(expiresAt),
    also_allows: others.map((other) => nameOf(other, scopes)),
  }));
}

/** What a token of the scope would be good for, for the prompt's wording. @param now milliseconds */
export function aboutScope(agent: TokenAgent, scope: string, now: number): Question['about'] {
  const { scopes } = agent.snapshot();
  const status = scopes.find(({ entry }) => entry.scope === scope);
  if (status === undefined) return undefined;
  return {
    definition: status.entry.definition,
    alsoAllows: status.others.map((other) => nameOf(other, scopes)),
    lifetime: status.expiresAt === null ? null : Math.max(0, status.expiresAt - now),
  };
}

function whyNot(agent: TokenAgent, result: NoToken, problem: () => Problem): TokenOutcome {
  if (result.kind === 'locked') return refused('locked', 'The app was locked meanwhile.');
  if (result.kind === 'retired') return refused('busy', 'Another agent takes over; ask again.');
  if (result.kind === 'none') {
    return agent.snapshot().account !== null
      ? refused('needs-consent', 'The sign-in does not cover this scope.')
      : refused('needs-sign-in', 'Nobody is signed in.');
  }
  switch (result.result.kind) {
    case 'ended':
      return refused('needs-sign-in', 'Globus ended the sign-in that covers this scope.');
    case 'vault':
      return vaultRefusal(problem()) ?? refused('vault-trouble', 'The vault cannot be used now.');
    case 'unreachable':
      return refused('unreachable', 'Globus gave no usable answer; the sign-in is kept.');
    case 'refused':
      return refused('unreachable', 'Globus refused to renew the token; the sign-in is kept.');
  }
}

function refused(reason: Reason, detail: string): Extract<TokenOutcome, { kind: 'refused' }> {
  return { kind: 'refused', reason, detail };
}

/** What people call it: its own name where the app keeps it, else the shortest that stands for it. */
function nameOf(scope: string, kept: readonly ScopeStatus[]): string {
  return kept.find(({ entry }) => entry.scope === scope)?.entry.name ?? shortNameOf(scope);
}

function seconds(milliseconds: number): number {
  return Math.max(0, Math.floor(milliseconds / 1_000));
}
