import { oauthContext } from './agent-context.ts';
import { noTokenProblem, renewalTrouble, retiredProblem } from './agent-problems.ts';
import { renderWith } from './agent-render.ts';
import type { AgentEffects, AgentSnapshot, Rendered, RenderRequest } from './agent-types.ts';
import type { Problem, Result } from './effects.ts';
import type { OAuthContext } from './oauth/context.ts';
import { discover } from './oauth/discovery.ts';
import { Providers } from './oauth/providers.ts';
import { revoke } from './oauth/revoke.ts';
import { Session } from './session/session.ts';
import type { GrantRecord } from './settings/types.ts';
import { ClockSkew } from './tokens/clock-skew.ts';
import { Grants } from './tokens/grants.ts';
import type { SealedToken } from './tokens/handover-types.ts';
import { type AccessResult, Keeper } from './tokens/keeper.ts';
import { busyProblem, clientIdProblem, notSignedOutProblem } from './tokens/problems.ts';
import type { RenewalResult } from './tokens/renewal.ts';
import { renewalAcross } from './tokens/renewal-lock.ts';
import { type Retired, Retirement } from './tokens/retirement.ts';
import { SignIns } from './tokens/sign-ins.ts';
import { signOut } from './tokens/sign-out.ts';
import { vaultProblem } from './vault/messages.ts';
import type { VaultStatus, VaultTrouble } from './vault/types.ts';

/** A copied token should outlive the walk to the terminal. */
const COPY_MINIMUM_MS = 60_000;
const CLIENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Builds the agent from its effects. Every face speaks to this one object. */
export function createAgent(effects: AgentEffects): Agent {
  return new Agent(effects);
}

export class Agent {
  readonly #effects: AgentEffects;
  readonly #session = new Session();
  readonly #grants: Grants;
  readonly #keeper: Keeper;
  readonly #signIns: SignIns;
  readonly #retirement: Retirement;
  readonly #listeners = new Set<() => void>();
  readonly #providers = new Providers();
  readonly #skew = new ClockSkew();
  #vaultStatus: VaultStatus = 'ready';
  #seen: { second: number; snapshot: AgentSnapshot } | null = null;
  /** What stands, by what it is about: a grant's name, or the app as a whole. The newest is shown. */
  readonly #problems = new Map<string, Problem>();

  constructor(effects: AgentEffects) {
    const { clock, log, random, settings, vault, environment, hostname } = effects;
    this.#effects = effects;
    this.#grants = new Grants(settings, vault, environment.name, log);
    const announce = () => this.#announce();
    this.#keeper = new Keeper({
      clock,
      log,
      random,
      settings,
      announce,
      session: this.#session,
      grants: this.#grants,
      context: () => this.#context(),
      provider: (context) => this.#providers.get(context),
      outcome: (grant, result) => this.#renewed(grant, result),
      ...(effects.locks === undefined ? {} : { across: renewalAcross(effects.locks, effects.sibling, log) }),
    });
    this.#signIns = new SignIns({
      clock,
      log,
      hostname,
      announce,
      environment: environment.name,
      grants: this.#grants,
      keeper: this.#keeper,
      context: () => this.#context(),
      discover,
      openBrowser: (url) => effects.openBrowser(url),
      vaultProblem: (trouble) => this.#vaultTrouble(trouble),
    });
    this.#retirement = new Retirement({
      clock,
      log,
      vault,
      announce,
      grants: this.#grants,
      keeper: this.#keeper,
      locked: () => this.locked,
      signingIn: () => ['waiting', 'exchanging'].includes(this.#signIns.progress.phase),
    });
    this.#session.subscribe(announce);
    this.#grants.dropEarlierMemory();
  }

  /** Made anew after every change and every second, since states follow the clock; scripts ask it by the thousand. */
  snapshot(): AgentSnapshot {
    const second = Math.floor(this.#effects.clock.now() / 1_000);
    if (this.#seen?.second !== second) this.#seen = { second, snapshot: this.#look() };
    return this.#seen.snapshot;
  }

  #look(): AgentSnapshot {
    const { environment, settings, vault } = this.#effects;
    const newest = this.#grants.list().at(-1);
    return {
      environment,
      clientId: settings.get().clientId,
      account:
        newest === undefined
          ? null
          : { sub: newest.sub, username: newest.username, displayName: newest.displayName },
      vault: { ...vault.describe(), status: this.#vaultStatus },
      online: this.#session.online,
      locked: this.#session.locked,
      scopes: this.#keeper.statuses(),
      signIn: this.#signIns.progress,
      problem: [...this.#problems.values()].at(-1) ?? null,
      clockSkew: this.#skew.value,
    };
  }

  /** Called after every change of the snapshot. Returns the unsubscribe. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks at the vault, then finds the grants of earlier sign-ins again and renews their access tokens. */
  async start(): Promise<void> {
    await this.checkVault();
    this.#keeper.schedule();
  }

  /** Asks the vault how it is and tries again what failed because of it. */
  async checkVault(): Promise<VaultStatus> {
    this.#vaultStatus = await this.#effects.vault.status();
    if (this.#vaultStatus === 'ready') this.#keeper.retryNow();
    this.#announce();
    return this.#vaultStatus;
  }

  setClientId(clientId: string): Result<null> {
    const trimmed = clientId.trim().toLowerCase();
    if (!CLIENT_ID.test(trimmed)) return { ok: false, problem: clientIdProblem() };
    if (this.#signIns.progress.phase === 'waiting') return { ok: false, problem: busyProblem() };
    this.#effects.settings.update((settings) => ({ ...settings, clientId: trimmed }));
    this.#keeper.schedule();
    this.#announce();
    return { ok: true, value: null };
  }

  /** Resolves when the attempt is over, whichever way; progress is in the snapshot. */
  async signIn(request: { scopes: readonly string[]; way: 'browser' | 'paste' }): Promise<Result<null>> {
    if (this.#retirement.begun) return { ok: false, problem: retiredProblem() };
    const status = await this.checkVault();
    // Fail closed before the trip to the browser, not after it (CHECKLIST 26).
    if (status !== 'ready') return { ok: false, problem: this.#vaultTrouble(status) };
    const result = await this.#signIns.start(request.scopes, request.way);
    if (result.ok) this.#solve();
    return result;
  }

  /** @returns false when no attempt waits for a code */
  submitCode(code: string): boolean {
    return this.#signIns.submitCode(code);
  }

  cancelSignIn(): void {
    this.#signIns.cancel();
  }

  dismissSignIn(): void {
    this.#signIns.dismiss();
  }

  dismissProblem(): void {
    this.#solve();
  }

  /** The authorize URL of the attempt under way; it holds no secret. */
  signInLink(): string | null {
    return this.#signIns.link;
  }

  /** Revokes access and refresh tokens, then removes the grants; keeps what the server did not confirm. */
  async signOut(): Promise<Result<null>> {
    const context = this.#context();
    if (context === null) return { ok: true, value: null };
    const result = await signOut(this.#grants, this.#keeper, async (token) =>
      revoke(context, await this.#providers.get(context), token),
    );
    this.#announce();
    switch (result.kind) {
      case 'revoked':
        this.#signIns.dismiss();
        this.#solve();
        return { ok: true, value: null };
      case 'kept':
        return { ok: false, problem: notSignedOutProblem(result.failure) };
      case 'vault':
        return { ok: false, problem: this.#vaultTrouble(result.trouble) };
    }
  }

  /** Renews the access token behind this scope now. */
  async renew(scope: string): Promise<Result<null>> {
    const result = await this.#unlocked(() => this.#keeper.renewFor(scope));
    return result.kind === 'token'
      ? { ok: true, value: null }
      : { ok: false, problem: this.#why(scope, result) };
  }

  /**
   * The access token for one scope; nothing is handed out while the agent is locked (CHECKLIST 29).
   * @param minimumMs life that it should have at least; one that lives shorter is renewed once
   */
  accessToken(scope: string, minimumMs: number): Promise<AccessResult> {
    return this.#unlocked(() => this.#keeper.accessFor(scope, minimumMs));
  }

  async #unlocked(ask: () => Promise<AccessResult>): Promise<AccessResult> {
    if (this.locked) return { kind: 'locked' };
    const result = await ask();
    // Locked while the answer was on its way.
    return this.locked ? { kind: 'locked' } : result;
  }

  get locked(): boolean {
    return this.#session.locked;
  }

  /** A lock drops every access token from memory; the end of it mints new ones from the vault. */
  setLocked(locked: boolean): void {
    if (locked) this.#keeper.access.clear();
    this.#session.setLocked(locked);
    if (!locked) this.#keeper.retryNow();
  }

  /** Writes the header or a snippet with the live token. Its text never leaves the main process. */
  async render(request: RenderRequest): Promise<Result<Rendered>> {
    const result = await this.accessToken(request.scope, COPY_MINIMUM_MS);
    if (result.kind !== 'token') return { ok: false, problem: this.#why(request.scope, result) };
    return { ok: true, value: renderWith(result.token, request, this.#effects.environment) };
  }

  /**
   * Lets another agent take over: no renewal begins any more, those under way are waited for (15 s at most),
   * and every live access token is sealed for whoever can read the vault. After it, `accessToken` answers from
   * memory alone and says `retired` for what would need a renewal. Safe to call twice.
   */
  retire(): Promise<Retired> {
    return this.#retirement.retire();
  }

  /** Takes over what `retire` of another agent gave. To be called before `start`, which then renews the rest. */
  adopt(sealed: readonly SealedToken[]): Promise<void> {
    return this.#retirement.adopt(sealed);
  }

  /** The live access token of one grant, sealed for another process; null when there is none. */
  sealed(grant: string): Promise<SealedToken | null> {
    return this.#retirement.sealed(grant);
  }

  setOnline(online: boolean): void {
    this.#session.setOnline(online);
    if (online) this.#keeper.retryNow();
  }

  /** The system woke up or the clock jumped: look at every end again. */
  wake(): void {
    this.#keeper.retryNow();
    this.#announce();
  }

  close(): void {
    this.#signIns.cancel();
    this.#keeper.close();
    this.#listeners.clear();
  }

  #context(): OAuthContext | null {
    return oauthContext(this.#effects, this.#skew, () => this.#announce());
  }

  #renewed(grant: GrantRecord, result: RenewalResult): void {
    // A renewal that was under way when the lock came.
    if (this.locked) this.#keeper.access.clear();
    if (result.kind === 'renewed') {
      if (this.#vaultStatus !== 'ready') void this.checkVault();
      return this.#solve(grant.name);
    }
    this.#effects.log.warn(
      { resourceServer: grant.resourceServer, result: result.kind },
      'a token was not renewed',
    );
    this.#problems.delete(grant.name);
    const problem = renewalTrouble(result, (trouble) => this.#vaultTrouble(trouble));
    this.#problems.set(grant.name, problem);
    this.#announce();
  }

  #why(scope: string, result: Exclude<AccessResult, { kind: 'token' }>): Problem {
    const signedIn = this.#grants.list().length > 0;
    return noTokenProblem(scope, result, signedIn, (trouble) => this.#vaultTrouble(trouble));
  }

  #vaultTrouble(trouble: VaultTrouble): Problem {
    this.#vaultStatus = trouble;
    const { label, absence } = this.#effects.vault.describe();
    return vaultProblem(trouble, label, absence);
  }

  /** @param about one grant; everything when absent */
  #solve(about?: string): void {
    if (about === undefined) this.#problems.clear();
    else this.#problems.delete(about);
    this.#announce();
  }

  #announce(): void {
    this.#seen = null;
    for (const listener of [...this.#listeners]) listener();
  }
}
