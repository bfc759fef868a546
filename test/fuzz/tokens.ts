import { createTokenSource, type TokenAgent } from '../../main/broker/token-source.ts';
import type { TokenSource } from '../../main/broker/types.ts';
import type { Clock, Problem } from '../../main/effects.ts';
import { FLOWS_SCOPES } from '../../main/globus/scopes.ts';
import { OAuthFailure } from '../../main/oauth/failure.ts';
import type { AccessResult } from '../../main/tokens/keeper.ts';
import { accessToken, ACCOUNT, refreshToken } from './cases.ts';
import type { Mood } from './moods.ts';

const HOUR = 3_600_000;

/** An agent with one grant for each scope of the catalog, whose tokens are canaries. */
export class PlayedAgent implements TokenAgent {
  readonly #state: { readonly mood: Mood; readonly locked: boolean };

  constructor(state: { readonly mood: Mood; readonly locked: boolean }) {
    this.#state = state;
  }

  get locked(): boolean {
    return this.#state.mood === 'locked' || this.#state.locked;
  }

  snapshot(): ReturnType<TokenAgent['snapshot']> {
    const expiresAt = Date.now() + HOUR;
    return {
      clientId: '00000000-0000-4000-8000-000000000001',
      account: this.#state.mood === 'signed-out' ? null : ACCOUNT,
      accounts: this.#state.mood === 'signed-out' ? [] : [ACCOUNT],
      scopes: FLOWS_SCOPES.map((entry) => ({
        entry,
        state: 'ready',
        expiresAt,
        lifetime: HOUR,
        others: [],
        isolated: false,
        forecast: { tokenEndsAt: expiresAt, grantEndsAt: null, policyEndsAt: null },
      })),
    };
  }

  whyNoToken(): Problem {
    return {
      reason: 'vault-locked',
      title: 'The keyring is locked',
      tokens: 'Your sign-ins are kept.',
      next: 'Unlock it.',
    };
  }

  async accessToken(scope: string): Promise<AccessResult> {
    switch (this.#state.mood) {
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, scope.length % 4));
        break;
      case 'locked':
        return { kind: 'locked' };
      case 'signed-out':
      case 'no-consent':
        return { kind: 'none' };
      case 'unreachable':
        return {
          kind: 'failed',
          result: {
            kind: 'unreachable',
            failure: new OAuthFailure('network', `cannot send ${refreshToken(scope)}`),
          },
        };
      case 'vault-trouble':
        return { kind: 'failed', result: { kind: 'vault', trouble: 'locked' } };
      case 'broken-source':
        throw new Error(`cannot refresh with ${refreshToken(scope)}`);
      case 'ready':
      case 'deny-all':
      case 'broken-audit':
      case 'changed':
      case 'unknown':
      case 'foreign':
        break;
    }
    return this.locked ? { kind: 'locked' } : given(scope);
  }
}

/** The product's own source, but careless: the refresh token lies in the same object as the access token. */
export function carelessSource(agent: TokenAgent, clock: Clock): TokenSource {
  const source = createTokenSource(agent, () => clock.now());
  return {
    get locked() {
      return source.locked;
    },
    get setUp() {
      return source.setUp;
    },
    find: (text) => source.find(text),
    account: (text) => source.account(text),
    token: async (scope, minimumMs, sub) => {
      const outcome = await source.token(scope, minimumMs, sub);
      return Object.assign(
        { ...outcome },
        { refreshToken: refreshToken(scope), refresh_token: refreshToken(scope) },
      );
    },
  };
}

function given(scope: string): AccessResult {
  const now = Date.now();
  const token = { value: accessToken(scope), receivedAt: now, expiresAt: now + HOUR };
  const grant = {
    name: `demo/client/${ACCOUNT.sub}/flows.globus.org/1`,
    environment: 'demo' as const,
    clientId: '00000000-0000-4000-8000-000000000001',
    sub: ACCOUNT.sub,
    username: ACCOUNT.username,
    displayName: 'Ada',
    resourceServer: 'flows.globus.org',
    scopes: [scope],
    grantedAt: now,
    lastUsedAt: now,
  };
  return {
    kind: 'token',
    token: Object.assign(token, { refreshToken: refreshToken(scope) }),
    grant: Object.assign(grant, { refreshToken: refreshToken(scope) }),
  };
}
