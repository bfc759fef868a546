import { z } from 'zod';
import { BUS, type BusAnswer, type BusCall, type SessionBus } from './session-bus.ts';
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
  /** "GNOME Keyring (Secret Service)" once known, "Secret Service" until then. */
  label(): string;
}

export const SECRETS = {
  destination: 'org.freedesktop.secrets',
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.Secret.Service',
} as const;
const COLLECTION = 'org.freedesktop.Secret.Collection';

/**
 * The Secret Service as D-Bus tells it (freedesktop.org Secret Service API 0.2, "Service" and "Collection").
 * Answers are values: nothing is thrown across this border.
 */
export class SecretServiceProbe implements KeyringProbe {
  readonly #bus: SessionBus;
  #absence: VaultAbsence | undefined;
  #provider: string | null = null;

  constructor(bus: SessionBus) {
    this.#bus = bus;
  }

  /**
   * A search that finds nothing counts only between two looks at an open keyring, because some services
   * (KeePassXC) hide the items of a locked database.
   */
  async search(service: string, account: string): Promise<SearchResult> {
    const first = await this.#searchOnce(service, account);
    if (first !== 'absent') return first;
    const before = await this.state();
    if (before !== 'ready') return before;
    const second = await this.#searchOnce(service, account);
    if (second !== 'absent') return second;
    const after = await this.state();
    return after === 'ready' ? 'absent' : after;
  }

  /** The state of the default collection, where new items go. */
  async state(): Promise<VaultStatus> {
    const alias = await this.#ask(
      { ...SECRETS, member: 'ReadAlias', signature: 's', body: ['default'] },
      path,
    );
    if (alias.kind === 'trouble') return alias.trouble;
    // "/" is the API's way of saying that nothing has this alias.
    if (alias.value === '/') return this.#missing('collection');
    const locked = await this.#ask(
      {
        destination: SECRETS.destination,
        path: alias.value,
        interface: 'org.freedesktop.DBus.Properties',
        member: 'Get',
        signature: 'ss',
        body: [COLLECTION, 'Locked'],
      },
      z.boolean(),
    );
    if (locked.kind === 'trouble') return locked.trouble;
    this.#absence = undefined;
    if (this.#provider === null) await this.identify();
    return locked.value ? 'locked' : 'ready';
  }

  absence(): VaultAbsence | undefined {
    return this.#absence;
  }

  label(): string {
    return this.#provider === null ? 'Secret Service' : `${this.#provider} (Secret Service)`;
  }

  /** Learns who provides the service, from the bus alone: a hanging keyring does not delay it. */
  async identify(): Promise<void> {
    const owner = await this.#ownerOf(SECRETS.destination);
    if (owner === null) return;
    for (const [name, title] of PROVIDERS) {
      if ((await this.#ownerOf(name)) === owner) {
        this.#provider = title;
        return;
      }
    }
  }

  async #searchOnce(service: string, account: string): Promise<SearchResult> {
    const found = await this.#ask(
      { ...SECRETS, member: 'SearchItems', signature: 'a{ss}', body: [{ service, account }] },
      z.tuple([z.array(path), z.array(path)]),
    );
    if (found.kind === 'trouble') return found.trouble;
    const [unlocked, locked] = found.value;
    if (unlocked.length > 0) return 'unlocked';
    return locked.length > 0 ? 'locked' : 'absent';
  }

  async #ownerOf(name: string): Promise<string | null> {
    const answer = await this.#bus.call({ ...BUS, member: 'GetNameOwner', signature: 's', body: [name] });
    return answer.kind === 'reply' && typeof answer.value === 'string' ? answer.value : null;
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

/** Providers by the bus name that they own beside the service's own. */
const PROVIDERS: readonly (readonly [name: string, title: string])[] = [
  ['org.gnome.keyring', 'GNOME Keyring'],
  ['org.kde.secretservicecompat', 'KWallet'],
  ['org.kde.kwalletd6', 'KWallet'],
  ['org.kde.kwalletd5', 'KWallet'],
  ['org.keepassxc.KeePassXC.MainWindow', 'KeePassXC'],
];

type Asked<T> = { kind: 'value'; value: T } | { kind: 'trouble'; trouble: VaultTrouble };

const path = z.string().startsWith('/');
