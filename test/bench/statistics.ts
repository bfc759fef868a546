/** What is better: a smaller ratio (times, memory) or a larger one (rates). */
export type Bound = 'at most' | 'at least';
export type Unit = 'ms' | 'MiB' | '/s' | 'requests' | 'failed';

/** One line of the bench's result. */
export interface Measurement {
  /** Median of ours. */
  value: number;
  unit: Unit;
  /** Median of the floor: the least that a program of this kind can do, measured in the same run. */
  floor: number;
  /** Median of the ratios of the pairs, so that a busy machine slows both sides of a pair. */
  ratio: number;
  /** The worst ratio that is fine. */
  budget: number;
  bound: Bound;
  ok: boolean;
  samples: { ours: number[]; floor: number[] };
  /** Others on the same work, such as another program where it is installed; for comparison, not judged. */
  beside?: readonly { name: string; value: number }[];
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

/** @param share from 0 to 1: 0.99 is the value that 99 % do not pass */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('the percentile of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export function measurement(
  pairs: readonly Pair[],
  { unit, budget, bound = 'at most' }: { unit: Unit; budget: number; bound?: Bound },
): Measurement {
  const ratio = median(pairs.map(({ ours, floor }) => ours / floor));
  return {
    value: round(median(pairs.map(({ ours }) => ours))),
    unit,
    floor: round(median(pairs.map(({ floor }) => floor))),
    ratio: round(ratio, 3),
    budget,
    bound,
    ok: bound === 'at most' ? ratio <= budget : ratio >= budget,
    samples: {
      ours: pairs.map(({ ours }) => round(ours)),
      floor: pairs.map(({ floor }) => round(floor)),
    },
  };
}

/** A number that has one right value; it stands as its own ratio. */
export function count(
  values: readonly number[],
  { unit, exactly }: { unit: Unit; exactly: number },
): Measurement {
  const worst = values.find((value) => value !== exactly) ?? exactly;
  return {
    value: worst,
    unit,
    floor: exactly,
    ratio: worst,
    budget: exactly,
    bound: 'at most',
    ok: values.length > 0 && worst === exactly,
    samples: { ours: [...values], floor: [] },
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
