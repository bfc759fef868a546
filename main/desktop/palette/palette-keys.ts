import type { SystemView } from '../../../preload/contract.ts';
import type { Result } from '../../effects.ts';

/** The keys that open the palette from anywhere. */
export interface PaletteKeys {
  view(): SystemView['palette'];
  /** Null: none. */
  set(keys: string | null): Result<null>;
  start(): void;
  stop(): void;
}

export function noPaletteKeys(): PaletteKeys {
  return {
    view: () => ({ keys: null, state: 'unavailable', command: 'globus-token-tray --palette' }),
    set: () => ({ ok: true, value: null }),
    start: () => undefined,
    stop: () => undefined,
  };
}
