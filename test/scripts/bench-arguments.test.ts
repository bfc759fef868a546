import { describe, expect, it } from 'vitest';
import { parseBenchArguments, table } from '../../scripts/bench-arguments.mjs';

describe('parseBenchArguments()', () => {
  it.each([
    [[], { json: false, only: 'all' }],
    [['--json'], { json: true, only: 'all' }],
    [['--json', '--only', 'desktop'], { json: true, only: 'desktop' }],
    [['--only', 'broker'], { json: false, only: 'broker' }],
    [['--only=list', '--json'], { json: true, only: 'list' }],
  ])('reads %j', (words, choice) => {
    expect(parseBenchArguments(words)).toEqual({ ok: true, choice });
  });

  it.each([
    [['--only']],
    [['--only', 'nothing']],
    [['--only', 'list', 'more']],
    [['desktop']],
    [['--onlylist']],
  ])('refuses %j', (words) => {
    expect(parseBenchArguments(words)).toMatchObject({ ok: false });
  });
});

describe('table()', () => {
  it('marks what is over its budget', () => {
    const line = {
      unit: 'ms' as const,
      floor: 100,
      budget: 1.4,
      bound: 'at most' as const,
      samples: { ours: [], floor: [] },
    };
    const text = table({
      'start.tray': { ...line, value: 130, ratio: 1.3, ok: true },
      'start.window': { ...line, value: 200, ratio: 2, ok: false },
    });
    const [first, second] = text.split('\n');
    expect(first).toMatch(/^start\.tray .*130 ms .*ratio 1\.3 .*ok$/);
    expect(second).toMatch(/OVER$/);
  });
});
