import type { Display, Screen } from 'electron';
import type { WindowBounds } from '../../settings/types.ts';

/** Pixels. */
export const PALETTE_WIDTH = 560;
/** Until the page says how high it is. */
const FIRST_HEIGHT = 420;
const MARGIN = 8;
/** What of the free height lies above: its middle comes to rest in the upper third. */
const ABOVE = 0.16;

/** @param area what panels leave free of the display where the pointer is */
export function palettePlace(area: WindowBounds): WindowBounds {
  const width = Math.min(PALETTE_WIDTH, area.width - 2 * MARGIN);
  const x = area.x + Math.round((area.width - width) / 2);
  const y = area.y + Math.round(area.height * ABOVE);
  return { x, y, width, height: paletteHeight(FIRST_HEIGHT, y, area) };
}

/** As high as its content, and no further down than the display goes. */
export function paletteHeight(content: number, y: number, area: WindowBounds): number {
  return Math.max(1, Math.min(Math.ceil(content), area.y + area.height - MARGIN - y));
}

/**
 * Where the pointer is. A Wayland compositor tells nobody, and decides itself where a window comes; Electron 33 dies
 * of the question there as long as no window was shown.
 *
 * @param drawnHidden false under Wayland
 */
export function paletteDisplay(
  screen: Pick<Screen, 'getPrimaryDisplay' | 'getDisplayNearestPoint' | 'getCursorScreenPoint'>,
  drawnHidden = true,
): Display {
  if (!drawnHidden) return screen.getPrimaryDisplay();
  return screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
}
