import type { WindowBounds } from '../settings/types.ts';

export interface Point {
  x: number;
  y: number;
}

/** One screen: all of it, and the part that no panel or dock covers. */
export interface DisplayPlace {
  bounds: WindowBounds;
  workArea: WindowBounds;
}

export interface PlaceFacts {
  /** The main one first; never empty. */
  displays: readonly [DisplayPlace, ...DisplayPlace[]];
  /** Where the tray icon is (macOS, Windows); null: the system does not say (Linux). */
  trayIcon: WindowBounds | null;
  /** Where the click on the tray was; null: it was opened another way, or nobody knows (Linux). */
  click: Point | null;
  /** Where it was last; null: never anywhere but where it was put. */
  remembered: WindowBounds | null;
  /** Pixels above the bounds of a window that its title bar takes; 0: it is in them. */
  titleBar: number;
}

/** Pixels. The size of the design, and the smallest at which everything still fits. */
export const SIZE = { width: 400, height: 640, minWidth: 360, minHeight: 480 };

/** Pixels kept free between the window and the icon, and the edges of the screen. */
const GAP = 8;

/**
 * Where the window opens: at the tray icon when the tray asked for it, else where it was last, else at the
 * icon, else in the corner by the panel. Always as a whole in the work area of one display. Pure.
 */
export function placeOf({ displays, trayIcon, click, remembered, titleBar }: PlaceFacts): WindowBounds {
  const size = sizeOf(remembered);
  const nextTo = (icon: WindowBounds) => besides(icon, size, displays, titleBar);
  if (click !== null) return nextTo(trayIcon ?? { ...click, width: 0, height: 0 });
  if (remembered !== null && displays.some((display) => overlap(remembered, display.bounds) > 0)) {
    return fitInto(remembered, displayOf(remembered, displays).workArea, 0);
  }
  if (trayIcon !== null) return nextTo(trayIcon);
  return corner(size, displays[0], titleBar);
}

type Displays = readonly [DisplayPlace, ...DisplayPlace[]];

/**
 * For a window that is open when the displays change: null while enough of it can be seen to be taken hold
 * of, else where it can be. One that they cut, as a desktop over VNC does that follows the size of its viewer, is
 * brought back, too; one that somebody put half out stays there.
 *
 * @param before the displays until now
 */
export function backInSight(
  window: WindowBounds,
  displays: Displays,
  before: Displays = displays,
): WindowBounds | null {
  const handle = { ...window, height: Math.min(window.height, HANDLE.height) };
  const seen = displays.some(({ workArea }) => {
    const { width, height } = common(handle, workArea);
    return width >= Math.min(window.width, HANDLE.width) && height >= HANDLE.height / 2;
  });
  const cut = isWhole(window, before) && !isWhole(window, displays);
  return seen && !cut ? null : fitInto(window, displayOf(window, displays).workArea, GAP);
}

/** Under a panel, too: that comes and goes, and takes nobody’s window along. */
function isWhole(window: WindowBounds, displays: Displays): boolean {
  return displays.some(({ bounds }) => overlap(window, bounds) === window.width * window.height);
}

/** Pixels of the upper edge that a hand needs. */
const HANDLE = { width: 120, height: 32 };

function sizeOf(remembered: WindowBounds | null): { width: number; height: number } {
  if (remembered === null) return { width: SIZE.width, height: SIZE.height };
  return {
    width: Math.max(SIZE.minWidth, remembered.width),
    height: Math.max(SIZE.minHeight, remembered.height),
  };
}

/** Centred over or under the icon, or beside it where the panel stands upright; never over it. */
function besides(
  icon: WindowBounds,
  { width, height }: { width: number; height: number },
  displays: readonly [DisplayPlace, ...DisplayPlace[]],
  titleBar: number,
): WindowBounds {
  const { bounds, workArea } = displayOf(icon, displays);
  const centre = { x: icon.x + icon.width / 2, y: icon.y + icon.height / 2 };
  const place = { x: centre.x - width / 2, y: centre.y - height / 2, width, height };
  const upright = centre.x < workArea.x || centre.x >= workArea.x + workArea.width;
  if (upright) {
    const left = centre.x < bounds.x + bounds.width / 2;
    place.x = left ? icon.x + icon.width + GAP : icon.x - width - GAP;
  } else {
    const upper = centre.y < bounds.y + bounds.height / 2;
    place.y = upper ? icon.y + icon.height + GAP : icon.y - height - GAP;
  }
  return fitInto(place, under(titleBar, workArea), GAP);
}

/** By the panel, at its end: that is where trays are. Without a panel, where most desktops have one: above. */
function corner(
  { width, height }: { width: number; height: number },
  { bounds, workArea }: DisplayPlace,
  titleBar: number,
): WindowBounds {
  const left = workArea.x - bounds.x;
  const right = bounds.x + bounds.width - (workArea.x + workArea.width);
  const top = workArea.y - bounds.y;
  const bottom = bounds.y + bounds.height - (workArea.y + workArea.height);
  const most = Math.max(left, right, top, bottom);
  const atLeft = most > 0 && left === most;
  const atBottom = most > 0 && top !== most;
  return fitInto(
    {
      x: atLeft ? workArea.x : workArea.x + workArea.width - width,
      y: atBottom ? workArea.y + workArea.height - height : workArea.y,
      width,
      height,
    },
    under(titleBar, workArea),
    GAP,
  );
}

/** What is left of the area for a window whose title bar is not in its bounds. */
function under(titleBar: number, area: WindowBounds): WindowBounds {
  return { ...area, y: area.y + titleBar, height: area.height - titleBar };
}

/** The same, moved and if need be shrunk until all of it is inside; `gap` pixels off the edges where there is room. */
function fitInto(place: WindowBounds, area: WindowBounds, gap: number): WindowBounds {
  const across = spanWithin(place.x, Math.max(place.width, SIZE.minWidth), area.x, area.width, gap);
  const down = spanWithin(place.y, Math.max(place.height, SIZE.minHeight), area.y, area.height, gap);
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}

function spanWithin(
  start: number,
  length: number,
  from: number,
  room: number,
  gap: number,
): { start: number; length: number } {
  const fits = Math.min(Math.round(length), room);
  const free = Math.min(gap, Math.floor((room - fits) / 2));
  const last = from + room - fits - free;
  return { start: Math.round(Math.min(Math.max(start, from + free), last)), length: fits };
}

/** The one that holds most of it, else the nearest. */
function displayOf(place: WindowBounds, displays: readonly [DisplayPlace, ...DisplayPlace[]]): DisplayPlace {
  const [first, ...others] = displays;
  return others.reduce(
    (best, display) => (closeness(place, display) > closeness(place, best) ? display : best),
    first,
  );
}

/** Square pixels in common; below zero, for none: the distance of the middles. */
function closeness(place: WindowBounds, { bounds }: DisplayPlace): number {
  // An icon's point has no area of its own.
  const shared = overlap({ ...place, width: place.width + 1, height: place.height + 1 }, bounds);
  if (shared > 0) return shared;
  const across = place.x + place.width / 2 - (bounds.x + bounds.width / 2);
  const down = place.y + place.height / 2 - (bounds.y + bounds.height / 2);
  return -Math.hypot(across, down);
}

function overlap(one: WindowBounds, other: WindowBounds): number {
  const { width, height } = common(one, other);
  return width * height;
}

function common(one: WindowBounds, other: WindowBounds): { width: number; height: number } {
  return {
    width: Math.max(0, Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)),
    height: Math.max(0, Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)),
  };
}
