import type { OidcSocketView } from '../../preload/contract.ts';
import type { OidcAgent } from '../broker/oidc/server.ts';
import { BrokerStartError } from '../broker/start-error.ts';
import type { Logger, Problem } from '../effects.ts';
import { SettingsWriteError } from '../settings/store.ts';
import type { SettingsStore } from '../settings/types.ts';
import { quotePosix } from '../snippets/posix.ts';

export interface OidcSocketEffects {
  /** From `oidcSocketPath`; null: it is not offered, or the broker itself does not listen. */
  path: string | null;
  /** @throws BrokerStartError as `startOidcAgent` */
  start: (path: string) => Promise<Pick<OidcAgent, 'close'>>;
  settings: Pick<SettingsStore, 'get' | 'update'>;
  log: Logger;
  /** What `view` answers is not what it was. */
  changed: () => void;
}

/** The opt-in socket for clients of oidc-agent: opened and closed while the app runs, as the setting says. */
export class OidcSocket {
  readonly #effects: OidcSocketEffects;
  #agent: Pick<OidcAgent, 'close'> | null = null;
  /** One change after another: two quick clicks must not open it twice. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(effects: OidcSocketEffects) {
    this.#effects = effects;
  }

  /** Null where it is not offered. */
  view(): OidcSocketView | null {
    const { path } = this.#effects;
    return path === null ? null : { on: this.#agent !== null, path, exportLine: exportLine(path) };
  }

  /** At the start of the app. A socket that cannot be opened stays the user's wish for the next start. */
  resume(): Promise<Problem | null> {
    const { settings, path } = this.#effects;
    return settings.get().oidcAgent && path !== null
      ? this.#inTurn(() => this.#open())
      : Promise.resolve(null);
  }

  /** What cannot be opened, or cannot be kept, is not switched on; switched off it is in any case. */
  set(on: boolean): Promise<Problem | null> {
    return this.#inTurn(async () => {
      const problem = on ? await this.#switchOn() : await this.#switchOff();
      this.#effects.changed();
      return problem;
    });
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#close());
  }

  async #switchOn(): Promise<Problem | null> {
    const problem = await this.#open();
    if (problem !== null) return problem;
    const unsaved = this.#keep(true);
    if (unsaved === null) return null;
    await this.#close();
    return { ...NOT_ON, detail: unsaved };
  }

  async #switchOff(): Promise<Problem | null> {
    await this.#close();
    const unsaved = this.#keep(false);
    return unsaved === null ? null : { ...OFF_FOR_NOW, detail: unsaved };
  }

  async #open(): Promise<Problem | null> {
    const { path, start, log } = this.#effects;
    if (path === null) return NOT_OFFERED;
    try {
      this.#agent ??= await start(path);
      return null;
    } catch (error) {
      log.error({ error }, 'the oidc-agent socket could not start');
      return { ...NOT_OPENED, ...(error instanceof BrokerStartError ? { detail: error.message } : {}) };
    }
  }

  async #close(): Promise<void> {
    const agent = this.#agent;
    this.#agent = null;
    await agent?.close();
  }

  /** @returns why the setting is not on disk, or null */
  #keep(oidcAgent: boolean): string | null {
    try {
      this.#effects.settings.update((settings) => ({ ...settings, oidcAgent }));
      return null;
    } catch (error) {
      if (error instanceof SettingsWriteError) return error.message;
      throw error;
    }
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => {});
    return result;
  }
}

/** For sh, bash and zsh; quoted only where it has to be. */
function exportLine(path: string): string {
  return `export OIDC_SOCK=${/^[\w./-]+$/.test(path) ? path : quotePosix(path)}`;
}

const NOT_OPENED: Problem = {
  reason: 'oidc-not-started',
  title: 'The socket for oidc-agent programs could not be opened',
  tokens: 'Your sign-ins are fine, and scripts that ask the broker itself are answered.',
  next: 'Close the other program that answers in its place, or mend what is said below; then switch it on again.',
};
const NOT_OFFERED: Problem = {
  reason: 'oidc-not-offered',
  title: 'There is no socket for oidc-agent programs here',
  tokens: 'Your sign-ins are fine; nothing was changed.',
  next: 'Let these scripts ask the broker itself.',
};
const NOT_ON: Problem = {
  reason: 'oidc-not-saved',
  title: 'The choice could not be saved, so the socket is closed again',
  tokens: 'Your sign-ins are fine; nothing was handed out.',
  next: 'Make the settings file writable, then switch it on again.',
};
const OFF_FOR_NOW: Problem = {
  reason: 'oidc-not-saved',
  title: 'The socket is closed, but the choice could not be saved',
  tokens: 'Nothing is handed out there now; after a restart the socket would be open again.',
  next: 'Make the settings file writable, then switch it on and off once more.',
};
