import { describe, expect, it } from 'vitest';
import { descendants } from '../bench/memory.ts';
import { alternate, count, measurement, median, percentile } from '../bench/statistics.ts';

describe('median()', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('refuses nothing at all', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('measurement()', () => {
  it('takes the median of the ratios of pairs, so that one slow moment does not count', () => {
    const pairs = [
      { ours: 110, floor: 100 },
      { ours: 1300, floor: 1000 },
      { ours: 120, floor: 100 },
    ];
    expect(measurement(pairs, { unit: 'ms', budget: 1.2 })).toEqual({
      value: 120,
      unit: 'ms',
      floor: 100,
      ratio: 1.2,
      budget: 1.2,
      bound: 'at most',
      ok: true,
      samples: { ours: [110, 1300, 120], floor: [100, 1000, 100] },
    });
    expect(measurement(pairs, { unit: 'ms', budget: 1.19 }).ok).toBe(false);
  });
});

describe('a rate', () => {
  it('is over its budget when it is too low', () => {
    const pairs = [{ ours: 40, floor: 100 }];
    expect(measurement(pairs, { unit: '/s', budget: 0.4, bound: 'at least' }).ok).toBe(true);
    expect(measurement(pairs, { unit: '/s', budget: 0.41, bound: 'at least' }).ok).toBe(false);
  });
});

describe('count()', () => {
  it('has one right value, and shows the wrong one of several', () => {
    expect(count([1, 1], { unit: 'requests', exactly: 1 })).toMatchObject({ value: 1, ok: true });
    expect(count([1, 3, 1], { unit: 'requests', exactly: 1 })).toMatchObject({ value: 3, ok: false });
    expect(count([], { unit: 'requests', exactly: 1 }).ok).toBe(false);
  });
});

describe('percentile()', () => {
  it('is the value that this share does not pass', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(values, 0.99)).toBe(99);
    expect(percentile(values, 0.5)).toBe(50);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});

describe('alternate()', () => {
  it('changes who is first from pair to pair, and keeps the sides apart', async () => {
    const order: string[] = [];
    const side = (name: string, value: number) => (): Promise<number> => {
      order.push(name);
      return Promise.resolve(value);
    };
    const pairs = await alternate(3, side('ours', 2), side('floor', 1));
    expect(order).toEqual(['ours', 'floor', 'floor', 'ours', 'ours', 'floor']);
    expect(pairs).toEqual(Array(3).fill({ ours: 2, floor: 1 }));
  });
});

describe('descendants()', () => {
  it('finds children of children and nobody else', () => {
    const parents = new Map([
      [1, 0],
      [10, 1],
      [11, 10],
      [12, 11],
      [20, 1],
    ]);
    expect(descendants(10, parents)).toEqual([10, 11, 12]);
  });
});
