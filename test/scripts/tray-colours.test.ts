import { describe, expect, it } from 'vitest';
import { TRAY_COLOURS } from '../../scripts/icons.mjs';
import { ratio, rgb } from '../support/contrast.ts';

/** What an icon lies on: the extremes, and the greys that desktops have for white and near-black. */
const PANELS = {
  white: 'ffffff',
  'the light grey of Plasma': 'eff0f1',
  black: '000000',
  'the dark grey of GNOME': '222226',
  'the dark grey of Plasma': '2a2e32',
};

/** WCAG 2.2, 1.4.11: what must be seen to know a state. */
const SEEN = 3;

describe.each(Object.entries(TRAY_COLOURS))('[C58] the colour of the tray icon %s', (_state, colour) => {
  it.each(Object.entries(PANELS))('can be seen on %s', (_name, panel) => {
    expect(ratio(rgb(colour.slice(1)), rgb(panel))).toBeGreaterThanOrEqual(SEEN);
  });
});
