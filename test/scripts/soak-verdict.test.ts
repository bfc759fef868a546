import { describe, expect, it } from 'vitest';
import { BOUNDS, judge, row, type Sample, type Series } from '../soak/verdict.ts';

const STILL: Sample = {
  hour: 0,
  heap: 20_000_000,
  external: 4_000_000,
  resident: 90_000_000,
  descriptors: 50,
  handles: 6,
  timers: 2,
  listeners: 80,
  signals: 40,
  entries: 2_700,
};
/** Up and down around zero, the same every time. */
const noise = (hour: number) => Math.sin(hour * 12.9898);

function day(change: (hour: number) => Partial<Sample>, hours = 24): Sample[] {
  return Array.from({ length: hours }, (_, index) => ({ ...STILL, hour: index + 1, ...change(index + 1) }));
}

function growing(samples: readonly Sample[]): Series[] {
  return (judge(samples) ?? []).filter(({ grows }) => grows).map(({ series }) => series);
}

describe('the verdict of a soak', () => {
  it('lets memory and counts go up and down', () => {
    const samples = day((hour) => ({
      heap: STILL.heap + noise(hour) * 200_000,
      entries: STILL.entries + Math.round(noise(hour) * 30),
      signals: STILL.signals + Math.round(Math.abs(noise(hour)) * 60),
      timers: hour % 3,
    }));
    expect(growing(samples)).toEqual([]);
  });

  it('forgives what is loaded in the first hours', () => {
    expect(
      growing(
        day((hour) => ({
          heap: STILL.heap + Math.min(hour, 6) * 1_000_000,
          descriptors: Math.min(55, 48 + hour),
        })),
      ),
    ).toEqual([]);
  });

  it.each(Object.keys(BOUNDS) as Series[])('sees %s grow, through some noise', (series) => {
    const step = Math.max(1, BOUNDS[series] * 3);
    const samples = day((hour) => ({
      [series]: STILL[series] + Math.round(step * hour + noise(hour) * step),
    }));
    expect(growing(samples)).toEqual([series]);
  });

  /** As measured beside a busy machine, in half an hour: the lowest of it does not rise. */
  it('lets memory be higher for a moment at the end of a short time', () => {
    const heaps = [19_305, 18_793, 18_860, 18_870, 18_916, 18_893].map((kilobytes) => kilobytes * 1_024);
    const samples = heaps.map((heap, index) => ({ ...STILL, hour: (index + 1) / 12, heap }));
    expect(growing(samples)).toEqual([]);
  });

  it('sees memory that stays in a short time', () => {
    const samples = Array.from({ length: 10 }, (_, index) => {
      const kept = index * 40_000 + Math.abs(noise(index)) * 60_000;
      return { ...STILL, hour: (index + 1) / 20, heap: STILL.heap + kept };
    });
    expect(growing(samples)).toEqual(['heap']);
  });

  it('sees a single descriptor that stays', () => {
    expect(growing(day((hour) => ({ descriptors: hour < 18 ? 50 : 51 })))).toEqual(['descriptors']);
  });

  it('has nothing to say about a few samples', () => {
    expect(judge(day(() => ({}), 4))).toBeNull();
  });

  it('writes the columns under their names', () => {
    expect(row(STILL)).toHaveLength(row(null).length);
    expect(row(STILL)).toContain('19531.3 kB');
  });
});
