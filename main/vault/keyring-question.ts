import { z } from 'zod';
import { answerTo } from './guarded-call.ts';
import { openPrompt } from './providers.ts';
import { isLocked, READ_DEFAULT, searchItems, unlock } from './secret-calls.ts';
import type { SessionBus } from './session-bus.ts';

/** The keyring itself, then what is in it: KeePassXC asks for both. */
const ROUNDS = 2;

/**
 * Has the keyring's own program ask the person for what is locked (Secret Service API, "Prompts"): the keyring where new
 * entries go, or where that is open what is in it under this service (KeePassXC). Only for somebody who asked for it just
 * now: whatever happens by itself finds a locked keyring locked.
 *
 * A question stays until it is answered. It is not taken back when nobody waits for the answer any more: GNOME Keyring
 * ends with an assertion when a question of its own is dismissed (seen with 42.1), and every keyring of the user with it.
 */
export class KeyringQuestion {
  readonly #bus: SessionBus;
  readonly #service: string;
  #asking: Promise<void> | null = null;

  constructor(bus: SessionBus, service: string) {
    this.#bus = bus;
    this.#service = service;
  }

  /** Resolves when it was answered, whatever the answer. Never rejects. Asked twice, it is one question. */
  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const bus = this.#bus;
    for (let round = 0; round < ROUNDS; round += 1) {
      const locked = await lockedNow(bus, this.#service);
      if (locked.length === 0) return;
      const answer = await answerTo(bus, unlock(locked), z.tuple([z.array(path), path]));
      if (answer === null) return;
      const [, prompt] = answer;
      // "/": it took no question.
      if (prompt !== '/' && !(await allowed(bus, prompt))) return;
    }
  }
}

/** What the keyring would ask the person for. */
async function lockedNow(bus: SessionBus, service: string): Promise<readonly string[]> {
  const alias = await answerTo(bus, READ_DEFAULT, z.string());
  if (alias === null || alias === '/') return [];
  if ((await answerTo(bus, isLocked(alias), z.boolean())) === true) return [alias];
  const found = await answerTo(bus, searchItems({ service }), z.tuple([z.array(path), z.array(path)]));
  return found?.[1] ?? [];
}

/** @returns false when it was turned down */
async function allowed(bus: SessionBus, prompt: string): Promise<boolean> {
  const completed = { path: prompt, interface: 'org.freedesktop.Secret.Prompt', member: 'Completed' };
  const [dismissed] = (await bus.heard(completed, () => openPrompt(bus, prompt))) ?? [];
  return dismissed === false;
}

/** D-Bus specification, "Valid Object Paths". */
const path = z.string().regex(/^\/[A-Za-z0-9_/]*$/);
