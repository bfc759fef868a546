import type { App, BrowserWindow, InputEvent } from 'electron';
import type { ClipboardPort } from './clipboard-port.ts';

/**
 * A Wayland compositor takes a copy only from a program in which a key or a button was just pressed. Chromium
 * keeps what it could not hand over and gives it to whoever asks it: the read-back would agree although every
 * other program finds something else there. So nothing is written that nobody would get.
 */
export function waylandClipboard(port: ClipboardPort, wasPressed: () => boolean): ClipboardPort {
  return {
    read: () => port.read(),
    async clear() {
      // A compositor that keeps copies (GNOME) would offer the text again; what it keeps now is a space. Histories
      // (Klipper) are to have no line of it.
      if (wasPressed()) await port.write(' ', true);
      await port.clear();
    },
    async write(text, concealed) {
      if (wasPressed()) return port.write(text, concealed);
      // The copy of before is not looked after any more. What is not ours this does not reach.
      await port.clear();
      throw new Error('no window of ours has had a key or a button since it has the keyboard');
    },
  };
}

/** The same with the presses in all windows that are still to be made. */
export function ownPressesOnly(port: ClipboardPort, app: Pick<App, 'on'>): ClipboardPort {
  const last = new LastPress();
  app.on('browser-window-created', (_event, window) => {
    last.watch(window);
  });
  return waylandClipboard(port, () => last.wasPressed());
}

/** What starts with a finger of the person. */
const PRESSES: ReadonlySet<InputEvent['type']> = new Set([
  'mouseDown',
  'rawKeyDown',
  'keyDown',
  'touchStart',
  'pointerDown',
  'gestureTap',
]);

/** Windows tell it when something is pressed in them, and it forgets that as soon as they lose the keyboard. */
export class LastPress {
  #window: BrowserWindow | null = null;

  watch(window: BrowserWindow): void {
    const forget = (): void => {
      if (this.#window === window) this.#window = null;
    };
    window.webContents.on('input-event', (_event, { type }) => {
      if (PRESSES.has(type) && window.isFocused()) this.#window = window;
    });
    window.on('blur', forget);
    window.on('hide', forget);
    window.on('closed', forget);
  }

  wasPressed(): boolean {
    return this.#window !== null;
  }
}
