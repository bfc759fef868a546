import type { Display, Screen } from 'electron';
import { describe, expect, it } from 'vitest';
import { windowSeat, type ScreenEffects } from '../../../main/desktop/window-screen.ts';
import { FakeClock } from '../../support/agent-parts.ts';
import { MemorySettingsStore } from '../../../main/settings/store.ts';

function display(id: number, x: number, panel = 30): Display {
  return {
    id,
    bounds: { x, y: 0, width: 1920, height: 1080 },
    workArea: { x, y: panel, width: 1920, height: 1080 - panel },
  } as Display;
}

function setup(change: Partial<ScreenEffects> = {}, displays = [display(1, 0)]) {
  const settings = new MemorySettingsStore();
  const screen: Pick<Screen, 'getAllDisplays' | 'getPrimaryDisplay' | 'getCursorScreenPoint'> = {
    // The order says nothing: the main one is asked for by name.
    getAllDisplays: () => [...displays].reverse(),
    getPrimaryDisplay: () => displays[0] ?? display(1, 0),
    getCursorScreenPoint: () => ({ x: 1700, y: 12 }),
  };
  const seat = windowSeat({
    screen,
    trayIcon: () => null,
    platform: 'linux',
    settings,
    clock: new FakeClock(),
    ...change,
  });
  return { seat, settings };
}

/** Of Linux: a title bar of 37 pixels has room above. */
const CORNER = { x: 1512, y: 75, width: 400, height: 640 };

describe('where the window opens', () => {
  it('is the corner on Linux, which says neither where the tray is nor where the pointer', () => {
    const { seat } = setup();
    expect(seat.place('tray')).toEqual(CORNER);
    expect(seat.place('other')).toEqual(CORNER);
  });

  it('is the pointer for a click on the tray where only the icon’s place is not known', () => {
    const { seat } = setup({ platform: 'win32' });
    expect(seat.place('tray')).toMatchObject({ x: 1500, y: 38 });
  });

  it('is the icon where the system says where that is', () => {
    const trayIcon = () => ({ x: 1000, y: 0, width: 24, height: 30 });
    const { seat } = setup({ platform: 'darwin', trayIcon });
    expect(seat.place('tray')).toMatchObject({ x: 812, y: 38 });
  });

  it('is where it was, once it was anywhere', () => {
    const { seat, settings } = setup();
    const windowBounds = { x: 100, y: 200, width: 500, height: 700 };
    settings.update((old) => ({ ...old, windowBounds }));
    expect(seat.place('other')).toEqual(windowBounds);
    expect(seat.place('tray')).toEqual(windowBounds);
  });

  it('is on the main display, whichever comes first', () => {
    const { seat } = setup({}, [display(2, 1920), display(1, 0)]);
    expect(seat.place('other')).toEqual({ ...CORNER, x: CORNER.x + 1920 });
  });
});

it('brings an open window back into a screen that becomes smaller, and leaves one half out that was put there', () => {
  const displays = [display(1, 0)];
  const { seat } = setup({}, displays);
  seat.place('other');
  displays[0] = { ...display(1, 0), bounds: { x: 0, y: 0, width: 1024, height: 768 } };
  displays[0].workArea = { x: 0, y: 30, width: 1024, height: 738 };
  expect(seat.backInSight({ x: 700, y: 100, width: 400, height: 640 })).toEqual({
    x: 616,
    y: 100,
    width: 400,
    height: 640,
  });
  expect(seat.backInSight({ x: 700, y: 100, width: 400, height: 640 })).toBeNull();
});

it('brings an open window back when its display goes', () => {
  const displays = [display(1, 0), display(2, 1920)];
  const { seat } = setup({}, displays);
  const there = { x: 2500, y: 100, width: 400, height: 640 };
  expect(seat.backInSight(there)).toBeNull();
  displays.pop();
  expect(seat.backInSight(there)).toEqual({ ...CORNER, y: 100 });
});
