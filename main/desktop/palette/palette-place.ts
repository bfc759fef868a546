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
