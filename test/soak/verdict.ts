/** What was measured when so many simulated hours had passed. */
export interface Sample {
  /** Simulated hours since the start. */
  readonly hour: number;
  /** Bytes in use after a collection. */
  readonly heap: number;
  /** Bytes outside of the heap: buffers, and what Node's own objects hold. */
  readonly external: number;
  /** Open descriptors. */
  readonly descriptors: number;
  /** Active handles, requests and timers of the event loop. */
  readonly handles: number;
  /** Timers of the agent's own clock. */
  readonly timers: number;
  /** On every live emitter, and functions in every live set. */
  readonly listeners: number;
  /** Listeners on every live abort signal: each request of the last half minute has some. */
  readonly signals: number;
  /** In all live maps and sets. */
  readonly entries: number;
  /** Resident memory; shown, and not judged: the system decides. */
  readonly resident: number;
}

export type Series = Exclude<keyof Sample, 'hour' | 'resident'>;

export interface Finding {
  readonly series: Series;
  /** Per simulated hour, by least squares after the warm-up. */
  readonly slope: number;
  /** Of the slope. */
  readonly error: number;
  readonly grows: boolean;
}

/**
 * What each may grow by in an hour. Memory is never quite still: collected code, caches of Node's own. What is kept
 * by mistake grows with what happens, which is far more than that here. The counts may not grow at all.
 */
export const BOUNDS: Readonly<Record<Series, number>> = {
  heap: 8_192,
  external: 4_096,
  entries: 2,
  signals: 5,
  descriptors: 0,
  handles: 0,
  timers: 0,
  listeners: 0,
};

/**
 * How much higher the lowest of the last third has to be than the lowest of the first: memory goes up for a moment (what was
 * not yet collected, signals of requests that are just over), and in a short time V8's own code makes a line of that.
 */
const RISE: Readonly<Partial<Record<Series, number>>> = {
  heap: 131_072,
  external: 65_536,
  entries: 40,
  signals: 20,
};

/** Of the whole time: what is loaded by its first use is loaded by then. */
const WARM_UP = 0.25;

/** Null where there are too few samples for a line. */
export function judge(samples: readonly Sample[]): readonly Finding[] | null {
  const last = samples.at(-1)?.hour ?? 0;
  const warm = samples.filter(({ hour }) => hour > last * WARM_UP);
  if (warm.length < 4) return null;
  return (Object.keys(BOUNDS) as Series[]).map((series) => finding(series, warm));
}

function finding(series: Series, samples: readonly Sample[]): Finding {
  const { slope, error } = fitted(samples.map((sample) => [sample.hour, sample[series]]));
  const bound = BOUNDS[series];
  const values = samples.map((sample) => sample[series]);
  const third = Math.ceil(values.length / 3);
  if (bound > 0) {
    const rise = Math.min(...values.slice(-third)) - Math.min(...values.slice(0, third));
    // Only what is surely more: two standard errors.
    return { series, slope, error, grows: slope - 2 * error > bound && rise > (RISE[series] ?? 0) };
  }
  // What comes and goes may stand a little higher at one moment; what stays stands higher at all of them.
  const grows = Math.min(...values.slice(-third)) > Math.max(...values.slice(0, third));
  return { series, slope, error, grows };
}

/** Least squares; `error` is the standard error of the slope. */
function fitted(points: readonly (readonly [number, number])[]): { slope: number; error: number } {
  const count = points.length;
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / count;
  const [x, y] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [one]) => sum + (one - x) ** 2, 0);
  const slope = points.reduce((sum, [one, other]) => sum + (one - x) * (other - y), 0) / spread;
  const rest = points.reduce((sum, [one, other]) => sum + (other - y - slope * (one - x)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / Math.max(1, count - 2) / spread) };
}

const COLUMNS: readonly (readonly [keyof Sample, (value: number) => string])[] = [
  ['hour', (value) => value.toFixed(1)],
  ['heap', kilobytes],
  ['external', kilobytes],
  ['resident', kilobytes],
  ['descriptors', String],
  ['handles', String],
  ['timers', String],
  ['listeners', String],
  ['signals', String],
  ['entries', String],
];

/** One line for a sample; the head when there is none. */
export function row(sample: Sample | null): string {
  return COLUMNS.map(([name, text]) => (sample === null ? name : text(sample[name])).padStart(11)).join(' ');
}

/** What was found, in words. */
export function sentence({ series, slope, error, grows }: Finding): string {
  const bytes = series === 'heap' || series === 'external';
  const text = (value: number) => (bytes ? kilobytes(value) : value.toFixed(2));
  const bound = BOUNDS[series] === 0 ? 'none at all' : text(BOUNDS[series]);
  return `${series}: ${text(slope)} an hour (± ${text(error)}, allowed ${bound})${grows ? ': GROWS' : ''}`;
}

function kilobytes(value: number): string {
  return `${(value / 1_024).toFixed(1)} kB`;
}
