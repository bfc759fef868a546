import { openImports } from './agent-imports.ts';
import { type AgentParts, agentParts, lookAt } from './agent-parts.ts';
import type { KeptEntry } from './agent-entries.ts';
import { retiredProblem, unknownAccountProblem } from './agent-problems.ts';
import { renderWith } from './agent-render.ts';
import { endGrants } from './agent-sign-out.ts';
import type { AgentEffects, AgentSnapshot, Rendered, RenderRequest } from './agent-types.ts';
import { VaultLooks } from './agent-vault.ts';
import type { Problem, Result } from './effects.ts';
import type { Imports } from './imports/imports.ts';
import type { FlowRecord, GrantRecord } from './settings/types.ts';
import { type Outlives, outlivesAmong } from './tokens/forecast.ts';
import type { SealedToken } from './tokens/handover-types.ts';
import type { AccountHoldings } from './tokens/holdings.ts';
import type { AccessResult } from './tokens/keeper.ts';
import { busyProblem, clientIdProblem, clientInUseProblem } from './tokens/problems.ts';
import type { RenewalResult } from './tokens/renewal.ts';
import type { Retired } from './tokens/retirement.ts';
import type { SignInRequest } from './tokens/sign-in-plan.ts';
import type { SignOutWish } from './tokens/sign-out.ts';
import type { VaultStatus } from './vault/types.ts';

/** A copied token should outlive the walk to the terminal. */
const COPY_MINIMUM_MS = 60_000;
const CLIENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Builds the agent from its effects. Every face speaks to this one object, and so the file is long: a method for each
 * thing that a face can ask for, most of them handed on to the part whose work it is.
 */
export function createAgent(effects: AgentEffects): Agent {
  return new Agent(effects);
}

export class Agent {
  readonly #effects: AgentEffects;
  readonly #parts: AgentParts;
  readonly #vaultLooks: VaultLooks;
  readonly #listeners = new Set<() => void>();
  #imports: Promise<Imports> | null = null;
  #seen: { second: number; snapshot: AgentSnapshot } | null = null;

  constructor(effects: AgentEffects) {
    this.#effects = effects;
    const announce = () => this.#announce();
    this.#parts = agentParts(effects, { announce, renewed: (grant, result) => this.#renewed(grant, result) });
    this.#vaultLooks = new VaultLooks(effects.vault, this.#parts, announce);
    this.#parts.session.subscribe(announce);
    this.#parts.grants.dropEarlierMemory();
  }

  /** Made anew after every change and every second, since states follow the clock; scripts ask it by the thousand. */
  snapshot(): AgentSnapshot {
    const second = Math.floor(this.#effects.clock.now() / 1_000);
    if (this.#seen?.second !== second) this.#seen = { second, snapshot: lookAt(this.#parts, this.#effects) };
    return this.#seen.snapshot;
  }

  /** What the accounts beside the default one hold: apart from the snapshot, which scripts ask for too. */
  others(): AccountHoldings[] {
    return this.#parts.keeper.others();
  }

  /** Called after every change of the snapshot. Returns the unsubscribe. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks at the vault, then finds the grants of earlier sign-ins again and renews their access tokens. */
  async start(): Promise<void> {
    await this.#vaultLooks.start();
    this.#parts.keeper.schedule();
  }

  /** Resolves when the vault has been asked how it is since the last start. Until then the snapshot hopes for the best. */
  get looked(): Promise<void> {
    return this.#vaultLooks.first;
  }

  /** Asks the vault how it is and tries again what failed because of it. */
  checkVault(): Promise<VaultStatus> {
    return this.#vaultLooks.check();
  }

  /**
   * Asks the keychain how it is now. Where it has come back, what failed because of it is tried again. A passphrase file
   * is not looked at: to read it takes back what others may do with it (CHECKLIST 28), and who asks changes nothing.
   */
  lookAtVault(): Promise<void> {
    return this.#vaultLooks.look();
  }

  /** Refused for another one while there are sign-ins of the one in use: they would be found by nobody any more. */
  setClientId(clientId: string): Result<null> {
    const trimmed = clientId.trim().toLowerCase();
    if (!CLIENT_ID.test(trimmed)) return { ok: false, problem: clientIdProblem() };
    if (this.#parts.signIns.progress.phase === 'waiting') return { ok: false, problem: busyProblem() };
    const held = this.#parts.grants.list().length > 0;
    if (held && trimmed !== this.#effects.settings.get().clientId) {
      return { ok: false, problem: clientInUseProblem() };
    }
    this.#effects.settings.update((settings) => ({ ...settings, clientId: trimmed }));
    this.#parts.keeper.schedule();
    this.#announce();
    return { ok: true, value: null };
  }

  /** Resolves when the attempt is over, whichever way; progress is in the snapshot. */
  async signIn(request: SignInRequest): Promise<Result<null>> {
    if (this.#parts.retirement.begun) return { ok: false, problem: retiredProblem() };
    const status = await this.checkVault();
    // Fail closed before the trip to the browser, not after it (CHECKLIST 26).
    if (status !== 'ready') return { ok: false, problem: this.#parts.troubles.ofVault(status) };
    const result = await this.#parts.signIns.start(request);
    if (result.ok) this.#parts.troubles.solve();
    return result;
  }

  /** @returns false when no attempt waits for a code */
  submitCode(code: string): boolean {
    return this.#parts.signIns.submitCode(code);
  }

  cancelSignIn(): void {
    this.#parts.signIns.cancel();
  }

  dismissSignIn(): void {
    this.#parts.signIns.dismiss();
  }

  dismissProblem(): void {
    this.#parts.troubles.solve();
  }

  /** The authorize URL of the attempt under way; it holds no secret. */
  signInLink(): string | null {
    return this.#parts.signIns.link;
  }

  /**
   * Revokes access and refresh tokens, then removes the grants; keeps what the server did not confirm, unless
   * `unconfirmed` says to let go of it.
   * @param what one scope's grant (what else it covers goes with it: `others` of its status), one account's
   *   grants, or everything when absent
   */
  signOut(what: SignOutWish = {}): Promise<Result<null>> {
    return endGrants(this.#parts, what, () => this.#announce());
  }

  /** Renews the access token behind this scope now. */
  async renew(scope: string, account?: string): Promise<Result<null>> {
    const result = await this.#unlocked(() => this.#parts.keeper.renewFor(scope, account));
    return result.kind === 'token'
      ? { ok: true, value: null }
      : { ok: false, problem: this.#parts.troubles.why(scope, result, account) };
  }

  /**
   * The access token for one scope; nothing is handed out while the agent is locked (CHECKLIST 29).
   * @param minimumMs life that it should have at least; one that lives shorter is renewed once
   * @param account `sub`; the default account when absent
   */
  accessToken(scope: string, minimumMs: number, account?: string): Promise<AccessResult> {
    return this.#unlocked(() => this.#parts.keeper.accessFor(scope, minimumMs, account));
  }

  /** Why `accessToken` gave none, in words. @param account `sub`, as it was asked for */
  whyNoToken(scope: string, result: Exclude<AccessResult, { kind: 'token' }>, account?: string): Problem {
    return this.#parts.troubles.why(scope, result, account);
  }

  async #unlocked(ask: () => Promise<AccessResult>): Promise<AccessResult> {
    if (this.locked) return { kind: 'locked' };
    const result = await ask();
    // Locked while the answer was on its way.
    return this.locked ? { kind: 'locked' } : result;
  }

  get locked(): boolean {
    return this.#parts.session.locked;
  }

  /** A lock drops every access token from memory; the end of it mints new ones from the vault. */
  setLocked(locked: boolean): void {
    if (locked) this.#parts.keeper.access.clear();
    this.#parts.session.setLocked(locked);
    if (!locked) this.#parts.keeper.retryNow();
  }

  /** Keeps a scope: short name, full string, `flow:<id>`, brackets allowed. @returns its root scope */
  addScope(text: string): Result<string> {
    return this.#changed(this.#parts.entries.add(text));
  }

  /** Forgets the entry alone; its grants stay until signed out of. */
  removeScope(scope: string): Result<null> {
    return this.#changed(this.#parts.entries.remove(scope));
  }

  /** What `removeScope` would take off the list; null: nothing. */
  entry(scope: string): KeptEntry | null {
    return this.#parts.entries.find(scope);
  }

  /** Takes a removal back: the same entry, with its flow, at the same place. */
  putBack(entry: KeptEntry): Result<null> {
    return this.#changed(this.#parts.entries.putBack(entry));
  }

  /** Keeps a flow, and its scope as an entry; replaces what was known of it. */
  setFlow(flow: FlowRecord): Result<null> {
    return this.#changed(this.#parts.entries.setFlow(flow));
  }

  removeFlow(id: string): Result<null> {
    return this.#changed(this.#parts.entries.removeFlow(id));
  }

  /** Makes an account that is signed in the default one. */
  useAccount(sub: string): Result<null> {
    if (!this.#parts.grants.accounts().some((account) => account.sub === sub)) {
      return { ok: false, problem: unknownAccountProblem() };
    }
    return this.#changed(this.#parts.entries.change((settings) => ({ ...settings, defaultAccount: sub })));
  }

  /** Whether grants that no kept scope needs are kept from ending of disuse. */
  setKeepAlive(on: boolean): Result<null> {
    return this.#changed(this.#parts.entries.change((settings) => ({ ...settings, keepAlive: on })));
  }

  /**
   * Whether a token of the scope will still be had in so many milliseconds.
   * @param scope null: the worst answer of all kept scopes that somebody signed in for
   */
  outlives(scope: string | null, milliseconds: number): Outlives {
    return outlivesAmong(this.#parts.keeper.statuses(), scope, milliseconds, this.#effects.clock.now());
  }

  /** Writes the header or a snippet with the live token. Its text never leaves the main process. */
  async render(request: RenderRequest): Promise<Result<Rendered>> {
    const { scope, account } = request;
    const result = await this.accessToken(scope, COPY_MINIMUM_MS, account);
    if (result.kind !== 'token')
      return { ok: false, problem: this.#parts.troubles.why(scope, result, account) };
    return { ok: true, value: renderWith(result.token, request, this.#effects.environment) };
  }

  /** Token files of other programs: what they hold, taking it in, ending it. Opened by the first use. */
  imports(): Promise<Imports> {
    return (this.#imports ??= openImports(this.#effects, this.#parts, {
      checkVault: () => this.checkVault(),
      announce: () => this.#announce(),
    }));
  }

  /**
   * Lets another agent take over: no renewal begins any more, those under way are waited for (15 s at most),
   * and every live access token is sealed for whoever can read the vault. After it, `accessToken` answers from
   * memory alone and says `retired` for what would need a renewal. Safe to call twice.
   */
  retire(): Promise<Retired> {
    return this.#parts.retirement.retire();
  }

  /** Takes over what `retire` of another agent gave. To be called before `start`, which then renews the rest. */
  adopt(sealed: readonly SealedToken[]): Promise<void> {
    return this.#parts.retirement.adopt(sealed);
  }

  /** The live access token of one grant, sealed for another process; null when there is none. */
  sealed(grant: string): Promise<SealedToken | null> {
    return this.#parts.retirement.sealed(grant);
  }

  setOnline(online: boolean): void {
    this.#parts.session.setOnline(online);
    if (online) this.#parts.keeper.retryNow();
  }

  /** The system woke up or the clock jumped: look at every end again. */
  wake(): void {
    this.#parts.keeper.retryNow();
    this.#announce();
  }

  /** Before `close`. @returns how many renewed sign-ins the vault still does not take, so that they end with it */
  saveUnsaved(): Promise<number> {
    return this.#parts.grants.saveAllUnsaved();
  }

  close(): void {
    this.#parts.signIns.cancel();
    this.#parts.keeper.close();
    this.#listeners.clear();
  }

  #renewed(grant: GrantRecord, result: RenewalResult): void {
    // A renewal that was under way when the lock came.
    if (this.locked) this.#parts.keeper.access.clear();
    if (result.kind === 'renewed') {
      if (this.#parts.troubles.vaultStatus !== 'ready') void this.checkVault();
      return this.#parts.troubles.solve([grant.name]);
    }
    this.#parts.troubles.note(grant, result);
  }

  /** After a change of what is kept: other grants are needed now. */
  #changed<T>(result: Result<T>): Result<T> {
    if (!result.ok) return result;
    this.#parts.keeper.schedule();
    this.#announce();
    return result;
  }

  #announce(): void {
    this.#seen = null;
    for (const listener of [...this.#listeners]) listener();
  }
}
