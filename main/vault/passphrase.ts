import { parseEntry, serializeEntry } from './entry.ts';
import {
  DEFAULT_COST,
  type Entries,
  type VaultKeys,
  deriveKeys,
  fits,
  newIdentity,
  openEntries,
  sealEntries,
} from './passphrase-crypto.ts';
import { PassphraseFile } from './passphrase-file.ts';
import { type ScryptCost, type VaultIdentity, formatVault } from './passphrase-format.ts';
import { NewestMark, type VaultFileMarks } from './passphrase-mark.ts';
import { PASSPHRASE_LABEL } from './passphrase-messages.ts';
import { type SealedRead, type VaultRead, VaultReader } from './passphrase-reading.ts';
import {
  ABSENT,
  EMPTY,
  EXISTS,
  LOCKED,
  LOCKED_MEANWHILE,
  NO_MEMORY,
  NO_SETTINGS,
  type UnlockRefusal,
  type UnlockResult,
  WRONG,
  notMade,
  unusable,
} from './passphrase-refusals.ts';
import type {
  ReadResult,
  RemoveResult,
  Trouble,
  Vault,
  VaultDamage,
  VaultDescription,
  VaultEntry,
  VaultStatus,
  WriteResult,
} from './types.ts';

export type { UnlockResult } from './passphrase-refusals.ts';

export interface PassphraseVaultOptions {
  /** `<data folder>/vault.bin`. Its folder is ours alone, or made so. */
  readonly path: string;
  readonly marks: VaultFileMarks;
  /** Runs something short while no other process can be in it; as it is when absent. */
  readonly alone?: ((run: () => void) => void) | undefined;
  /** Of this process; null where files have no owner of this kind (Windows). */
  readonly uid: number | null;
  /** For the vaults it makes; one that is there has its own. */
  readonly cost?: ScryptCost | undefined;
}

/** An unlocked file: what it said when it was last read or written. */
interface Open {
  readonly kind: 'open';
  readonly identity: VaultIdentity;
  readonly keys: VaultKeys;
  readonly generation: number;
  readonly stamp: string;
  readonly entries: Entries;
}

/** Another process that writes all the time gets this many turns before we give up. */
const TURNS = 20;

/**
 * Refresh tokens in a file that opens with a passphrase, for machines without a keychain. Locked until
 * `unlock`; what cannot be proven to be the newest copy of our own file is refused and left as it is.
 * Operations run one after the other; a `lock` meanwhile makes them answer `locked`, never `absent`
 * (CHECKLIST 27). A file that another process wrote is read again.
 */
export class PassphraseVault implements Vault {
  readonly #file: PassphraseFile;
  readonly #mark: NewestMark;
  readonly #reader: VaultReader;
  readonly #cost: ScryptCost;
  #open: Open | null = null;
  #damage: VaultDamage | null = null;
  /** Grows with every lock, so that an unlock on its way notices. */
  #locks = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ path, marks, alone, uid, cost = DEFAULT_COST }: PassphraseVaultOptions) {
    this.#file = new PassphraseFile({ path, alone, uid });
    this.#mark = new NewestMark(marks);
    this.#reader = new VaultReader(this.#file, this.#mark);
    this.#cost = cost;
  }

  get unlocked(): boolean {
    return this.#open !== null;
  }

  exists(): Promise<boolean> {
    return Promise.resolve(this.#file.present());
  }

  describe(): VaultDescription {
    const damage = this.#damage === null ? {} : { damage: this.#damage };
    return { backend: 'passphrase', label: PASSPHRASE_LABEL, persistent: true, ...damage };
  }

  /** A wrong passphrase leaves an unlocked vault unlocked. */
  unlock(passphrase: string): Promise<UnlockResult> {
    const locks = this.#locks;
    return this.#inTurn(async () => {
      const read = await this.#reader.read();
      this.#note(read);
      if (read.kind === 'absent') return ABSENT;
      if (read.kind !== 'sealed') return unusable(read.kind, read.detail);
      if (passphrase === '') return EMPTY;
      const keys = await derived(passphrase, read.sealed);
      if (keys === null) return NO_MEMORY;
      const opened = this.#opened(keys, read);
      if (opened.kind === 'refused' || locks !== this.#locks) {
        keys.seal.fill(0);
        return opened.kind === 'refused' ? opened : LOCKED_MEANWHILE;
      }
      this.#take(opened);
      this.#mark.keep(read.sealed);
      await this.#file.clean();
      return DONE;
    });
  }

  /** Makes an empty one and leaves it unlocked; `exists` when there is one already, whatever is in it. */
  create(passphrase: string): Promise<UnlockResult> {
    const locks = this.#locks;
    return this.#inTurn(async () => {
      if (passphrase === '') return EMPTY;
      if (this.#file.present()) return EXISTS;
      const identity = newIdentity(this.#cost);
      const keys = await derived(passphrase, identity);
      if (keys === null) return NO_MEMORY;
      // First: after a crash between the file and its mark, the mark of an earlier file would disown this one.
      if (!this.#mark.clear()) return NO_SETTINGS;
      const sealed = sealEntries(keys, identity, 1, new Map());
      const replaced = await this.#file.replace(formatVault(sealed), null);
      if (replaced.kind !== 'replaced') {
        keys.seal.fill(0);
        return replaced.kind === 'changed' ? EXISTS : notMade(replaced.detail);
      }
      this.#mark.keep(sealed);
      if (locks === this.#locks) {
        this.#take({
          kind: 'open',
          identity,
          keys,
          generation: 1,
          stamp: replaced.stamp,
          entries: new Map(),
        });
      } else keys.seal.fill(0);
      await this.#file.clean();
      return DONE;
    });
  }

  /** At once, also while something is under way: the key is overwritten, the entries are let go. */
  lock(): void {
    this.#locks += 1;
    this.#open?.keys.seal.fill(0);
    this.#open = null;
  }

  status(): Promise<VaultStatus> {
    return this.#inTurn(async () => {
      const now = await this.#now();
      return now.kind === 'trouble' ? now.trouble : 'ready';
    });
  }

  read(name: string): Promise<ReadResult> {
    return this.#inTurn(async () => {
      const now = await this.#now();
      if (now.kind === 'trouble') return now;
      const text = now.entries.get(name);
      if (text === undefined) return { kind: 'absent' };
      const parsed = parseEntry(text);
      if (parsed.ok) return { kind: 'found', entry: parsed.entry };
      return { kind: 'trouble', trouble: 'denied', detail: parsed.why };
    });
  }

  async write(name: string, entry: VaultEntry): Promise<WriteResult> {
    const serialized = serializeEntry(entry);
    if (!serialized.ok) return { kind: 'trouble', trouble: 'denied', detail: serialized.why };
    const { text } = serialized;
    return this.#change((entries) => new Map(entries).set(name, text));
  }

  remove(name: string): Promise<RemoveResult> {
    return this.#change((entries) =>
      entries.has(name) ? new Map([...entries].filter(([one]) => one !== name)) : null,
    );
  }

  /** @param change what the entries become; null: nothing has to be done */
  #change(change: (entries: Entries) => Entries | null): Promise<WriteResult> {
    return this.#inTurn(async () => {
      for (let turn = 0; turn < TURNS; turn += 1) {
        const open = await this.#now();
        if (open.kind === 'trouble') return open;
        const entries = change(open.entries);
        if (entries === null) return DONE;
        // The key of one that was locked a moment ago is all zeroes.
        if (this.#open !== open) return LOCKED;
        // A lock from here on comes too late: a token that was just rotated must not be lost with the key.
        const sealed = sealEntries(open.keys, open.identity, open.generation + 1, entries);
        const replaced = await this.#file.replace(formatVault(sealed), open.stamp);
        if (replaced.kind === 'failed')
          return { kind: 'trouble', trouble: 'denied', detail: replaced.detail };
        if (replaced.kind === 'changed') continue;
        const { generation } = sealed;
        if (this.#open === open) this.#open = { ...open, generation, stamp: replaced.stamp, entries };
        this.#mark.keep(sealed);
        return DONE;
      }
      return { kind: 'trouble', trouble: 'denied', detail: 'another process keeps writing the file' };
    });
  }

  /** The file as it is now, or why it cannot be used. */
  async #now(): Promise<Open | Trouble> {
    const before = this.#open;
    if (before !== null && this.#file.stamp() === before.stamp) {
      this.#damage = null;
      return before;
    }
    const read = await this.#reader.read();
    this.#note(read);
    if (read.kind === 'absent') return { kind: 'trouble', trouble: 'missing' };
    if (read.kind !== 'sealed') return { kind: 'trouble', trouble: 'damaged', detail: read.detail };
    // Locked, before or meanwhile.
    if (before === null || this.#open !== before) return LOCKED;
    const opened = this.#opened(before.keys, read);
    // Older than what is held here, whatever the settings say: an earlier copy was put back.
    if (opened.kind === 'open' && opened.generation < before.generation) {
      this.#damage = 'swapped';
      return {
        kind: 'trouble',
        trouble: 'damaged',
        detail: 'it is an older one than this agent has written',
      };
    }
    if (opened.kind === 'open') return (this.#open = opened);
    if (opened.trouble === 'damaged') return { kind: 'trouble', trouble: 'damaged', detail: opened.detail };
    // Not by our key: another process gave it another passphrase.
    this.lock();
    return LOCKED;
  }

  #opened(keys: VaultKeys, { sealed, stamp }: SealedRead): Open | UnlockRefusal {
    if (!fits(keys, sealed)) return WRONG;
    const entries = openEntries(keys, sealed);
    if (entries === null) {
      this.#damage = 'damaged';
      return unusable('damaged', 'it is not as it was written');
    }
    const { generation, cost, id, salt } = sealed;
    return { kind: 'open', identity: { cost, id, salt }, keys, generation, stamp, entries };
  }

  #take(open: Open): void {
    if (this.#open !== null && this.#open.keys !== open.keys) this.#open.keys.seal.fill(0);
    this.#open = open;
    this.#damage = null;
  }

  #note({ kind }: VaultRead): void {
    this.#damage = kind === 'absent' || kind === 'sealed' ? null : kind;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

const DONE = { kind: 'done' } as const;

/** Null when the system has not the memory for it. */
async function derived(passphrase: string, identity: VaultIdentity): Promise<VaultKeys | null> {
  try {
    return await deriveKeys(passphrase, identity);
  } catch {
    return null;
  }
}
