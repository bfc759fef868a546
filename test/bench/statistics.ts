/** One line of the bench's result. */
export interface Measurement {
  /** Median of ours. */
  value: number;
  unit: 'ms' | 'MiB';
  /** Median of the floor: the least that a program of this kind can do, measured in the same run. */
  floor: number;
  /** Median of the ratios of the pairs, so that a busy machine slows both sides of a pair. */
  ratio: number;
  /** The largest ratio that is fine. */
  budget: number;
  ok: boolean;
  samples: { ours: number[]; floor: number[] };
}

export interface Pair {
  ours: number;
  floor: number;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export function measurement(
  pairs: readonly Pair[],
  { unit, budget }: { unit: Measurement['unit']; budget: number },
): Measurement {
  const ratio = median(pairs.map(({ ours, floor }) => ours / floor));
  return {
    value: round(median(pairs.map(({ ours }) => ours))),
    unit,
    floor: round(median(pairs.map(({ floor }) => floor))),
    ratio: round(ratio, 3),
    budget,
    ok: ratio <= budget,
    samples: {
      ours: pairs.map(({ ours }) => round(ours)),
      floor: pairs.map(({ floor }) => round(floor)),
    },
  };
}

/** Measures both sides in turn, the other one first in every second pair. */
export async function alternate(
  count: number,
  ours: () => Promise<number>,
  floor: () => Promise<number>,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let index = 0; index < count; index += 1) {
    if (index % 2 === 0) {
      const first = await ours();
      pairs.push({ ours: first, floor: await floor() });
    } else {
      const first = await floor();
      pairs.push({ ours: await ours(), floor: first });
    }
  }
  return pairs;
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
