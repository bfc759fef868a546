import type { GlobalShortcut } from 'electron';
import type { SystemView } from '../../../preload/contract.ts';
import type { Logger, Problem, Result } from '../../effects.ts';
import { SettingsWriteError } from '../../settings/store.ts';
import type { SettingsStore } from '../../settings/types.ts';
import { settingsNotKept } from '../ipc/context.ts';

/** The keys that open the palette from anywhere. */
export interface PaletteKeys {
  view(): SystemView['palette'];
  /** Null: none. */
  set(keys: string | null): Result<null>;
  /** Where the desktop gives keys when it is asked: asks it. Elsewhere they are simply taken. */
  ask(signal: AbortSignal): Promise<Result<null>>;
  start(): void;
  stop(): void;
}

/**
 * For the keyboard settings of a desktop that lets no program have keys of its own.
 *
 * @param flatpak the name of the Flatpak that this runs in, whose programs are on no PATH outside
 */
export function paletteCommand(flatpak: string | null): string {
  return `${flatpak === null ? 'globus-token-tray' : `flatpak run ${flatpak}`} --palette`;
}

export interface PaletteKeysEffects {
  shortcuts: Pick<GlobalShortcut, 'register' | 'unregister'>;
  settings: Pick<SettingsStore, 'get' | 'update'>;
  /** As `paletteCommand`. */
  flatpak: string | null;
  pressed: () => void;
  changed: () => void;
  log: Logger;
}

type State = SystemView['palette']['state'];

/**
 * True under Wayland, where no program can take keys. Electron says all the same that it went well: it registers them at
 * the X server of the compatibility layer, which hears them only while an X11 program has the focus, or in newer versions
 * at the desktop's portal, before that has answered.
 */
export function givenByDesktop(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  if (platform !== 'linux') return false;
  const { XDG_SESSION_TYPE: type, WAYLAND_DISPLAY: wayland = '' } = env;
  // A compositor started at a text console leaves the type at "tty".
  return type === 'wayland' || (wayland !== '' && type !== 'x11');
}

export class GlobalPaletteKeys implements PaletteKeys {
  readonly #effects: PaletteKeysEffects;
  #held: string | null = null;
  #state: State = 'off';

  constructor(effects: PaletteKeysEffects) {
    this.#effects = effects;
  }

  view(): SystemView['palette'] {
    const keys = this.#effects.settings.get().paletteKeys;
    return { keys, state: this.#state, command: paletteCommand(this.#effects.flatpak) };
  }

  /** Takes the keys first, then keeps them: settings never name keys that Electron cannot read. */
  set(keys: string | null): Result<null> {
    const { settings, changed } = this.#effects;
    const before = settings.get().paletteKeys;
    if (!this.#take(keys)) {
      this.#take(before);
      return { ok: false, problem: noSuchKeys() };
    }
    try {
      settings.update((old) => ({ ...old, paletteKeys: keys }));
    } catch (error) {
      // Not `ifKept`: the keys from before come back whatever was thrown.
      this.#take(before);
      if (!(error instanceof SettingsWriteError)) throw error;
      return { ok: false, problem: settingsNotKept(error) };
    }
    changed();
    return { ok: true, value: null };
  }

  ask(): Promise<Result<null>> {
    return Promise.resolve(this.set(this.#effects.settings.get().paletteKeys));
  }

  start(): void {
    this.#take(this.#effects.settings.get().paletteKeys);
    this.#effects.changed();
  }

  stop(): void {
    this.#letGo();
  }

  /** False: Electron cannot read them. */
  #take(keys: string | null): boolean {
    this.#letGo();
    if (keys === null) {
      this.#state = 'off';
      return true;
    }
    try {
      const taken = !this.#effects.shortcuts.register(keys, this.#effects.pressed);
      this.#state = taken ? 'taken' : 'on';
      if (taken) this.#effects.log.warn({ keys }, 'another program has the keys of the palette');
      else this.#held = keys;
      return true;
    } catch (error) {
      this.#effects.log.warn({ keys, error }, 'the keys of the palette could not be read');
      this.#state = 'off';
      return false;
    }
  }

  #letGo(): void {
    if (this.#held !== null) this.#effects.shortcuts.unregister(this.#held);
    this.#held = null;
  }
}

function noSuchKeys(): Problem {
  return {
    reason: 'no-such-keys',
    title: 'These keys cannot be used',
    tokens: 'Your tokens are not touched by this; the keys from before stay.',
    next: 'Choose other keys.',
  };
}
