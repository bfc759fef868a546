import type { MessageBus } from 'dbus-native';
import { findProgram } from '../../cli/child/programs.ts';
import { HASH, KWalletLogin } from './kwallet-login.ts';
import { until, type Running } from './processes.ts';

const WALLET = 'kdewallet';
const SECRETS = { destination: 'org.freedesktop.secrets', path: '/org/freedesktop/secrets' };
const SERVICE = { ...SECRETS, interface: 'org.freedesktop.Secret.Service' };

/** A program that is KWallet, and how the desktop deals with its wallet. */
export interface Generation {
  readonly program: string;
  /** By which the bus starts it. */
  readonly name: string;
  /** The login starts it, instead of telling one that runs. */
  readonly startedByLogin: boolean;
  /** As the login does it, which makes the wallet at the first one. @returns the program that it started */
  login(bus: MessageBus, env: Record<string, string>): Promise<Running | null>;
  /** Closes it, and writes what is in it to its file first. */
  close(bus: MessageBus): Promise<void>;
}

/** KDE Frameworks 5, and 6 before ksecretd. */
class KWalletD implements Generation {
  readonly program: string;
  readonly name: string;
  readonly startedByLogin = false;
  readonly #object: { destination: string; path: string; interface: string };

  constructor(version: 5 | 6) {
    this.program = `kwalletd${version}`;
    this.name = `org.kde.${this.program}`;
    const path = `/modules/${this.program}`;
    this.#object = { destination: this.name, path, interface: 'org.kde.KWallet' };
  }

  async login(bus: MessageBus): Promise<null> {
    await bus.invoke<unknown>({
      ...{ ...this.#object, member: 'pamOpen', signature: 'sayi' },
      body: [WALLET, HASH, 0],
    });
    const isOpen = { ...this.#object, member: 'isOpen', signature: 's', body: [WALLET] };
    await until('an open wallet', async () =>
      (await bus.invoke<unknown>(isOpen)) === true ? true : undefined,
    );
    return null;
  }

  async close(bus: MessageBus): Promise<void> {
    await bus.invoke<unknown>({
      ...{ ...this.#object, member: 'close', signature: 'sb' },
      body: [WALLET, true],
    });
  }
}

/** KDE Frameworks 6 since ksecretd, for which kwalletd6 is one more program that asks the Secret Service. */
class KSecretD implements Generation {
  readonly program = 'ksecretd';
  readonly name = 'org.kde.secretservicecompat';
  readonly startedByLogin = true;

  async login(bus: MessageBus, env: Record<string, string>): Promise<Running> {
    const login = await KWalletLogin.begin(this.program, env);
    await login.enter();
    await until('an open wallet', async () =>
      (await this.#isOpen(bus)) || (await this.#isShared(bus)) ? true : undefined,
    );
    return login.program;
  }

  async close(bus: MessageBus): Promise<void> {
    const body = [[await this.#collection(bus)]];
    await bus.invoke<unknown>({ ...SERVICE, member: 'Lock', signature: 'ao', body });
  }

  /** As one of 6.24 tells it: like kwalletd. */
  async #isOpen(bus: MessageBus): Promise<boolean> {
    // By its own name the bus might start another one.
    const object = { ...SECRETS, path: '/ksecretd', interface: 'org.kde.KWallet' };
    const isOpen = { ...object, member: 'isOpen', signature: 's', body: [WALLET] };
    return (await bus.invoke<unknown>(isOpen).catch(() => false)) === true;
  }

  /** As one of 6.30 tells it. */
  async #isShared(bus: MessageBus): Promise<boolean> {
    const path = await this.#collection(bus).catch(() => '/');
    const get = { interface: 'org.freedesktop.DBus.Properties', member: 'Get', signature: 'ss' };
    const body = ['org.freedesktop.Secret.Collection', 'Locked'];
    return (await bus.invoke<unknown>({ ...SECRETS, path, ...get, body }).catch(() => true)) === false;
  }

  async #collection(bus: MessageBus): Promise<string> {
    const read = { ...SERVICE, member: 'ReadAlias', signature: 's', body: ['default'] };
    return String(await bus.invoke<unknown>(read));
  }
}

const GENERATIONS: readonly Generation[] = [new KSecretD(), new KWalletD(6), new KWalletD(5)];

/** The newest KWallet that this system has. */
export function installedKWallet(): Generation {
  const found = GENERATIONS.find(({ program }) => findProgram(program, process.env).kind === 'found');
  if (found === undefined) throw new Error('this system has no KWallet');
  return found;
}
