import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { answerTo } from './guarded-call.ts';
import { KWALLET_NAMES, SECRETS } from './keyring-names.ts';
import { openPrompt } from './providers.ts';
import { unlock } from './secret-calls.ts';
import { BUS, type SessionBus } from './session-bus.ts';

/**
 * What KWallet wants beside the Secret Service API (seen with KDE Frameworks 5.103, 6.13 and 6.24). A wallet that the
 * login or another program opened is called locked there until somebody has asked the Secret Service itself for it:
 * whoever only looks would wait for ever. The ksecretd of 6.30 shows it open by itself, and has no such interface any
 * more. And no program is started by asking for the Secret Service, only by KWallet's own names.
 */
export class KWallet {
  readonly #bus: SessionBus;
  readonly #held: () => Promise<boolean>;
  readonly #now: () => number;
  #heldSince: number | null = null;
  #started = false;
  #asked = false;

  /** @param held whether the login has started one that is not on the bus yet. @param now milliseconds */
  constructor(bus: SessionBus, held = () => Promise.resolve(false), now = () => performance.now()) {
    this.#bus = bus;
    this.#held = held;
    this.#now = now;
  }

  /**
   * Starts it where it is installed and nobody has needed it yet, once: one that is switched off would only end again.
   *
   * @returns whether the Secret Service is there now
   */
  async start(): Promise<boolean> {
    if (this.#started || (await this.#leftToLogin())) return false;
    this.#started = true;
    for (const name of KWALLET_NAMES) {
      const start = { ...BUS, member: 'StartServiceByName', signature: 'su', body: [name, 0] };
      if ((await answerTo(this.#bus, start, z.number())) === null) continue;
      // The name is owned before the service is.
      for (let look = 0; look < 40; look += 1) {
        const has = { ...BUS, member: 'NameHasOwner', signature: 's', body: [SECRETS.destination] };
        if ((await answerTo(this.#bus, has, z.boolean())) === true) return true;
        await pause(50);
      }
      return false;
    }
    return false;
  }

  /**
   * Has the Secret Service take over a wallet that is open already, which needs nobody. A closed one is left alone: its
   * prompt asks for a password. Where KWallet is set to ask before it lets a program at an open wallet ("Prompt on
   * Open") it asks now, once for as long as the wallet is open.
   *
   * @param collection the default one, by its path
   * @returns whether it was asked to
   */
  async share(collection: string): Promise<boolean> {
    if (!(await this.#isOpen())) {
      this.#asked = false;
      return false;
    }
    if (this.#asked) return false;
    this.#asked = true;
    const answer = await answerTo(
      this.#bus,
      unlock([collection]),
      z.tuple([z.array(z.string()), z.string()]),
    );
    if (answer === null) return false;
    const [, path] = answer;
    if (path === '/') return true;
    await openPrompt(this.#bus, path);
    return true;
  }

  /** The Secret Service shows it open: whatever comes next is a new opening. */
  shared(): void {
    this.#asked = false;
  }

  /**
   * Another one would take its place on the bus, with the wallet closed. Not for ever: in a session that is none of KDE's
   * nobody may ever call it.
   */
  async #leftToLogin(): Promise<boolean> {
    if (!(await this.#held())) return false;
    this.#heldSince ??= this.#now();
    return this.#now() - this.#heldSince < PATIENCE;
  }

  async #isOpen(): Promise<boolean> {
    for (const path of OBJECTS) {
      const object = { destination: SECRETS.destination, path, interface: 'org.kde.KWallet' };
      const name = await answerTo(this.#bus, { ...object, member: 'networkWallet' }, z.string());
      if (name === null) continue;
      const isOpen = { ...object, member: 'isOpen', signature: 's', body: [name] };
      return (await answerTo(this.#bus, isOpen, z.boolean())) === true;
    }
    return false;
  }
}

/** Milliseconds. */
const PATIENCE = 120_000;

/** KWallet's own interface in the process that provides the Secret Service. */
const OBJECTS = ['/modules/kwalletd5', '/modules/kwalletd6', '/ksecretd'];
