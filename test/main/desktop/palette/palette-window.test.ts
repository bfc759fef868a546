import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { UNDRAWN } from '../../../../main/desktop/first-sight.ts';
import { pagePreferences } from '../../../../main/desktop/page-preferences.ts';
import { PALETTE_URL } from '../../../../main/desktop/page-protocol.ts';
import {
  paletteDisplay,
  paletteHeight,
  palettePlace,
} from '../../../../main/desktop/palette/palette-place.ts';
import { PaletteWindow, UNUSED } from '../../../../main/desktop/palette/palette-window.ts';
import type { WindowBounds } from '../../../../main/settings/types.ts';
import { FakeClock } from '../../../support/agent-parts.ts';
import { view } from '../../../support/desktop.ts';

const AREA = { x: 0, y: 0, width: 1280, height: 900 };

class FakeWindow extends EventEmitter {
  readonly calls: string[] = [];
  readonly sent: unknown[][] = [];
  readonly webContents = Object.assign(new EventEmitter(), {
    send: (...args: unknown[]) => void this.sent.push(args),
  });
  bounds: WindowBounds;
  constructor(bounds: WindowBounds) {
    super();
    this.bounds = bounds;
  }
  getBounds = () => this.bounds;
  setBounds = (bounds: WindowBounds) => void (this.bounds = bounds);
  setVisibleOnAllWorkspaces = () => undefined;
  loadURL = (url: string) => Promise.resolve(void this.calls.push(url));
  isDestroyed = () => this.calls.includes('destroy');
  show = () => void this.calls.push('show');
  focus = () => void this.calls.push('focus');
  /** As Electron does: what is hidden has lost the focus, too. */
  hide = () => {
    this.calls.push('hide');
    this.emit('blur');
  };
  destroy = () => {
    this.calls.push('destroy');
    this.emit('closed');
  };
}

function setup(drawnHidden?: boolean) {
  const made: FakeWindow[] = [];
  const options: BrowserWindowConstructorOptions[] = [];
  const told: string[] = [];
  const clock = new FakeClock();
  let area: WindowBounds = AREA;
  const palette = new PaletteWindow({
    create: (given) => {
      options.push(given);
      const { x = 0, y = 0, width = 0, height = 0 } = given;
      const window = new FakeWindow({ x, y, width, height });
      made.push(window);
      return window as unknown as BrowserWindow;
    },
    partition: 'tray-page',
    preload: 'preload.cjs',
    icon: 'icon.png',
    isDark: () => true,
    ...(drawnHidden === undefined ? {} : { drawnHidden }),
    workArea: () => area,
    recent: () => ['scope:b'],
    app: { leave: () => void told.push('leave'), enter: () => void told.push('enter') },
    clock,
    onShown: () => void told.push('shown'),
  });
  const window = (): FakeWindow => {
    const last = made.at(-1);
    if (last === undefined) throw new Error('no window was made');
    return last;
  };
  /** Opened and drawn. */
  const opened = () => {
    palette.open();
    window().webContents.emit('did-finish-load');
    palette.fit(300);
    return window();
  };
  return { palette, made, options, told, clock, window, opened, move: (to: WindowBounds) => (area = to) };
}

describe('PaletteWindow', () => {
  it('is shown when its page has a height, that high, and not before', () => {
    const { palette, window, told } = setup();
    palette.open();
    expect(window().calls).toEqual([PALETTE_URL]);
    window().webContents.emit('did-finish-load');
    expect(window().sent).toEqual([['tray:palette', { recent: ['scope:b'] }]]);
    palette.fit(300.2);
    expect(window().bounds).toEqual({ x: 360, y: 144, width: 560, height: 301 });
    expect(window().calls).toEqual([PALETTE_URL, 'show', 'focus']);
    expect(told).toEqual(['enter', 'shown']);
  });

  it('[C41] is hardened like the window, without a frame, on top, off the taskbar', () => {
    const { palette, options } = setup();
    palette.open();
    expect(options[0]).toMatchObject({
      show: false,
      frame: false,
      alwaysOnTop: true,
      skipTaskbar: true,
      webPreferences: pagePreferences({ preload: 'preload.cjs', partition: 'tray-page' }),
    });
    expect(options[0]?.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true });
  });

  it('comes in the end where its page never says how high it is, and not after it was closed again', () => {
    const { palette, window, clock } = setup();
    palette.open();
    window().webContents.emit('did-finish-load');
    clock.advance(UNDRAWN);
    expect(window().calls).toEqual([PALETTE_URL, 'show', 'focus']);
    const closed = setup();
    closed.palette.open();
    closed.window().webContents.emit('did-finish-load');
    closed.palette.close();
    closed.clock.advance(UNDRAWN);
    expect(closed.window().calls).toEqual([PALETTE_URL]);
  });

  it('goes when another program is clicked, and gives the focus back', () => {
    const { opened, told, palette } = setup();
    const window = opened();
    window.emit('blur');
    expect(window.calls.slice(-1)).toEqual(['hide']);
    expect(told).toEqual(['enter', 'shown', 'leave']);
    palette.close();
    expect(window.calls.filter((call) => call === 'hide')).toHaveLength(1);
  });

  it('is hidden, not made anew, and opens again on the display where the pointer is by then', () => {
    const { opened, palette, made, move } = setup();
    const window = opened();
    palette.toggle();
    move({ x: 1280, y: 100, width: 1000, height: 500 });
    palette.toggle();
    expect(made).toHaveLength(1);
    expect(window.bounds).toEqual({ x: 1500, y: 180, width: 560, height: 300 });
    expect(window.calls.slice(-3)).toEqual(['hide', 'show', 'focus']);
    expect(window.sent).toHaveLength(2);
  });

  it('is told nothing while it is hidden', () => {
    const { opened, palette } = setup();
    const window = opened();
    palette.send('state', view([]));
    expect(window.sent).toHaveLength(2);
    palette.close();
    palette.send('state', view([]));
    expect(window.sent).toHaveLength(2);
  });

  it('is destroyed after a while without use, and not when it is used again before', () => {
    const { opened, palette, clock } = setup();
    const window = opened();
    palette.close();
    clock.advance(UNUSED - 1);
    palette.open();
    clock.advance(2);
    expect(window.calls).not.toContain('destroy');
    palette.close();
    clock.advance(UNUSED);
    expect(window.calls).toContain('destroy');
    expect(palette.page()).toBeNull();
  });

  it('stays hidden when it was closed before it was drawn', () => {
    const { palette, window } = setup();
    palette.toggle();
    palette.toggle();
    palette.fit(300);
    expect(window().calls).toEqual([PALETTE_URL]);
    palette.toggle();
    expect(window().calls).toEqual([PALETTE_URL, 'show', 'focus']);
  });

  it('is made anew after its page crashed', () => {
    const { opened, palette, made } = setup();
    opened().webContents.emit('render-process-gone');
    palette.open();
    expect(made).toHaveLength(2);
  });
});

describe('where the palette is', () => {
  it.each([
    ['a wide screen', AREA, { x: 360, y: 144, width: 560 }],
    ['a second display', { x: -1920, y: 30, width: 1920, height: 1000 }, { x: -1240, y: 190, width: 560 }],
    ['a narrow one', { x: 0, y: 0, width: 360, height: 640 }, { x: 8, y: 102, width: 344 }],
  ])('is centred above the middle of %s', (_, area, place) => {
    expect(palettePlace(area)).toMatchObject(place);
  });

  it('is never higher than the room below it', () => {
    expect(paletteHeight(2_000, 144, AREA)).toBe(748);
    expect(paletteHeight(120.4, 144, AREA)).toBe(121);
  });
});

describe('the palette under Wayland', () => {
  it('is shown when its page has loaded, and as high as its content once that is known', () => {
    const { palette, window } = setup(false);
    palette.open();
    window().webContents.emit('did-finish-load');
    expect(window().calls).toEqual([PALETTE_URL, 'show', 'focus']);
    palette.fit(300);
    expect(window().bounds.height).toBe(300);
    expect(window().calls).toEqual([PALETTE_URL, 'show', 'focus']);
  });

  it('stays hidden where it was closed before it had loaded', () => {
    const { palette, window } = setup(false);
    palette.open();
    palette.close();
    window().webContents.emit('did-finish-load');
    expect(window().calls).toEqual([PALETTE_URL]);
  });

  it('goes when it is closed, and is a new window the next time: no compositor has to bring one back', () => {
    const { palette, window, made } = setup(false);
    palette.open();
    const first = window();
    first.webContents.emit('did-finish-load');
    palette.close();
    expect(first.calls).toEqual([PALETTE_URL, 'show', 'focus', 'destroy']);
    palette.toggle();
    expect(made).toHaveLength(2);
    window().webContents.emit('did-finish-load');
    expect(window().calls).toEqual([PALETTE_URL, 'show', 'focus']);
  });

  it('does not ask where the pointer is', () => {
    const primary = { id: 1 } as Electron.Display;
    const near = { id: 2 } as Electron.Display;
    const asked: string[] = [];
    const screen = {
      getPrimaryDisplay: () => primary,
      getDisplayNearestPoint: () => near,
      getCursorScreenPoint: () => {
        asked.push('pointer');
        return { x: 0, y: 0 };
      },
    };
    expect(paletteDisplay(screen, false)).toBe(primary);
    expect(asked).toEqual([]);
    expect(paletteDisplay(screen)).toBe(near);
  });
});
