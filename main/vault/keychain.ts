import { parseEntry, serializeEntry } from './entry.ts';
import { troubleOf, type KeychainPort } from './keychain-port.ts';
import type { CallQueue } from './queue.ts';
import type { KeyringProbe, SearchResult } from './secret-service.ts';
import type {
  ReadResult,
  RemoveResult,
  Trouble,
  Vault,
  VaultDescription,
  VaultEntry,
  VaultStatus,
  VaultTrouble,
  WriteResult,
} from './types.ts';

export interface KeychainParts {
  /** "globus-token-tray"; another one per environment that must not share entries. */
  service: string;
  label: string;
  /** keytar; null where its library could not be loaded. */
  port: KeychainPort | null;
  queue: CallQueue;
  /** Linux: asked before and after every call, because there a locked keyring reads as an empty one. */
  probe?: KeyringProbe;
  /** Linux: used when `port` fails although the probe says that the keyring is open. */
  fallback?: KeychainPort;
  /** Linux: used instead of `port` where the probe says so, on its connection. */
  own?: KeychainPort;
  /** Linux: has the keyring ask the person for what is locked. */
  question?: () => Promise<void>;
}

/** Refresh tokens in the system's keychain. No method rejects, and only a sure "no such entry" is `absent`. */
export class KeychainVault implements Vault {
  readonly #parts: KeychainParts;

  constructor(parts: KeychainParts) {
    this.#parts = parts;
  }

  describe(): VaultDescription {
    const { port, probe, label } = this.#parts;
    const absence = port === null ? 'library' : probe?.absence();
    return {
      backend: 'keychain',
      label: probe?.label() ?? label,
      persistent: true,
      ...(absence === undefined ? {} : { absence }),
    };
  }

  async status(): Promise<VaultStatus> {
    const { port, probe, service, queue } = this.#parts;
    if (port === null) return 'missing';
    if (queue.overdue) return 'slow';
    if (probe !== undefined) return probe.state();
    // No system but Linux tells its state, so ask for a password that nobody stores.
    const answer = await this.#native((port) => port.getPassword(service, 'status'));
    return answer.kind === 'trouble' ? answer.trouble : 'ready';
  }

  async read(name: string): Promise<ReadResult> {
    // A keyring locked and unlocked again between the questions gives an honest null once.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const before = await this.#search(name);
      if (before === 'absent') return { kind: 'absent' };
      if (before !== 'unlocked') return trouble(before);
      const got = await this.#native((port) => port.getPassword(this.#parts.service, name));
      if (got.kind === 'trouble') return got;
      if (got.value !== null) return found(got.value);
      if (this.#parts.probe === undefined) return { kind: 'absent' };
    }
    return trouble('denied', 'the keyring lists the entry and does not give it out');
  }

  async write(name: string, entry: VaultEntry): Promise<WriteResult> {
    const serialized = serializeEntry(entry);
    if (!serialized.ok) return trouble('denied', serialized.why);
    // Without this look a locked keyring would open its prompt in the middle of a renewal.
    const { port, probe, service } = this.#parts;
    const state = port === null || probe === undefined ? 'ready' : await probe.state();
    if (state !== 'ready') return trouble(state);
    // Nor may it ask for the entry that is to be changed.
    if (probe?.perConnection() === true) {
      const before = await probe.search(service, name);
      if (before !== 'unlocked' && before !== 'absent') return trouble(before);
    }
    const set = await this.#native((port) => port.setPassword(service, name, serialized.text));
    return set.kind === 'trouble' ? set : { kind: 'done' };
  }

  async remove(name: string): Promise<RemoveResult> {
    const before = await this.#search(name);
    if (before === 'absent') return { kind: 'done' };
    if (before !== 'unlocked') return trouble(before);
    const { service, probe } = this.#parts;
    const deleted = await this.#native((port) => port.deletePassword(service, name));
    if (deleted.kind === 'trouble') return deleted;
    if (probe === undefined) {
      const left = await this.#native((port) => port.getPassword(service, name));
      if (left.kind === 'trouble') return left;
      return left.value === null ? { kind: 'done' } : trouble('denied', 'the entry is still there');
    }
    const after = await probe.search(service, name);
    if (after === 'absent') return { kind: 'done' };
    return after === 'unlocked' ? trouble('denied', 'the entry is still there') : trouble(after);
  }

  async ask(): Promise<void> {
    await this.#parts.question?.();
  }

  /** Systems without a probe are simply asked. */
  async #search(name: string): Promise<SearchResult> {
    const { port, probe, service } = this.#parts;
    if (port === null) return 'missing';
    return probe === undefined ? 'unlocked' : probe.search(service, name);
  }

  /** One call of the keychain library, one at a time, under the deadline. */
  async #native<T>(call: (port: KeychainPort) => Promise<T>): Promise<{ kind: 'value'; value: T } | Trouble> {
    const { port, queue, probe, fallback, own } = this.#parts;
    if (port === null) return trouble('missing');
    const first = probe?.ownWay() === true ? (own ?? port) : port;
    const outcome = await queue.run(() => call(first));
    if (outcome.kind === 'value') return outcome;
    if (outcome.kind === 'slow') return trouble('slow');
    if (probe === undefined) return trouble(troubleOf(outcome.error));
    const state = await probe.state();
    if (state !== 'ready') return trouble(state);
    if (fallback === undefined || first !== port) return trouble(troubleOf(outcome.error));
    // The keyring is open and the library alone is stuck, as after a restart of the keyring. It is asked
    // first again next time, which costs a millisecond and notices when it has recovered.
    const second = await queue.run(() => call(fallback));
    if (second.kind === 'value') return second;
    return trouble(second.kind === 'slow' ? 'slow' : troubleOf(second.error));
  }
}

function found(text: string): ReadResult {
  const parsed = parseEntry(text);
  // Not `absent`: the caller would forget the entry and leave the secret behind.
  return parsed.ok ? { kind: 'found', entry: parsed.entry } : trouble('denied', parsed.why);
}

function trouble(kind: VaultTrouble, detail?: string): Trouble {
  return { kind: 'trouble', trouble: kind, ...(detail === undefined ? {} : { detail }) };
}
