import type { SystemView } from '../../../preload/contract.ts';
import type { Result } from '../../effects.ts';
import type { SettingsStore } from '../../settings/types.ts';
import { DONE, ifKept } from '../ipc/context.ts';
import type { DesktopKeys } from './desktop-keys.ts';
import { paletteCommand, type PaletteKeys } from './palette-keys.ts';
import { triggerOf } from './trigger.ts';

export interface WaylandPaletteKeysEffects {
  desktop: Pick<DesktopKeys, 'state' | 'start' | 'request' | 'letGo' | 'stop'>;
  settings: Pick<SettingsStore, 'get' | 'update'>;
  /** As `paletteCommand`. */
  flatpak: string | null;
}

/**
 * The palette's keys under Wayland, where no program can take any: the desktop gives them, once the user wants it to be
 * asked. It is asked by `ask` alone; a start takes up what was given before.
 */
export class WaylandPaletteKeys implements PaletteKeys {
  readonly #effects: WaylandPaletteKeysEffects;

  constructor(effects: WaylandPaletteKeysEffects) {
    this.#effects = effects;
  }

  view(): SystemView['palette'] {
    const { desktop, settings, flatpak } = this.#effects;
    const { state } = desktop;
    return {
      keys: state.kind === 'given' ? state.keys : settings.get().paletteKeys,
      state: STATES[state.kind],
      command: paletteCommand(flatpak),
    };
  }

  /** Null: the keys are given back. Others can only be chosen in the desktop's own settings, and are wished for at most. */
  set(keys: string | null): Result<null> {
    if (keys !== null) return this.#keep({ paletteKeys: keys });
    const kept = this.#keep({ paletteAsked: false });
    if (kept.ok) this.#effects.desktop.letGo();
    return kept;
  }

  async ask(signal: AbortSignal): Promise<Result<null>> {
    const { desktop } = this.#effects;
    if (!(await desktop.request(this.#wish(), signal))) return { ok: false, problem: noKeys() };
    const kept = this.#keep({ paletteAsked: true });
    if (!kept.ok) desktop.letGo();
    return kept;
  }

  start(): void {
    const { desktop, settings } = this.#effects;
    desktop.start(() => (settings.get().paletteAsked ? this.#wish() : undefined));
  }

  stop(): void {
    this.#effects.desktop.stop();
  }

  #wish(): string | null {
    const { paletteKeys } = this.#effects.settings.get();
    return paletteKeys === null ? null : triggerOf(paletteKeys);
  }

  #keep(change: { paletteKeys: string } | { paletteAsked: boolean }): Result<null> {
    return ifKept(() => {
      this.#effects.settings.update((old) => ({ ...old, ...change }));
      return DONE;
    });
  }
}

const STATES = { none: 'unavailable', free: 'ask', given: 'given' } as const;

function noKeys() {
  return {
    reason: 'no-keys-given',
    title: 'The desktop gave no keys',
    tokens: 'Your tokens are not touched by this.',
    next: 'Ask again, or give the command keys in the desktop’s keyboard settings.',
  };
}
