import type { SystemView } from '../../preload/contract.ts';
import type { Result } from '../effects.ts';
import type { Autostart } from './autostart.ts';
import type { PaletteKeys } from './palette/palette-keys.ts';

/** What this app asks of the system around it: to be started with the session, and keys for the palette. */
export interface SystemPort {
  view(): Promise<SystemView>;
  setAutostart(on: boolean): Promise<Result<null>>;
  /** Null: none. Ok also when another program has the keys: the view says so. */
  setPaletteKeys(keys: string | null): Promise<Result<null>>;
  /** Asks the desktop for them, which asks the user. */
  askPaletteKeys(signal: AbortSignal): Promise<Result<null>>;
}

export function systemPort(autostart: Autostart, keys: PaletteKeys): SystemPort {
  return {
    view: async () => ({ autostart: await autostart.view(), palette: keys.view() }),
    setAutostart: (on) => autostart.set(on),
    setPaletteKeys: (next) => Promise.resolve(keys.set(next)),
    askPaletteKeys: (signal) => keys.ask(signal),
  };
}
