import type { WebContents } from 'electron';
import type { EventName, Events } from '../../../preload/contract.ts';

/** The palette's small window: opened by keys or a command, gone after a choice, Escape or a click elsewhere. */
export interface Palette {
  /** Opens it, or closes the open one. */
  toggle(): void;
  open(): void;
  close(): void;
  /** As high as its content, pixels. */
  fit(height: number): void;
  /** The page whose messages count; null while there is none. */
  page(): WebContents | null;
  send<N extends EventName>(name: N, event: Events[N]): void;
}

export function noPalette(): Palette {
  return {
    toggle: () => undefined,
    open: () => undefined,
    close: () => undefined,
    fit: () => undefined,
    page: () => null,
    send: () => undefined,
  };
}
