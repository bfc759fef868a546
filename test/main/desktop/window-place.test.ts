import { describe, expect, it } from 'vitest';
import {
  backInSight,
  placeOf,
  type DisplayPlace,
  type PlaceFacts,
} from '../../../main/desktop/window-place.ts';
import type { WindowBounds } from '../../../main/settings/types.ts';

function area(x: number, y: number, width: number, height: number): WindowBounds {
  return { x, y, width, height };
}

/** A screen of 1920 × 1080 whose panel takes 30 pixels of one side. */
function screenWith(panel: 'top' | 'bottom' | 'left' | 'right' | 'none', x = 0, y = 0): DisplayPlace {
  const work = {
    none: area(x, y, 1920, 1080),
    top: area(x, y + 30, 1920, 1050),
    bottom: area(x, y, 1920, 1050),
    left: area(x + 30, y, 1890, 1080),
    right: area(x, y, 1890, 1080),
  };
  return { bounds: area(x, y, 1920, 1080), workArea: work[panel] };
}

function facts(change: Partial<PlaceFacts> = {}): PlaceFacts {
  return {
    displays: [screenWith('top')],
    trayIcon: null,
    click: null,
    remembered: null,
    titleBar: 0,
    ...change,
  };
}

describe('opened by the tray', () => {
  it.each<[string, 'top' | 'bottom' | 'left' | 'right', WindowBounds, { x: number; y: number }]>([
    ['under an icon above', 'top', area(1500, 0, 24, 30), { x: 1312, y: 38 }],
    ['over an icon below', 'bottom', area(1500, 1050, 24, 30), { x: 1312, y: 402 }],
    ['inside, for an icon in the corner', 'bottom', area(1890, 1050, 24, 30), { x: 1512, y: 402 }],
    ['right of an icon at the left', 'left', area(0, 500, 30, 24), { x: 38, y: 192 }],
    ['left of an icon at the right', 'right', area(1890, 500, 30, 24), { x: 1482, y: 192 }],
  ])('opens %s', (_where, panel, trayIcon, place) => {
    const click = { x: trayIcon.x, y: trayIcon.y };
    expect(placeOf(facts({ displays: [screenWith(panel)], trayIcon, click }))).toEqual({
      ...place,
      width: 400,
      height: 640,
    });
  });

  it('opens at the pointer where the system does not say where the icon is', () => {
    expect(placeOf(facts({ click: { x: 1700, y: 12 } }))).toEqual(area(1500, 38, 400, 640));
  });

  it('opens on the display of the tray, with the size that was left behind elsewhere', () => {
    const displays = [screenWith('top'), screenWith('none', 1920)] as const;
    const remembered = area(100, 100, 500, 700);
    const place = placeOf(facts({ displays, click: { x: 2400, y: 5 }, remembered }));
    expect(place).toEqual(area(2150, 13, 500, 700));
  });
});

describe('with a title bar that is not in the bounds of a window', () => {
  const bar = (change: Partial<PlaceFacts>) => placeOf(facts({ titleBar: 37, ...change }));

  it.each([
    ['top', area(1512, 75, 400, 640)],
    ['bottom', area(1512, 402, 400, 640)],
    ['none', area(1512, 45, 400, 640)],
  ] as const)('leaves room for it in the corner by a panel at the %s', (panel, place) => {
    expect(bar({ displays: [screenWith(panel)] })).toEqual(place);
  });

  it('leaves room for it between the window and an icon above', () => {
    expect(bar({ click: { x: 1700, y: 12 } })).toEqual(area(1500, 75, 400, 640));
  });

  it('opens where it was all the same', () => {
    expect(bar({ remembered: area(0, 30, 420, 700) })).toEqual(area(0, 30, 420, 700));
  });
});

describe('opened another way', () => {
  it('opens where it was', () => {
    const remembered = area(0, 30, 420, 700);
    expect(placeOf(facts({ remembered, trayIcon: area(1500, 0, 24, 30) }))).toEqual(remembered);
  });

  it.each<[string, WindowBounds, WindowBounds]>([
    ['half out on the right', area(1800, 100, 400, 640), area(1520, 100, 400, 640)],
    ['under the panel', area(100, 0, 400, 640), area(100, 30, 400, 640)],
    ['larger than the screen', area(-50, -50, 4000, 3000), area(0, 30, 1920, 1050)],
    ['smaller than can be used', area(100, 100, 100, 100), area(100, 100, 360, 480)],
  ])('brings what was %s into sight', (_how, remembered, place) => {
    expect(placeOf(facts({ remembered }))).toEqual(place);
  });

  it('keeps to the display that held most of it', () => {
    const displays = [screenWith('none'), screenWith('none', 1920)] as const;
    const place = placeOf(facts({ displays, remembered: area(1800, 100, 400, 640) }));
    expect(place).toEqual(area(1920, 100, 400, 640));
  });

  it('forgets the place on a display that is gone, not the size', () => {
    const remembered = area(5000, 100, 500, 700);
    expect(placeOf(facts({ remembered }))).toEqual(area(1412, 38, 500, 700));
    expect(placeOf(facts({ remembered, trayIcon: area(1000, 0, 24, 30) }))).toEqual(area(762, 38, 500, 700));
  });

  it.each([
    ['top', area(1512, 38, 400, 640)],
    ['bottom', area(1512, 402, 400, 640)],
    ['left', area(38, 432, 400, 640)],
    ['right', area(1482, 432, 400, 640)],
    ['none', area(1512, 8, 400, 640)],
  ] as const)('opens first in the corner by a panel at the %s', (panel, place) => {
    expect(placeOf(facts({ displays: [screenWith(panel)] }))).toEqual(place);
  });
});

it('never leaves the work area, whatever it is told', () => {
  const displays = [screenWith('top'), screenWith('left', -1920, 200), screenWith('none', 0, -1080)] as const;
  const values = [-100_000, -1921, -5, 0, 399, 1919, 5000, 100_000];
  for (const x of values) {
    for (const y of values) {
      for (const click of [null, { x, y }]) {
        for (const remembered of [null, area(x, y, 500, 900), area(y, x, 3000, 300)]) {
          const place = placeOf(facts({ displays, click, remembered }));
          const inside = displays.some(
            ({ workArea: work }) =>
              place.x >= work.x &&
              place.y >= work.y &&
              place.x + place.width <= work.x + work.width &&
              place.y + place.height <= work.y + work.height,
          );
          expect(inside, JSON.stringify({ click, remembered, place })).toBe(true);
        }
      }
    }
  }
});

it('fits on a screen that is smaller than the window', () => {
  const small: DisplayPlace = { bounds: area(0, 0, 320, 400), workArea: area(0, 0, 320, 400) };
  expect(placeOf(facts({ displays: [small] }))).toEqual(area(0, 0, 320, 400));
});

describe('backInSight', () => {
  const displays = [screenWith('top')] as const;

  it.each<[string, WindowBounds]>([
    ['in sight', area(100, 100, 400, 640)],
    ['half out at the side', area(1700, 100, 400, 640)],
    ['out below, but for its top', area(100, 1040, 400, 640)],
  ])('leaves a window that is %s', (_where, bounds) => {
    expect(backInSight(bounds, displays)).toBeNull();
  });

  it.each<[string, WindowBounds, WindowBounds]>([
    ['on a display that is gone', area(2500, 100, 400, 640), area(1512, 100, 400, 640)],
    ['with its top out of reach', area(100, -100, 400, 640), area(100, 38, 400, 640)],
    ['all but out at the side', area(1900, 100, 400, 640), area(1512, 100, 400, 640)],
  ])('brings back a window that is %s', (_where, bounds, place) => {
    expect(backInSight(bounds, displays)).toEqual(place);
  });

  const small: DisplayPlace = { bounds: area(0, 0, 1024, 768), workArea: area(0, 30, 1024, 738) };

  it('brings back a window that a smaller screen cuts', () => {
    const bounds = area(872, 100, 400, 640);
    expect(backInSight(bounds, [small], displays)).toEqual(area(616, 100, 400, 640));
  });

  it('leaves a window that was half out before, and one that only a panel covers', () => {
    const bounds = area(800, 100, 400, 640);
    expect(backInSight(bounds, [small], [small])).toBeNull();
    expect(backInSight(area(100, 440, 400, 640), [screenWith('bottom')], [screenWith('none')])).toBeNull();
  });
});
