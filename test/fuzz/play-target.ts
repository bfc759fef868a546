import { heapMegabytes } from './process-health.ts';
import { Random } from './random.ts';
import type { FuzzResult } from './run.ts';
import { count, MOST_VIOLATIONS, watched } from './watched.ts';

/** What is fuzzed inside of this process, beside the two sockets (run.ts). */
export interface Target {
  /** Opens what the cases are played against. */
  open(): Promise<Stage>;
  /** Cases under way at a time; 1 for what shares a folder or a state. */
  readonly atOnce: number;
  /** Cases by one stage, which is closed and opened anew after them; absent: one stage for all. */
  readonly perStage?: number;
  /** Megabytes that the heap may grow by in all; absent: 12. */
  readonly growth?: number;
}

export interface Stage {
  /** Makes one case of these numbers and plays it. A throw is a violation. */
  play(random: Random): Promise<Played>;
  close(): Promise<void>;
}

export interface Played {
  /** Which generator made it. */
  readonly shape: string;
  /** What it was answered with, by kind. */
  readonly answer: string;
  /** What did not hold, with the input cut short; null: all did. */
  readonly violation: string | null;
}

export interface TargetOptions {
  readonly cases: number;
  readonly seed: number;
  /** Plays this case alone. */
  readonly at?: number | null;
  readonly progress?: (played: number) => void;
}

/** Nothing that is played here takes a second by itself; the machine may be busy with others. */
const MOST_MS = 30_000;
const MOST_CPU_MS = 3_000;
const MOST_GROWTH_MB = 12;
/** Cases after which the heap is measured for the first time: caches are filled by then. */
const WARM = 500;

/** Plays generated cases on a target. Ends early when much is wrong. */
export async function playTarget(target: Target, options: TargetOptions): Promise<FuzzResult> {
  const violations: string[] = [];
  const run = new TargetRun(target, options, violations);
  return watched(
    () => run.all(),
    violations,
    () => `seed ${options.seed}, near index ${run.played}`,
  );
}

class TargetRun {
  played = 0;
  readonly #target: Target;
  readonly #options: TargetOptions;
  readonly #violations: string[];
  readonly #answers = new Map<string, number>();
  readonly #shapes = new Map<string, number>();

  constructor(target: Target, options: TargetOptions, violations: string[]) {
    this.#target = target;
    this.#options = options;
    this.#violations = violations;
  }

  async all(): Promise<FuzzResult> {
    const { cases, at = null } = this.#options;
    const end = at === null ? cases : at + 1;
    const perStage = this.#target.perStage ?? Number.POSITIVE_INFINITY;
    let early = Number.POSITIVE_INFINITY;
    let next = at ?? 0;
    while (next < end && this.#violations.length < MOST_VIOLATIONS) {
      // The first stage is a short one, after which the heap is measured.
      const last = Math.min(end, next + (early === Number.POSITIVE_INFINITY ? WARM : perStage));
      await this.#stage(next, last);
      if (early === Number.POSITIVE_INFINITY) early = heapMegabytes();
      next = last;
    }
    const late = heapMegabytes();
    if (late - early > (this.#target.growth ?? MOST_GROWTH_MB))
      this.#note(`the heap grew from ${early} to ${late} MB`, this.played);
    return {
      played: this.played,
      violations: this.#violations,
      answers: this.#answers,
      shapes: this.#shapes,
      heap: { early, late },
    };
  }

  async #stage(first: number, end: number): Promise<void> {
    const stage = await this.#target.open();
    let next = first;
    const worker = async (): Promise<void> => {
      for (let index = next++; index < end; index = next++) {
        if (this.#violations.length >= MOST_VIOLATIONS) return;
        await this.#case(stage, index);
        this.#options.progress?.(this.played);
      }
    };
    try {
      await Promise.all(Array.from({ length: this.#target.atOnce }, worker));
    } finally {
      await stage.close();
    }
  }

  async #case(stage: Stage, index: number): Promise<void> {
    const began = process.cpuUsage();
    const played = await inTime(stage.play(new Random(this.#options.seed, index)));
    const { user, system } = process.cpuUsage(began);
    this.played += 1;
    count(this.#shapes, played.shape);
    count(this.#answers, played.answer);
    if (played.violation !== null) this.#note(`${played.shape}: ${played.violation}`, index);
    const cpu = Math.round((user + system) / 1_000);
    // Of several at once nobody can tell whose time it was.
    if (this.#target.atOnce === 1 && cpu > MOST_CPU_MS) {
      this.#note(`${played.shape}: took ${cpu} ms of the processor`, index);
    }
  }

  #note(what: string, index: number): void {
    this.#violations.push(`seed ${this.#options.seed}, index ${index}: ${what}`);
  }
}

async function inTime(playing: Promise<Played>): Promise<Played> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Played>((resolve) => {
    timer = setTimeout(
      () => resolve({ shape: 'late', answer: 'none', violation: `did not end in ${MOST_MS} ms` }),
      MOST_MS,
    );
  });
  const failed = (error: unknown): Played => ({
    shape: 'thrown',
    answer: 'none',
    violation: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  const played = await Promise.race([playing.catch(failed), late]);
  clearTimeout(timer);
  return played;
}
