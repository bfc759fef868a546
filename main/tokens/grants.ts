import { randomBytes } from 'node:crypto';
import type { Logger } from '../effects.ts';
import type { EnvironmentName } from '../globus/environments.ts';
import type { GrantRecord, Settings, SettingsStore } from '../settings/types.ts';
import type { ReadResult, RemoveResult, Vault, VaultEntry, WriteResult } from '../vault/types.ts';
import { type Account, accountsOf, defaultAccount } from './accounts.ts';

/**
 * The grants of one environment and client: their names in the settings' index, their secrets in the vault.
 *
 * Order matters, because the process can die between any two steps: the name goes into the index before the
 * secret goes into the vault, and leaves it after. So no secret is ever stored under a name that nobody
 * knows; an index entry without a secret is repaired at the next read.
 */
export class Grants {
  readonly #settings: SettingsStore;
  readonly #vault: Vault;
  readonly #environment: EnvironmentName;
  readonly #log: Logger;
  /** Rotated refresh tokens that the vault could not take yet; losing one would end the grant. */
  readonly #unsaved = new Map<string, VaultEntry>();
  /** What `list` answered last, by account. */
  #listed: {
    settings: Settings;
    backend: GrantRecord['backend'];
    bySub: Map<string | undefined, readonly GrantRecord[]>;
  } | null = null;

  constructor(settings: SettingsStore, vault: Vault, environment: EnvironmentName, log: Logger) {
    this.#log = log;
    this.#settings = settings;
    this.#vault = vault;
    this.#environment = environment;
  }

  /**
   * The grants whose secrets are in the vault in use: a keychain's are not looked for in memory.
   * @param sub of one account; all accounts when absent
   */
  list(sub?: string): readonly GrantRecord[] {
    const settings = this.#settings.get();
    const backend = this.#backend();
    // Settings are never changed in place, and every request of a script asks several times.
    if (this.#listed?.settings !== settings || this.#listed.backend !== backend)
      this.#listed = { settings, backend, bySub: new Map() };
    let listed = this.#listed.bySub.get(sub);
    if (listed === undefined) {
      listed = settings.grants.filter(
        (one) =>
          one.environment === this.#environment &&
          one.clientId === settings.clientId &&
          one.backend === backend &&
          (sub === undefined || one.sub === sub),
      );
      this.#listed.bySub.set(sub, listed);
    }
    return listed;
  }

  accounts(): Account[] {
    return accountsOf(this.list());
  }

  /** The account that is used when none is named; null when nobody is signed in. */
  account(): Account | null {
    return defaultAccount(this.accounts(), this.#settings.get().defaultAccount);
  }

  /** For the start of a process: what an earlier one kept in memory is gone, and no surprise to anyone. */
  dropEarlierMemory(): void {
    if (this.#settings.get().grants.every((one) => one.backend !== 'memory')) return;
    this.#index((grants) => grants.filter((one) => one.backend !== 'memory'));
  }

  #backend(): GrantRecord['backend'] {
    const { backend } = this.#vault.describe();
    return backend === 'keychain' ? undefined : backend;
  }

  newName(clientId: string, sub: string, resourceServer: string): string {
    return [this.#environment, clientId, sub, resourceServer, randomBytes(8).toString('hex')].join('/');
  }

  /** @throws whatever the settings throw when the index cannot be saved; nothing was stored then */
  async add(record: GrantRecord, entry: VaultEntry): Promise<WriteResult> {
    const backend = this.#backend();
    const placed = backend === undefined ? record : { ...record, backend };
    this.#settings.update((settings) => ({ ...settings, grants: [...settings.grants, placed] }));
    const written = await this.#vault.write(record.name, entry);
    // A slow keychain may still store it: the name stays, so that the next read finds or repairs it.
    if (written.kind === 'trouble' && written.trouble !== 'slow') this.#forget(record.name);
    return written;
  }

  /** A definite `absent` (the vault was open and has no such entry) also leaves the index. */
  async read(name: string): Promise<ReadResult> {
    const unsaved = this.#unsaved.get(name);
    if (unsaved !== undefined) return { kind: 'found', entry: unsaved };
    const result = await this.#vault.read(name);
    if (result.kind === 'absent') this.#forget(name);
    return result;
  }

  /** Replaces the secret; while the vault refuses, the new one is kept in memory and offered again. */
  async replace(name: string, entry: VaultEntry): Promise<WriteResult> {
    this.#unsaved.set(name, entry);
    return this.saveUnsaved(name);
  }

  async saveUnsaved(name: string): Promise<WriteResult> {
    const entry = this.#unsaved.get(name);
    if (entry === undefined) return { kind: 'done' };
    const written = await this.#vault.write(name, entry);
    if (written.kind === 'done' && this.#unsaved.get(name) === entry) this.#unsaved.delete(name);
    return written;
  }

  /** For the end of the process. @returns how many new refresh tokens the vault still does not take */
  async saveAllUnsaved(): Promise<number> {
    const saved = await Promise.all([...this.#unsaved.keys()].map((name) => this.saveUnsaved(name)));
    return saved.filter(({ kind }) => kind !== 'done').length;
  }

  async remove(name: string): Promise<RemoveResult> {
    const removed = await this.#vault.remove(name);
    if (removed.kind !== 'done') return removed;
    this.#unsaved.delete(name);
    this.#forget(name);
    return removed;
  }

  touch(name: string, now: number, scopes: readonly string[]): void {
    this.#index((grants) =>
      grants.map((one) => (one.name === name ? { ...one, lastUsedAt: now, scopes: [...scopes] } : one)),
    );
  }

  #forget(name: string): void {
    this.#index((grants) => grants.filter((one) => one.name !== name));
  }

  /** The index can be stale without harm: a settings file that cannot be written must not cost a renewal. */
  #index(change: (grants: GrantRecord[]) => GrantRecord[]): void {
    try {
      this.#settings.update((settings) => ({ ...settings, grants: change(settings.grants) }));
    } catch (error) {
      this.#log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'the index was not saved');
    }
  }
}

/**
 * The grant that covers the scope with the fewest other scopes; the newest of equals.
 * @param grants of one account: the choice knows nothing of accounts
 * @param scope root scope string
 */
export function chooseGrant(grants: readonly GrantRecord[], scope: string): GrantRecord | undefined {
  let best: GrantRecord | undefined;
  for (const one of grants) {
    if (one.scopes.includes(scope) && (best === undefined || isBetter(one, best))) best = one;
  }
  return best;
}

/** Names of the grants that some account's kept scopes are served from. */
export function neededGrants(grants: readonly GrantRecord[], roots: readonly string[]): Set<string> {
  const kept = new Set(roots);
  const best = new Map<string, GrantRecord>();
  for (const one of grants) {
    for (const scope of one.scopes) {
      if (!kept.has(scope)) continue;
      const key = `${one.sub} ${scope}`;
      const known = best.get(key);
      if (known === undefined || isBetter(one, known)) best.set(key, one);
    }
  }
  return new Set([...best.values()].map(({ name }) => name));
}

function isBetter(one: GrantRecord, other: GrantRecord): boolean {
  return (
    one.scopes.length - other.scopes.length < 0 ||
    (one.scopes.length === other.scopes.length && one.grantedAt > other.grantedAt)
  );
}
