import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** docs/design.md: colour, size of type and motion come from renderer/styles/tokens.css, icons from icons.ts. */

const ROOT = join(import.meta.dirname, '..', '..', 'renderer');
const TOKENS = join('styles', 'tokens.css');
const FILES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.(svelte|css|html)$/.test(file) && file !== TOKENS,
);

/** What asks for less motion switches off by a value of its own. */
const ARGUED: readonly string[] = ['styles/base.css: animation-duration: 0.01ms !important;'];

/** Drawings of a number or of a state, not icons. */
const DRAWINGS: readonly string[] = [
  'parts/broker-line.svelte',
  'parts/footer.svelte',
  'parts/icon.svelte',
  'parts/ring.svelte',
  'parts/time-bar.svelte',
  'parts/toast.svelte',
  'prompt/countdown.svelte',
];

function styleOf(file: string): string {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const style = file.endsWith('.css') ? text : [...text.matchAll(/<style[^>]*>([^]*?)<\/style>/g)].join('\n');
  return style.replaceAll(/\/\*[^]*?\*\//g, '');
}

function declarations(file: string): string[] {
  return styleOf(file)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^[\w-]+:\s/.test(line) && !line.endsWith('{'));
}

/** Lines of any file that the rule finds, as `file: line`, but for the argued ones. */
function found(rule: RegExp): string[] {
  return FILES.flatMap((file) =>
    declarations(file)
      .filter((line) => rule.test(line))
      .map((line) => `${file}: ${line}`),
  ).filter((line) => !ARGUED.includes(line));
}

const NAMED = 'white|black|red|green|blue|gray|grey|orange|yellow|purple|silver|navy|teal';

describe('[C58] what a component may not decide by itself', () => {
  test('there are files to look at', () => {
    expect(FILES.length).toBeGreaterThan(40);
    expect(FILES.flatMap(declarations).length).toBeGreaterThan(500);
  });

  test.each([
    [
      'a colour',
      new RegExp(`#[0-9a-f]{3,8}\\b|\\b(rgba?|hsla?|oklch|lab)\\(|light-dark\\(|[ :,(](${NAMED})\\b`, 'i'),
    ],
    ['a size of type', /^(font|font-size):.*\d(px|rem|em|pt|%)/],
    ['a family of type', /^(font|font-family):.*(serif|mono(?!\))|system-ui|['"])/],
    ['a duration', /^(animation|transition)[\w-]*:.*\d(ms|s)\b/],
  ])('%s', (_what, rule) => {
    expect(found(rule)).toEqual([]);
  });

  test('an icon of its own: one family, on one grid, from one file', () => {
    const drawing = FILES.filter((file) => /<(svg|img)\b/.test(readFileSync(join(ROOT, file), 'utf8')));
    expect(drawing.filter((file) => !DRAWINGS.includes(file))).toEqual([]);
  });

  test('a token that nobody defined', () => {
    const defined = new Set(
      [...readFileSync(join(ROOT, TOKENS), 'utf8').matchAll(/^\s*(--[\w-]+):/gm)].map(([, name]) => name),
    );
    const own = new Set(
      FILES.flatMap((file) => [...styleOf(file).matchAll(/(--[\w-]+):/g)].map(([, n]) => n)),
    );
    const used = FILES.flatMap((file) =>
      [...styleOf(file).matchAll(/var\((--[\w-]+)/g)].map(([, name]) => `${file} ${name}`),
    );
    const unknown = used.filter((use) => {
      const name = use.split(' ')[1];
      return !defined.has(name) && !own.has(name) && !name?.startsWith('--bits-');
    });
    expect(unknown).toEqual([]);
  });

  test('no token is left over', () => {
    const all = [TOKENS, ...FILES].map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
    const defined = [...readFileSync(join(ROOT, TOKENS), 'utf8').matchAll(/^\s*(--[\w-]+):/gm)];
    expect(defined.map(([, name]) => name).filter((name) => !all.includes(`var(${name})`))).toEqual([]);
  });
});

describe('[C58] the icons', () => {
  test('are strokes on the grid of 24', async () => {
    const { ICONS } = await import('../../renderer/parts/icons.ts');
    for (const [name, path] of Object.entries(ICONS)) {
      expect(path, name).toMatch(/^M[\d\s.,MLHVCSQTAZmlhvcsqtaz-]+$/);
      for (const [start] of path.matchAll(/M\s*-?[\d.]+[ ,]-?[\d.]+/g)) {
        for (const number of start.slice(1).trim().split(/[ ,]/)) {
          expect(Number(number), name).toBeGreaterThanOrEqual(2);
          expect(Number(number), name).toBeLessThanOrEqual(22);
        }
      }
    }
  });
});
