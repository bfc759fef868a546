import { z } from 'zod';
import { KeychainError, type KeychainPort } from './keychain-port.ts';
import { SECRETS } from './keyring-names.ts';
import { READ_DEFAULT, searchItems } from './secret-calls.ts';
import { troubleOfError } from './secret-service.ts';
import { ALGORITHM, SecretSession } from './secret-session.ts';
import type { BusCall, SessionBus } from './session-bus.ts';

/** What is done where the keyring wants something of the user before it does what it was asked to. */
export interface Prompts {
  /** Whether it also wants something before one entry takes the place of another, so that it is changed where it is. */
  readonly toReplace: boolean;
  /**
   * Resolves when it is done.
   *
   * @param path of the prompt
   * @param about what it is about: the same again is no second question
   * @throws KeychainError
   */
  complete(path: string, about: string, done: () => Promise<boolean>): Promise<void>;
}

/** No prompt is opened: nobody may be there, and a renewal is no reason to ask. */
const NONE: Prompts = {
  toReplace: false,
  complete: () => Promise.reject(new KeychainError('locked')),
};

/**
 * Passwords over D-Bus itself, in the format of the keychain library (same attributes, schema and label): for keyrings that
 * the library does not get on with (`KeyringProbe.ownWay`), and for when it cannot: libsecret remembers the keyring's bus
 * name for the life of the process, and so fails for good once the keyring was restarted (seen with libsecret 0.20 in Node
 * and in Electron).
 */
export class SecretServicePort implements KeychainPort {
  readonly #bus: SessionBus;
  /** variant(signature, value) of the D-Bus library, which is loaded with the first call. */
  readonly #variant: (signature: string, value: unknown) => Promise<unknown>;

  readonly #prompts: Prompts;

  constructor(bus: SessionBus, prompts = NONE) {
    this.#bus = bus;
    this.#prompts = prompts;
    this.#variant = async (signature, value) => {
      const { Variant } = await import('dbus-native');
      return new Variant(signature, value);
    };
  }

  async getPassword(service: string, account: string): Promise<string | null> {
    const [item] = await this.#search(service, account);
    if (item === undefined) return null;
    const session = await this.#openSession();
    const get = { path: item, interface: ITEM, member: 'GetSecret', signature: 'o', body: [session.path] };
    const [, iv, value] = await this.#call(get, secret);
    return session.keys.decrypt({ iv, value }, session.peerKey);
  }

  async setPassword(service: string, account: string, password: string): Promise<void> {
    const collection = await this.#call(READ_DEFAULT, z.string());
    if (collection === '/') throw new KeychainError('missing');
    // What is created anew is written at once. oo7-daemon changes an entry in its memory alone (by its sources).
    const [item] = this.#prompts.toReplace ? await this.#search(service, account) : [];
    const session = await this.#openSession();
    const sealed = session.keys.encrypt(password, session.peerKey);
    const handed = [session.path, sealed.iv, sealed.value, 'text/plain'];
    if (item !== undefined) {
      // KeePassXC asks before it replaces an entry, and not before it changes one that may be read.
      const set = { path: item, interface: ITEM, member: 'SetSecret', signature: '(oayays)', body: [handed] };
      await this.#call(set, z.unknown());
      return;
    }
    const properties = {
      [`${ITEM}.Label`]: await this.#variant('s', `${service}/${account}`),
      [`${ITEM}.Attributes`]: await this.#variant('a{ss}', { service, account, 'xdg:schema': SCHEMA }),
    };
    const body = [properties, handed, true];
    const [, prompt] = await this.#call(
      {
        path: collection,
        interface: 'org.freedesktop.Secret.Collection',
        member: 'CreateItem',
        signature: 'a{sv}(oayays)b',
        body,
      },
      z.tuple([z.string(), z.string()]),
    );
    await this.#complete(prompt, account, async () => (await this.#search(service, account)).length > 0);
  }

  async deletePassword(service: string, account: string): Promise<boolean> {
    const items = await this.#search(service, account);
    for (const path of items) {
      const prompt = await this.#call({ path, interface: ITEM, member: 'Delete' }, z.string());
      const gone = async () => !(await this.#search(service, account)).includes(path);
      await this.#complete(prompt, path, gone);
    }
    return items.length > 0;
  }

  async #complete(prompt: string, about: string, done: () => Promise<boolean>): Promise<void> {
    // "/" says that there is none.
    if (prompt !== '/') await this.#prompts.complete(prompt, about, done);
  }

  async #search(service: string, account: string): Promise<string[]> {
    const [unlocked] = await this.#call(
      searchItems({ service, account }),
      z.tuple([z.array(z.string()), z.array(z.string())]),
    );
    return unlocked;
  }

  /** A session per operation: it ends with the keyring or the connection. */
  async #openSession(): Promise<Opened> {
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const keys = new SecretSession();
      if (!keys.travels) continue;
      const body = [ALGORITHM, await this.#variant('ay', keys.publicKey)];
      const open = { ...SECRETS, member: 'OpenSession', signature: 'sv', body };
      const [peerKey, path] = await this.#call(open, z.tuple([bytes, z.string()]));
      if (keys.agreesWith(peerKey)) return { keys, path, peerKey };
    }
    throw new KeychainError('denied');
  }

  async #call<T>(call: Omit<BusCall, 'destination'>, guard: z.ZodType<T>): Promise<T> {
    const answer = await this.#bus.call({ destination: SECRETS.destination, ...call });
    if (answer.kind === 'slow') throw new KeychainError('slow');
    if (answer.kind === 'unconnected') throw new KeychainError('missing');
    if (answer.kind === 'error') throw new KeychainError(troubleOfError(answer.name));
    const value = guard.safeParse(answer.value);
    if (!value.success) throw new KeychainError('denied');
    return value.data;
  }
}

interface Opened {
  keys: SecretSession;
  path: string;
  peerKey: Buffer;
}

const ITEM = 'org.freedesktop.Secret.Item';
const SCHEMA = 'org.freedesktop.Secret.Generic';
const bytes = z.custom<Buffer>((value) => Buffer.isBuffer(value));
/** Secret structure: session, parameters (the IV), value, content type. */
const secret = z.tuple([z.string(), bytes, bytes, z.string()]);
