import { setTimeout as pause } from 'node:timers/promises';
import { KeychainError } from './keychain-port.ts';
import { openPrompt } from './providers.ts';
import type { Prompts } from './secret-service-port.ts';
import type { SessionBus } from './session-bus.ts';

/** Milliseconds. Below the deadline of the queue, which would hold every later call up until this one returned. */
const PATIENCE = 8_000;

/**
 * KeePassXC hands back a prompt for every entry that is made or deleted. To make one it asks nobody; before it deletes
 * one it asks the user where its settings say so (seen with 2.7.4, 2.7.10 and 2.8.0). An unanswered question blocks nothing here, and is
 * put once.
 */
export class KeePassXCPrompts implements Prompts {
  readonly toReplace = true;
  readonly #bus: SessionBus;
  readonly #patience: number;
  readonly #open = new Set<string>();

  constructor(bus: SessionBus, patience = PATIENCE) {
    this.#bus = bus;
    this.#patience = patience;
  }

  async complete(path: string, about: string, done: () => Promise<boolean>): Promise<void> {
    if (!this.#open.has(about)) {
      this.#open.add(about);
      await openPrompt(this.#bus, path);
    }
    const end = performance.now() + this.#patience;
    while (performance.now() < end) {
      if (await done()) {
        this.#open.delete(about);
        return;
      }
      await pause(50);
    }
    throw new KeychainError('slow');
  }
}
