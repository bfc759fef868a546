import type { Clock, Logger, Problem, Result } from '../effects.ts';
import type { EnvironmentName } from '../globus/environments.ts';
import { findScope } from '../globus/scopes.ts';
import type { OAuthContext, Provider } from '../oauth/context.ts';
import { revoke } from '../oauth/revoke.ts';
import type { VaultTrouble } from '../vault/types.ts';
import { acceptSignIn } from './accept.ts';
import type { Grants } from './grants.ts';
import type { Keeper } from './keeper.ts';
import { busyProblem, clientIdProblem } from './problems.ts';
import { SignInAttempt, type SignInProgress } from './sign-in.ts';
import { otherAccountProblem, settingsProblem } from './sign-in-problems.ts';

export interface SignInPorts {
  clock: Clock;
  log: Logger;
  environment: EnvironmentName;
  grants: Grants;
  keeper: Keeper;
  context(): OAuthContext | null;
  /** Fresh metadata: a sign-in never trusts yesterday's. @throws OAuthFailure */
  discover(context: OAuthContext): Promise<Provider>;
  openBrowser: (url: string) => Promise<void>;
  hostname: string;
  vaultProblem(trouble: VaultTrouble): Problem;
  announce: () => void;
}

/** One sign-in at a time, from the click to the stored grants ("sign in" in docs/architecture.md). */
export class SignIns {
  readonly #ports: SignInPorts;
  #progress: SignInProgress = { phase: 'idle' };
  #attempt: SignInAttempt | null = null;
  /** After a sign-in as somebody else, the browser must ask who signs in. */
  #freshLogin = false;

  constructor(ports: SignInPorts) {
    this.#ports = ports;
  }

  get progress(): SignInProgress {
    return this.#progress;
  }

  get link(): string | null {
    return this.#attempt?.link ?? null;
  }

  cancel(): void {
    this.#attempt?.cancel();
  }

  submitCode(code: string): boolean {
    return this.#attempt?.submitCode(code.trim()) ?? false;
  }

  dismiss(): void {
    if (this.#attempt === null) this.#show({ phase: 'idle' });
  }

  /** Resolves when the attempt is over, whichever way; a cancelled one is no problem. */
  async start(scopes: readonly string[], way: 'browser' | 'paste'): Promise<Result<null>> {
    const context = this.#ports.context();
    if (context === null) return { ok: false, problem: clientIdProblem() };
    if (this.#attempt !== null) return { ok: false, problem: busyProblem() };
    const attempt = new SignInAttempt(
      {
        context,
        discover: () => this.#ports.discover(context),
        openBrowser: this.#ports.openBrowser,
        label: `Globus Token Tray on ${this.#ports.hostname.replace(/\.local$/, '')}`,
        progress: (progress) => {
          if (this.#attempt === attempt) this.#show(progress);
        },
      },
      way,
    );
    this.#attempt = attempt;
    this.#show({ phase: 'exchanging' });
    let end: SignInProgress;
    try {
      end = await this.#run(attempt, context, scopes);
    } finally {
      this.#attempt = null;
    }
    this.#show(end);
    return end.phase === 'failed' ? { ok: false, problem: end.problem } : { ok: true, value: null };
  }

  async #run(
    attempt: SignInAttempt,
    context: OAuthContext,
    scopes: readonly string[],
  ): Promise<SignInProgress> {
    const result = await attempt.run(scopes, { freshLogin: this.#freshLogin });
    if (result.kind === 'cancelled') return { phase: 'idle' };
    if (result.kind === 'failed') {
      this.#ports.log.warn({ reason: result.problem.reason }, 'a sign-in did not succeed');
      return { phase: 'failed', problem: result.problem };
    }
    const { clock, log, grants, keeper, environment } = this.#ports;
    const accepted = await acceptSignIn(
      {
        clock,
        log,
        grants,
        access: keeper.access,
        environment,
        clientId: context.clientId,
        revoke: (tokens) => this.#revokeQuietly(context, tokens),
      },
      result.exchanged,
      scopes,
    );
    keeper.schedule();
    this.#freshLogin = accepted.kind === 'other-account';
    switch (accepted.kind) {
      case 'stored':
        return {
          phase: 'done',
          granted: accepted.granted.map(shortName),
          missing: accepted.missing.map(shortName),
        };
      case 'other-account':
        return { phase: 'failed', problem: otherAccountProblem(accepted.stored, accepted.came) };
      case 'settings':
        return { phase: 'failed', problem: settingsProblem() };
      case 'vault':
        return { phase: 'failed', problem: this.#ports.vaultProblem(accepted.trouble) };
    }
  }

  async #revokeQuietly(context: OAuthContext, tokens: readonly string[]): Promise<void> {
    try {
      const provider = await this.#ports.discover(context);
      for (const token of tokens) await revoke(context, provider, token);
    } catch {
      this.#ports.log.warn({}, 'tokens that were not kept could not be revoked; they end by themselves');
    }
  }

  #show(progress: SignInProgress): void {
    this.#progress = progress;
    this.#ports.announce();
  }
}

function shortName(scope: string): string {
  return findScope(scope)?.name ?? scope;
}
