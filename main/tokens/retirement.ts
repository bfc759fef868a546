import type { Clock, Logger } from '../effects.ts';
import type { Vault } from '../vault/types.ts';
import type { Grants } from './grants.ts';
import { isSealedToken, openSealed, sealToken } from './handover.ts';
import type { SealedToken } from './handover-types.ts';
import type { Keeper } from './keeper.ts';

export type Retired =
  | { readonly kind: 'retired'; readonly sealed: readonly SealedToken[] }
  /** `detail` is one sentence for people. The agent goes on as before. */
  | { readonly kind: 'refused'; readonly detail: string };

export interface RetirementPorts {
  clock: Clock;
  log: Logger;
  vault: Vault;
  grants: Grants;
  keeper: Keeper;
  locked: () => boolean;
  signingIn: () => boolean;
  announce: () => void;
}

/** Milliseconds that renewals under way may take before the handover goes on without them. */
const FLIGHTS_MS = 15_000;

/** Handing this agent's live access tokens to its successor, and taking over those of a predecessor. */
export class Retirement {
  readonly #ports: RetirementPorts;
  #retiring: Promise<Retired> | null = null;

  constructor(ports: RetirementPorts) {
    this.#ports = ports;
  }

  /** True from the moment the agent agreed to retire. */
  get begun(): boolean {
    return this.#retiring !== null;
  }

  retire(): Promise<Retired> {
    this.#retiring ??= this.#retire().then((result) => {
      if (result.kind === 'refused') this.#retiring = null;
      return result;
    });
    return this.#retiring;
  }

  /** The live access token of one grant; null when there is none, or nothing may be handed out. */
  async sealed(grant: string): Promise<SealedToken | null> {
    const { clock, vault, grants, keeper, locked } = this.#ports;
    if (locked() || !grants.list().some((one) => one.name === grant)) return null;
    // What the vault holds is what the other side can read, also while a newer one waits to be saved.
    const read = await vault.read(grant);
    const token = keeper.access.usable(grant, clock.now());
    if (read.kind !== 'found' || token === undefined || locked()) return null;
    return sealToken(grant, token, read.entry.refreshToken);
  }

  /** Puts into memory what can be opened and still lives; the rest is renewed as after any start. */
  async adopt(sealed: readonly unknown[]): Promise<void> {
    const { clock, vault, grants, keeper, locked, log, announce } = this.#ports;
    const known = new Set(grants.list().map((grant) => grant.name));
    let adopted = 0;
    for (const one of sealed) {
      if (!isSealedToken(one) || !known.has(one.grant)) continue;
      const read = await vault.read(one.grant);
      if (read.kind !== 'found' || locked()) continue;
      const opened = openSealed(one, read.entry.refreshToken);
      if (opened === null || opened.token.expiresAt <= clock.now()) continue;
      const held = keeper.access.get(one.grant);
      if (held !== undefined && held.expiresAt >= opened.token.expiresAt) continue;
      keeper.access.put(one.grant, opened.token);
      adopted += 1;
    }
    log.info({ tokens: adopted }, 'took over access tokens of the agent before');
    if (adopted > 0) announce();
  }

  async #retire(): Promise<Retired> {
    const { keeper, grants, vault, log, signingIn } = this.#ports;
    if (signingIn()) return { kind: 'refused', detail: 'A sign-in is under way in this agent.' };
    if (!vault.describe().persistent && grants.list().length > 0) {
      return {
        kind: 'refused',
        detail: 'Its sign-ins are in the memory of its process alone and would end with it.',
      };
    }
    await keeper.retire(FLIGHTS_MS);
    for (const grant of grants.list()) {
      const saved = await grants.saveUnsaved(grant.name);
      if (saved.kind === 'done') continue;
      keeper.resume();
      return {
        kind: 'refused',
        detail: `A new refresh token waits for the vault, which is ${saved.trouble}.`,
      };
    }
    const sealed: SealedToken[] = [];
    for (const grant of grants.list()) {
      const one = await this.sealed(grant.name);
      if (one !== null) sealed.push(one);
    }
    log.info({ tokens: sealed.length }, 'retired: another agent takes over');
    return { kind: 'retired', sealed };
  }
}
