import type { Clock, Logger, Problem } from '../effects.ts';
import type { EnvironmentName } from '../globus/environments.ts';
import type { OAuthContext, Provider } from '../oauth/context.ts';
import type { Exchanged } from '../oauth/exchange.ts';
import { revoke } from '../oauth/revoke.ts';
import type { SettingsStore } from '../settings/types.ts';
import type { VaultTrouble } from '../vault/types.ts';
import { acceptSignIn } from './accept.ts';
import type { Account } from './accounts.ts';
import type { Grants } from './grants.ts';
import type { Keeper } from './keeper.ts';
import type { SignInStep } from './sign-in.ts';
import { otherAccountProblem, settingsProblem } from './sign-in-problems.ts';

export interface StoringPorts {
  clock: Clock;
  log: Logger;
  environment: EnvironmentName;
  settings: SettingsStore;
  grants: Grants;
  keeper: Keeper;
  /** Fresh metadata: a sign-in never trusts yesterday's. @throws OAuthFailure */
  discover: (context: OAuthContext) => Promise<Provider>;
  vaultProblem: (trouble: VaultTrouble) => Problem;
  /** True of a token that another program has too (`main/imports`): not being kept here is no reason to end it. */
  shared?: (token: string) => boolean;
}

/** Takes in what the steps of one sign-in give, and remembers what came. */
export class Storing {
  /** Root scopes that came. */
  readonly granted = new Set<string>();
  /** Somebody else than expected came. */
  otherCame = false;
  readonly #ports: StoringPorts;
  readonly #context: OAuthContext;
  #expected: Pick<Account, 'sub' | 'username'> | null;

  /** @param expected who must come; null: anybody, who then has to come for every step */
  constructor(
    ports: StoringPorts,
    context: OAuthContext,
    expected: Pick<Account, 'sub' | 'username'> | null,
  ) {
    this.#ports = ports;
    this.#context = context;
    this.#expected = expected;
  }

  /** Null when it was stored. */
  async take(exchanged: Exchanged, step: SignInStep): Promise<Problem | null> {
    const { clock, log, grants, keeper, environment, vaultProblem } = this.#ports;
    const before = grants.account();
    const accepted = await acceptSignIn(
      {
        clock,
        log,
        grants,
        access: keeper.access,
        undisturbed: (grant, run) => keeper.undisturbed(grant, run),
        environment,
        clientId: this.#context.clientId,
        revoke: (tokens) => this.#revokeQuietly(tokens),
      },
      exchanged,
      { ...step, expected: this.#expected },
    );
    switch (accepted.kind) {
      case 'stored':
        for (const scope of accepted.granted) this.granted.add(scope);
        this.#expected = exchanged.identity;
        this.#keepDefault((before ?? exchanged.identity).sub);
        return null;
      case 'other-account':
        this.otherCame = true;
        return otherAccountProblem(accepted.stored, accepted.came);
      case 'settings':
        return settingsProblem();
      case 'vault':
        return vaultProblem(accepted.trouble);
    }
  }

  async discard(exchanged: Exchanged): Promise<void> {
    await this.#revokeQuietly(
      exchanged.tokens.flatMap(({ refreshToken, accessToken }) => [
        ...(refreshToken === null ? [] : [refreshToken]),
        accessToken,
      ]),
    );
  }

  /** Grants come and go; who was the default account stays it until the user says otherwise. */
  #keepDefault(sub: string): void {
    const { settings, log } = this.#ports;
    if (settings.get().defaultAccount === sub) return;
    try {
      settings.update((current) => ({ ...current, defaultAccount: sub }));
    } catch (error) {
      log.warn(
        { error: error instanceof Error ? error.name : 'unknown' },
        'the default account was not kept',
      );
    }
  }

  async #revokeQuietly(all: readonly string[]): Promise<boolean> {
    const tokens = all.filter((token) => this.#ports.shared?.(token) !== true);
    if (tokens.length === 0) return true;
    try {
      const provider = await this.#ports.discover(this.#context);
      for (const token of tokens) await revoke(this.#context, provider, token);
      return true;
    } catch {
      this.#ports.log.warn({}, 'the server did not confirm that tokens were revoked');
      return false;
    }
  }
}
