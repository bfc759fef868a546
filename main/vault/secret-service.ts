import { z } from 'zod';
import { KWallet } from './kwallet.ts';
import { providerOf, type Provider } from './providers.ts';
import { isLocked, READ_DEFAULT, searchItems } from './secret-calls.ts';
import type { BusAnswer, BusCall, SessionBus } from './session-bus.ts';
import type { VaultAbsence, VaultStatus, VaultTrouble } from './types.ts';

/** `unlocked`: there and readable. `absent`: an open keyring says that there is no such item. */
export type SearchResult = 'unlocked' | 'absent' | VaultTrouble;

/**
 * What a keychain call would meet, asked without making it: on a locked keyring the keychain library answers
 * "no such password" or opens a prompt, on a hanging one it blocks a thread.
 */
export interface KeyringProbe {
  search(service: string, account: string): Promise<SearchResult>;
  state(): Promise<VaultStatus>;
  /** What was not there when the last answer was `missing`. */
  absence(): VaultAbsence | undefined;
  /**
   * Whether the keychain library is not to be used. It keeps one session for the life of the process, and of KWallet's
   * one in 256 hands out nothing and stores nothing; and a permission of KeePassXC's is not its own.
   */
  ownWay(): boolean;
  /** Whether a permission holds for the one connection that it was given to, and so not for the keychain library's. */
  perConnection(): boolean;
  /** "GNOME Keyring (Secret Service)" once known, "Secret Service" until then. */
  label(): string;
}

const LOOKS = 20;

/**
 * The Secret Service as D-Bus tells it (freedesktop.org Secret Service API 0.2, "Service" and "Collection").
 * Answers are values: nothing is thrown across this border.
 */
export class SecretServiceProbe implements KeyringProbe {
  readonly #bus: SessionBus;
  readonly #kwallet: KWallet;
  #absence: VaultAbsence | undefined;
  #provider: Provider | null = null;
  #identified: Promise<void> = Promise.resolve();

  constructor(bus: SessionBus, kwallet = new KWallet(bus)) {
    this.#bus = bus;
    this.#kwallet = kwallet;
  }

  /**
   * A search that finds nothing counts only between two looks at an open keyring, because some services
   * (KeePassXC) hide the items of a locked database. One that finds something locked is asked again after a look, which
   * can open it (KWallet).
   */
  async search(service: string, account: string): Promise<SearchResult> {
    // What the first search of all finds is told by who provides the service, too.
    await this.#identified;
    if (this.perConnection()) return this.#searchOpen(service, account);
    const first = await this.#searchOnce(service, account);
    if (first !== 'absent' && first !== 'locked') return first;
    const before = await this.state();
    // Another keyring than the default one can be the locked one.
    if (before !== 'ready') return first === 'locked' ? first : before;
    const second = await this.#searchOnce(service, account);
    if (second !== 'absent') return second;
    const after = await this.state();
    return after === 'ready' ? 'absent' : after;
  }

  /**
   * KeePassXC opens its prompt when a locked database is searched. In an open one it calls an entry locked which it would
   * ask the user for before it hands it to us.
   */
  async #searchOpen(service: string, account: string): Promise<SearchResult> {
    const before = await this.state();
    if (before !== 'ready') return before;
    const found = await this.#searchOnce(service, account);
    if (found !== 'absent' && found !== 'locked') return found;
    const after = await this.state();
    if (after !== 'ready') return after;
    return found === 'absent' ? 'absent' : 'denied';
  }

  /** The state of the default collection, where new items go. */
  async state(): Promise<VaultStatus> {
    let alias = await this.#defaultCollection();
    if (alias.kind === 'trouble' && this.#absence === 'service' && (await this.#kwallet.start())) {
      alias = await this.#defaultCollection();
    }
    if (alias.kind === 'trouble') return alias.trouble;
    if (this.#provider === null) await this.identify();
    // "/" is the API's way of saying that nothing has this alias.
    if (alias.value === '/') return this.#missing('collection');
    const locked = await this.#lockedNow(alias.value);
    if (locked.kind === 'trouble') return locked.trouble;
    this.#absence = undefined;
    return locked.value ? 'locked' : 'ready';
  }

  absence(): VaultAbsence | undefined {
    return this.#absence;
  }

  ownWay(): boolean {
    return this.#provider === 'KWallet' || this.perConnection();
  }

  perConnection(): boolean {
    return this.#provider === 'KeePassXC';
  }

  label(): string {
    return this.#provider === null ? 'Secret Service' : `${this.#provider} (Secret Service)`;
  }

  /** Learns who provides the service. */
  identify(): Promise<void> {
    this.#identified = providerOf(this.#bus).then((provider) => {
      this.#provider = provider;
    });
    return this.#identified;
  }

  #defaultCollection(): Promise<Asked<string>> {
    return this.#ask(READ_DEFAULT, path);
  }

  async #lockedNow(collection: string): Promise<Asked<boolean>> {
    let locked = await this.#locked(collection);
    if (this.#provider !== 'KWallet' || locked.kind === 'trouble') return locked;
    if (locked.value && (await this.#kwallet.share(collection))) {
      // It takes effect in its own time, within a question or two.
      for (let look = 0; look < LOOKS && locked.kind === 'value' && locked.value; look += 1) {
        locked = await this.#locked(collection);
      }
    }
    if (locked.kind === 'value' && !locked.value) this.#kwallet.shared();
    return locked;
  }

  #locked(collection: string): Promise<Asked<boolean>> {
    return this.#ask(isLocked(collection), z.boolean());
  }

  async #searchOnce(service: string, account: string): Promise<SearchResult> {
    const found = await this.#ask(searchItems({ service, account }), z.tuple([z.array(path), z.array(path)]));
    if (found.kind === 'trouble') return found.trouble;
    const [unlocked, locked] = found.value;
    if (unlocked.length > 0) return 'unlocked';
    return locked.length > 0 ? 'locked' : 'absent';
  }

  async #ask<T>(call: BusCall, guard: z.ZodType<T>): Promise<Asked<T>> {
    const answer = await this.#bus.call(call);
    if (answer.kind !== 'reply') return { kind: 'trouble', trouble: this.#troubleOf(answer) };
    const value = guard.safeParse(answer.value);
    // Something else answers under the service's name.
    if (!value.success) return { kind: 'trouble', trouble: this.#missing('service') };
    return { kind: 'value', value: value.data };
  }

  #troubleOf(answer: Exclude<BusAnswer, { kind: 'reply' }>): VaultTrouble {
    if (answer.kind === 'unconnected') return this.#missing('bus');
    const trouble = answer.kind === 'slow' ? 'slow' : troubleOfError(answer.name);
    return trouble === 'missing' ? this.#missing('service') : trouble;
  }

  #missing(absence: VaultAbsence): 'missing' {
    this.#absence = absence;
    return 'missing';
  }
}

/** D-Bus error names (D-Bus specification; Secret Service API "Errors") as what they mean for the vault. */
export function troubleOfError(name: string): VaultTrouble {
  if (name.startsWith('org.freedesktop.DBus.Error.Spawn.')) return 'missing';
  return ERRORS[name] ?? 'denied';
}

const ERRORS: Readonly<Record<string, VaultTrouble>> = {
  'org.freedesktop.Secret.Error.IsLocked': 'locked',
  'org.freedesktop.Secret.Error.NoSession': 'missing',
  'org.freedesktop.Secret.Error.NoSuchObject': 'missing',
  'org.freedesktop.DBus.Error.ServiceUnknown': 'missing',
  'org.freedesktop.DBus.Error.NameHasNoOwner': 'missing',
  // The bus says so when the keyring ended with the call.
  'org.freedesktop.DBus.Error.NoReply': 'missing',
  'org.freedesktop.DBus.Error.UnknownMethod': 'missing',
  'org.freedesktop.DBus.Error.UnknownObject': 'missing',
  'org.freedesktop.DBus.Error.UnknownInterface': 'missing',
  // Starting the service took longer than the bus waits.
  'org.freedesktop.DBus.Error.TimedOut': 'slow',
  'org.freedesktop.DBus.Error.Timeout': 'slow',
  'org.freedesktop.DBus.Error.LimitsExceeded': 'slow',
};

type Asked<T> = { kind: 'value'; value: T } | { kind: 'trouble'; trouble: VaultTrouble };

const path = z.string().startsWith('/');
