import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { PAGE_URL } from '../../../main/desktop/page-protocol.ts';
import { UNDRAWN } from '../../../main/desktop/first-sight.ts';
import { TrayWindow, windowOptions } from '../../../main/desktop/window.ts';
import type { WindowBounds } from '../../../main/settings/types.ts';
import { view } from '../../support/desktop.ts';
import { StandingClock } from '../../support/lock-machine.ts';

const PLACE = { x: 872, y: 32, width: 400, height: 640 };

class FakeWindow extends EventEmitter {
  readonly calls: string[] = [];
  readonly sent: unknown[][] = [];
  minimized = false;
  readonly webContents = Object.assign(new EventEmitter(), {
    send: (...args: unknown[]) => void this.sent.push(args),
  });
  bounds: WindowBounds = PLACE;
  getNormalBounds = () => this.bounds;
  setBounds = (bounds: WindowBounds) => void (this.bounds = bounds);
  isMinimized = () => this.minimized;
  restore = () => void this.calls.push('restore');
  show = () => void this.calls.push('show');
  focus = () => void this.calls.push('focus');
  hide = () => void this.calls.push('hide');
  destroyed = false;
  isDestroyed = () => this.destroyed;
  loadURL = (url: string) => Promise.resolve(void this.calls.push(url));
  close = () => {
    this.emit('closed');
  };
}

function setup(drawnHidden?: boolean) {
  const made: FakeWindow[] = [];
  const options: BrowserWindowConstructorOptions[] = [];
  let closed = 0;
  let painted = 0;
  const openedBy: string[] = [];
  const asked: WindowBounds[] = [];
  const clock = new StandingClock();
  const window = new TrayWindow({
    clock,
    create: (given) => {
      options.push(given);
      made.push(new FakeWindow());
      return made.at(-1) as unknown as BrowserWindow;
    },
    partition: 'tray-page',
    preload: 'preload.cjs',
    icon: 'icon.png',
    isDark: () => false,
    ...(drawnHidden === undefined ? {} : { drawnHidden }),
    place: (by) => {
      openedBy.push(by);
      return PLACE;
    },
    onMade: (_made, place) => void asked.push(place),
    backInSight: (bounds) => (bounds.x > 2_000 ? PLACE : null),
    onPainted: () => (painted += 1),
    onClosed: () => (closed += 1),
  });
  return { window, clock, made, options, openedBy, asked, closed: () => closed, painted: () => painted };
}

describe('TrayWindow', () => {
  it('loads our page and shows itself when it is drawn', () => {
    const { window, made, painted } = setup();
    window.open();
    expect(made[0]?.calls).toEqual([PAGE_URL]);
    expect(painted()).toBe(0);
    made[0]?.emit('ready-to-show');
    expect(painted()).toBe(1);
    expect(made[0]?.calls).toEqual([PAGE_URL, 'show']);
  });

  it('shows itself in the end where nothing ever says that it is drawn, and only once', () => {
    const { window, made, clock } = setup();
    window.open();
    made[0]?.webContents.emit('did-finish-load');
    clock.advance(UNDRAWN - 1);
    expect(made[0]?.calls).toEqual([PAGE_URL]);
    clock.advance(1);
    expect(made[0]?.calls).toEqual([PAGE_URL, 'show']);
    made[0]?.emit('ready-to-show');
    expect(made[0]?.calls).toEqual([PAGE_URL, 'show']);
  });

  it('is left alone by then when it was drawn in time, or is gone', () => {
    const drawn = setup();
    drawn.window.open();
    drawn.made[0]?.webContents.emit('did-finish-load');
    drawn.made[0]?.emit('ready-to-show');
    drawn.clock.advance(UNDRAWN);
    expect(drawn.made[0]?.calls).toEqual([PAGE_URL, 'show']);
    const gone = setup();
    gone.window.open();
    gone.made[0]?.webContents.emit('did-finish-load');
    Object.assign(gone.made[0] ?? {}, { destroyed: true });
    gone.clock.advance(UNDRAWN);
    expect(gone.made[0]?.calls).toEqual([PAGE_URL]);
  });

  it('[C56] is one: opening again brings it to the front', () => {
    const { window, made } = setup();
    window.open();
    if (made[0] !== undefined) made[0].minimized = true;
    window.open();
    expect(made).toHaveLength(1);
    expect(made[0]?.calls).toEqual([PAGE_URL, 'restore', 'show', 'focus']);
  });

  it('is destroyed when closed and made anew when opened', () => {
    const { window, made, closed } = setup();
    window.open();
    window.close();
    expect(window.page()).toBeNull();
    expect(closed()).toBe(1);
    window.open();
    expect(made).toHaveLength(2);
  });

  it('sends only while there is a page', () => {
    const { window, made } = setup();
    window.send('state', view([]));
    window.open();
    window.send('state', view([]));
    expect(made[0]?.sent).toEqual([['tray:state', view([])]]);
  });
});

describe('TrayWindow under Wayland', () => {
  it('is shown as soon as its page has loaded: no picture comes before that', () => {
    const { window, made, options, painted } = setup(false);
    window.open();
    expect(options[0]).toMatchObject({ show: false, paintWhenInitiallyHidden: false });
    made[0]?.webContents.emit('did-finish-load');
    expect(made[0]?.calls).toEqual([PAGE_URL, 'show']);
    expect(painted()).toBe(0);
    made[0]?.emit('ready-to-show');
    expect(painted()).toBe(1);
    expect(made[0]?.calls).toEqual([PAGE_URL, 'show']);
  });

  it('comes to the front as a new one, which was away for a moment', () => {
    const { window, clock, made } = setup(false);
    window.open();
    window.open();
    expect(made).toHaveLength(1);
    expect(made[0]?.calls).toEqual([PAGE_URL, 'hide']);
    clock.advance(99);
    expect(made[0]?.calls).toEqual([PAGE_URL, 'hide']);
    clock.advance(1);
    expect(made[0]?.calls).toEqual([PAGE_URL, 'hide', 'show', 'focus']);
  });

  it('stays away when it was closed in that moment', () => {
    const { window, clock, made } = setup(false);
    window.open();
    window.open();
    if (made[0] !== undefined) made[0].destroyed = true;
    clock.advance(1_000);
    expect(made[0]?.calls).toEqual([PAGE_URL, 'hide']);
  });
});

describe('its place', () => {
  it('is looked up each time it is made, for whoever opened it', () => {
    const { window, options, openedBy, asked } = setup();
    window.open('tray');
    window.close();
    window.open();
    expect(openedBy).toEqual(['tray', 'other']);
    expect(options).toEqual([expect.objectContaining(PLACE), expect.objectContaining(PLACE)]);
    expect(asked).toEqual([PLACE, PLACE]);
  });

  it('stays where it is when an open one is opened again', () => {
    const { window, made, openedBy } = setup();
    window.open();
    if (made[0] !== undefined) made[0].bounds = { ...PLACE, x: 10 };
    window.open('tray');
    expect(openedBy).toEqual(['other']);
    expect(made[0]?.bounds.x).toBe(10);
  });

  it('changes with the displays only when it is out of sight', () => {
    const { window, made } = setup();
    window.displaysChanged();
    window.open();
    const [shown] = made;
    if (shown === undefined) throw new Error('no window');
    for (const [x, after] of [
      [10, 10],
      [3_000, PLACE.x],
    ] as const) {
      shown.bounds = { ...PLACE, x };
      window.displaysChanged();
      expect(shown.bounds.x).toBe(after);
    }
  });
});

describe('openWith', () => {
  const event = { scope: 'view_flows', format: 'curl' } as const;

  it('[C38] opens the window, and the page hears it when it has loaded', () => {
    const { window, made } = setup();
    window.openWith('notCopied', event);
    expect(made).toHaveLength(1);
    expect(made[0]?.sent).toEqual([]);
    made[0]?.webContents.emit('did-finish-load');
    expect(made[0]?.sent).toEqual([['tray:notCopied', event]]);
  });

  it('is heard at once by a page that is there, in front', () => {
    const { window, made } = setup();
    window.open();
    made[0]?.webContents.emit('did-finish-load');
    window.openWith('notCopied', event);
    expect(made[0]?.sent).toEqual([['tray:notCopied', event]]);
    expect(made[0]?.calls).toEqual([PAGE_URL, 'show', 'focus']);
  });

  it('is not told to a window that is opened later', () => {
    const { window, made } = setup();
    window.openWith('notCopied', event);
    window.close();
    window.open();
    made[1]?.webContents.emit('did-finish-load');
    expect(made.map(({ sent }) => sent)).toEqual([[], []]);
  });
});

describe('windowOptions', () => {
  const options = (dark: boolean) =>
    windowOptions({ partition: 'tray-page', preload: 'p', icon: 'i', isDark: () => dark });

  it('[C41] spells out every protection', () => {
    expect(options(false).webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    });
  });

  it('keeps the page out of the disk: its session lives in memory', () => {
    expect(options(false).webPreferences?.partition).not.toMatch(/^persist:/);
  });

  it('has the size of the design and the background of the theme', () => {
    expect(options(true)).toMatchObject({ width: 400, height: 640, minWidth: 360, show: false });
    expect(options(true).backgroundColor).not.toBe(options(false).backgroundColor);
  });
});
