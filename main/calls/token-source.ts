import type { Problem } from '../effects.ts';
import { rootOf } from '../globus/scope-string.ts';
import { shortNameOf } from '../globus/short-names.ts';
import type { AccessResult } from '../tokens/keeper.ts';
import { grantEndedProblem, lockedProblem, needsProblem, renewalProblem } from '../tokens/problems.ts';
import type { TokenPorts, Trouble } from './ports.ts';

export type TokenAnswer =
  | { readonly ok: true; readonly value: string; readonly scopes: readonly string[] }
  | ({ readonly ok: false; readonly why: Exclude<AccessResult['kind'], 'token'> } & Trouble);

/** Thrown through the HTTP client, whose token getter gives texts only. */
export class NoToken extends Error {
  override readonly name = 'NoToken';
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super('no token');
    this.trouble = trouble;
  }
}

/** The tokens of one scope for the length of one call: the one at hand, and one other after a 401. */
export class TokenSource {
  readonly #ports: TokenPorts;
  readonly #scope: string;
  readonly #account: string | undefined;

  constructor(ports: TokenPorts, scope: string, account?: string) {
    this.#ports = ports;
    this.#scope = rootOf(scope);
    this.#account = account;
  }

  async current(): Promise<TokenAnswer> {
    const result = await this.#ports.token(this.#scope, 0, this.#account);
    if (result.kind === 'token') {
      return { ok: true, value: result.token.value, scopes: result.grant.scopes };
    }
    return { ok: false, why: result.kind, ...this.#trouble(result) };
  }

  /** Another token than the one that was answered with 401, renewed at most once (CHECKLIST 19). */
  async after(rejected: string): Promise<TokenAnswer> {
    const held = await this.current();
    // Somebody else was faster, or there is nothing to renew.
    if (!held.ok || held.value !== rejected) return held;
    const renewed = await this.#ports.renew(this.#scope, this.#account);
    if (renewed.ok) return this.current();
    const { problem } = renewed;
    const ended = ['grant-ended', 'grant-missing', 'needs-sign-in'].includes(problem.reason);
    return { ok: false, why: 'failed', problem, offer: ended ? this.#signIn() : null };
  }

  #signIn() {
    return { kind: 'sign-in', scopes: [this.#scope] } as const;
  }

  #trouble(result: Exclude<AccessResult, { kind: 'token' }>): Trouble {
    switch (result.kind) {
      case 'none':
        return {
          problem: needsProblem('sign-in', shortNameOf(this.#scope)),
          offer: { kind: 'consent', scopes: [this.#scope] },
        };
      case 'locked':
        return { problem: lockedProblem(), offer: null };
      case 'retired':
        return { problem: retiredProblem(), offer: null };
      case 'failed':
        switch (result.result.kind) {
          case 'ended':
            return { problem: grantEndedProblem(result.result.by), offer: this.#signIn() };
          case 'vault':
            return { problem: vaultProblem(result.result.trouble), offer: null };
          case 'unreachable':
          case 'refused':
            return { problem: renewalProblem(result.result.failure), offer: null };
        }
    }
  }
}

/** The whole story of a vault is told by the agent's own problem; here it is only why nothing was sent. */
function vaultProblem(trouble: string): Problem {
  return {
    reason: `vault-${trouble}`,
    title: 'The vault with your sign-in cannot be used now',
    tokens: 'Nothing was sent. Your sign-in is kept.',
    next: 'Open the keychain or see the app’s own message about it, then try again.',
  };
}

function retiredProblem(): Problem {
  return {
    reason: 'retired',
    title: 'Another agent takes over',
    tokens: 'Your sign-ins and tokens are safe; they are being handed over.',
    next: 'Try again in a moment.',
  };
}
