import type { Result } from '../effects.ts';
import { rootOf } from '../globus/scope-string.ts';
import { shortNameOf } from '../globus/short-names.ts';
import type { OAuthContext } from '../oauth/context.ts';
import type { KeptScopes } from './kept-scopes.ts';
import { busyProblem, clientIdProblem } from './problems.ts';
import { type AttemptResult, SignInAttempt, type SignInProgress, type SignInStep } from './sign-in.ts';
import { planSignIn, sessionOf, type SignInRequest } from './sign-in-plan.ts';
import { partlyProblem } from './sign-in-problems.ts';
import { Storing, type StoringPorts } from './storing.ts';

export interface SignInPorts extends StoringPorts {
  kept: KeptScopes;
  context(): OAuthContext | null;
  openBrowser: (url: string) => Promise<void>;
  hostname: string;
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
  async start(request: SignInRequest): Promise<Result<null>> {
    const context = this.#ports.context();
    if (context === null) return { ok: false, problem: clientIdProblem() };
    if (this.#attempt !== null) return { ok: false, problem: busyProblem() };
    const { grants, kept, hostname, discover, openBrowser, keeper } = this.#ports;
    const plan = planSignIn(request, {
      accounts: grants.accounts(),
      account: grants.account(),
      grants: grants.list(),
      wireText: (scope) => kept.wireText(scope),
    });
    const storing = new Storing(this.#ports, context, plan.expected);
    const attempt = new SignInAttempt(
      {
        context,
        discover: () => discover(context),
        openBrowser: request.linkOnly === true ? () => Promise.resolve() : openBrowser,
        label: `Globus Token Tray on ${hostname.replace(/\.local$/, '')}`,
        progress: (progress) => {
          if (this.#attempt === attempt) this.#show(progress);
        },
        take: (exchanged, step) => storing.take(exchanged, step),
        discard: (exchanged) => storing.discard(exchanged),
      },
      request.way,
    );
    this.#attempt = attempt;
    this.#show({ phase: 'exchanging' });
    const { requirement } = request;
    let result: AttemptResult;
    try {
      result = await attempt.run(plan.steps, {
        freshLogin: plan.freshLogin || this.#freshLogin,
        ...(requirement === undefined ? {} : { requirement: sessionOf(requirement) }),
      });
    } finally {
      this.#attempt = null;
      keeper.schedule();
    }
    this.#freshLogin = storing.otherCame;
    return this.#finish(result, plan.steps, storing);
  }

  /** What a chain got before it ended is told, whatever ended it. */
  #finish(result: AttemptResult, steps: readonly SignInStep[], storing: Storing): Result<null> {
    const problem = result.kind === 'failed' ? result.problem : null;
    if (problem !== null) this.#ports.log.warn({ reason: problem.reason }, 'a sign-in did not succeed');
    if (result.kind !== 'over' && storing.granted.size === 0) {
      this.#show(problem === null ? { phase: 'idle' } : { phase: 'failed', problem });
      return problem === null ? { ok: true, value: null } : { ok: false, problem };
    }
    const roots = [...new Set(steps.flatMap(({ scopes }) => scopes.map(rootOf)))];
    const granted = roots.filter((scope) => storing.granted.has(scope)).map(shortNameOf);
    const missing = roots.filter((scope) => !storing.granted.has(scope)).map(shortNameOf);
    const partly = problem === null ? null : partlyProblem(problem, granted);
    this.#show({ phase: 'done', granted, missing, ...(partly === null ? {} : { problem: partly }) });
    return partly === null ? { ok: true, value: null } : { ok: false, problem: partly };
  }

  #show(progress: SignInProgress): void {
    this.#progress = progress;
    this.#ports.announce();
  }
}
