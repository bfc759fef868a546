import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ratio, type Rgb, rgb } from '../support/contrast.ts';

const ROOT = join(import.meta.dirname, '..', '..', 'renderer');
const TOKENS = readFileSync(join(ROOT, 'styles', 'tokens.css'), 'utf8');

type Theme = 'light' | 'dark';

/** The palettes that tokens.css describes: as it is, and with what `prefers-contrast: more` changes. */
function paletteOf(css: string): Map<string, Record<Theme, Rgb>> {
  const pairs = css.matchAll(/--([\w-]+):\s*light-dark\(#([0-9a-f]{6}),\s*#([0-9a-f]{6})\)/g);
  return new Map(
    [...pairs].map(([, name = '', light = '', dark = '']) => [name, { light: rgb(light), dark: rgb(dark) }]),
  );
}

const more = TOKENS.indexOf('@media (prefers-contrast: more)');
const USUAL = paletteOf(TOKENS.slice(0, more));
const MORE = new Map([...USUAL, ...paletteOf(TOKENS.slice(more))]);

/** Text and what it stands on (WCAG 1.4.3): 4.5:1, whatever its size. */
const TEXT: Record<string, readonly string[]> = {
  text: ['bg', 'panel', 'raised', 'accent-weak', 'warn-weak', 'bad-weak'],
  dim: ['bg', 'panel', 'raised', 'accent-weak', 'warn-weak', 'bad-weak'],
  accent: ['bg', 'panel', 'raised', 'accent-weak'],
  ok: ['bg', 'panel', 'raised', 'accent-weak'],
  warn: ['bg', 'panel', 'raised', 'accent-weak', 'warn-weak'],
  bad: ['bg', 'panel', 'raised', 'accent-weak', 'bad-weak'],
  'on-accent': ['accent', 'accent-hover'],
  'on-bad': ['bad'],
  demo: ['demo-weak', 'demo-stripe'],
  // The toast and the undo strip are the page turned round.
  bg: ['text'],
};

/** What must be seen to know a control or a state, and what it stands beside (WCAG 1.4.11): 3:1. */
const SEEN: Record<string, readonly string[]> = {
  accent: ['bg', 'panel', 'raised', 'accent-weak'],
  bg: ['text'],
  ok: ['bg', 'panel', 'accent-weak'],
  warn: ['bg', 'panel', 'accent-weak', 'warn-weak'],
  bad: ['bg', 'panel', 'accent-weak', 'bad-weak'],
  off: ['bg', 'panel', 'accent-weak'],
  'line-strong': ['bg', 'raised', 'panel'],
  'on-accent': ['accent'],
};

describe.each([
  ['the usual palette', USUAL],
  ['with more contrast', MORE],
])('[C58] in %s', (_title, palette) => {
  const pairs = (table: Record<string, readonly string[]>): [string, string, Theme][] =>
    Object.entries(table).flatMap(([front, backs]) =>
      backs.flatMap((back) =>
        (['light', 'dark'] as const).map((theme): [string, string, Theme] => [front, back, theme]),
      ),
    );
  function of(front: string, back: string, theme: Theme): number {
    const [one, other] = [palette.get(front), palette.get(back)];
    if (one === undefined || other === undefined) throw new Error(`no colour ${front} or ${back}`);
    return ratio(one[theme], other[theme]);
  }

  test.each(pairs(TEXT))('%s on %s can be read, %s', (front, back, theme) => {
    expect(of(front, back, theme)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(pairs(SEEN))('%s beside %s can be seen, %s', (front, back, theme) => {
    expect(of(front, back, theme)).toBeGreaterThanOrEqual(3);
  });
});

describe('[C58] the tables of pairs', () => {
  const styles = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(svelte|css)$/.test(file))
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');
  const used = (property: RegExp): string[] => [
    ...new Set([...styles.matchAll(property)].map(([, name = '']) => name)),
  ];

  test('have every colour that something is written in', () => {
    // A ring and its icon are drawn in `off`; no word is.
    const known = [...Object.keys(TEXT), 'off'];
    expect(used(/^\s*color:\s*var\(--([\w-]+)\)/gm).filter((name) => !known.includes(name))).toEqual([]);
  });

  test('have every background that is not a drawing', () => {
    // The knob of a switch and the lines between groups carry no text; behind a scrim nothing is read.
    const bare = ['line', 'line-strong', 'on-accent', 'scrim'];
    const known = [...Object.values(TEXT).flat(), ...bare];
    expect(used(/^\s*background:\s*var\(--([\w-]+)\)/gm).filter((name) => !known.includes(name))).toEqual([]);
  });

  test('are right about the formula: WCAG’s own extremes', () => {
    expect(ratio([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(ratio(rgb('767676'), rgb('ffffff'))).toBeCloseTo(4.54, 2);
  });
});
