import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { ownPressesOnly } from '../../../main/desktop/clipboard-wayland.ts';
import type { ClipboardPort } from '../../../main/desktop/clipboard-port.ts';
import { MemoryClipboard } from '../../support/desktop.ts';

class FakeWindow extends EventEmitter {
  readonly webContents = new EventEmitter();
  focused = true;
  isFocused = () => this.focused;
  input(type: string): void {
    this.webContents.emit('input-event', {}, { type });
  }
}

describe('[C38] a copy under Wayland', () => {
  let system: MemoryClipboard;
  let port: ClipboardPort;
  let window: FakeWindow;
  beforeEach(() => {
    const app = new EventEmitter();
    system = new MemoryClipboard();
    port = ownPressesOnly(system, app as unknown as Pick<App, 'on'>);
    window = new FakeWindow();
    app.emit('browser-window-created', {}, window);
  });

  it.each(['rawKeyDown', 'mouseDown', 'touchStart'])(
    'is made after a %s in a window of ours',
    async (type) => {
      window.input(type);
      await port.write('text', true);
      expect(await port.read()).toBe('text');
    },
  );

  it.each(['mouseMove', 'keyUp', 'mouseEnter'])(
    'is refused where there was nothing but a %s',
    async (type) => {
      window.input(type);
      await expect(port.write('text', true)).rejects.toThrow('no window of ours');
      expect(system.writes).toEqual([]);
    },
  );

  it.each(['blur', 'hide', 'closed'])('is refused after the window’s %s', async (event) => {
    window.input('rawKeyDown');
    window.emit(event);
    await expect(port.write('text', true)).rejects.toThrow('no window of ours');
  });

  it('is refused where the window has not got the keyboard', async () => {
    window.focused = false;
    window.input('mouseDown');
    await expect(port.write('text', true)).rejects.toThrow('no window of ours');
  });

  it('[C37] takes the copy of before with it when it is refused: nobody looks after that any more', async () => {
    window.input('rawKeyDown');
    await port.write('secret', true);
    window.emit('blur');
    await expect(port.write('another', true)).rejects.toThrow('no window of ours');
    expect(await port.read()).toBe('');
  });

  it('[C37] puts a space in its place before it clears: some compositors give back the last text', async () => {
    window.input('rawKeyDown');
    await port.write('secret', true);
    await port.clear();
    expect(system.writes.at(-1)).toEqual({ text: ' ', concealed: true });
    expect(await port.read()).toBe('');
  });

  it('[C37] clears without the keyboard, too', async () => {
    window.input('rawKeyDown');
    await port.write('secret', true);
    window.emit('blur');
    await port.clear();
    expect(system.writes).toHaveLength(1);
    expect(await port.read()).toBe('');
  });
});
