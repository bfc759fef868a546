import type { Door, FuzzCase } from './cases.ts';
import { play } from './client.ts';
import { goodClients } from './good-client.ts';
import { type House, openHouse } from './house.ts';
import { judge, type Judgement, sent } from './judge.ts';
import { makeCase } from './make.ts';
import { moodOf } from './moods.ts';
import { heapMegabytes } from './process-health.ts';
import { startStranger } from './stranger.ts';
import { count, MOST_VIOLATIONS, watched } from './watched.ts';

export interface FuzzOptions {
  /** Generated cases; each is one request at least, or bytes in place of one. */
  readonly requests: number;
  readonly seed: number;
  /** Null: both sockets in turn. */
  readonly only: Door | null;
  /** Plays this case alone, in the mood of its batch. */
  readonly at?: number | null;
  /** Told after every so many cases. */
  readonly progress?: (played: number) => void;
}

export interface FuzzResult {
  readonly played: number;
  /** Sentences with seed and index, the first ones. */
  readonly violations: readonly string[];
  /** How often each kind of answer came: "broker 200 TokenAnswer". */
  readonly answers: ReadonlyMap<string, number>;
  /** Cases by generator. */
  readonly shapes: ReadonlyMap<string, number>;
  /** Megabytes after the first batches and at the end. */
  readonly heap: { readonly early: number; readonly late: number };
}

/** Cases in one mood; afterwards good clients are answered and the books are compared. */
export const BATCH = 160;
const AT_ONCE = 32;
const MOST_GROWTH_MB = 8;
const BOOKS_EVERY = 4;

/** Plays generated clients against both sockets and looks at every byte that comes back. Ends early when much is wrong. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzResult> {
  const violations: string[] = [];
  const run = new Run(options, violations);
  return watched(
    () => run.all(),
    violations,
    () => `seed ${options.seed}, near ${run.played}`,
  );
}

class Run {
  played = 0;
  readonly #options: FuzzOptions;
  readonly #violations: string[];
  readonly #answers = new Map<string, number>();
  readonly #shapes = new Map<string, number>();
  readonly #tokens = { token: 0, header: 0 };

  constructor(options: FuzzOptions, violations: string[]) {
    this.#options = options;
    this.#violations = violations;
  }

  async all(): Promise<FuzzResult> {
    const { requests, at = null, progress } = this.#options;
    const house = await openHouse();
    const stranger = startStranger();
    const batches = at === null ? Math.ceil(requests / BATCH) : 1;
    const early = Math.min(40, Math.floor(batches / 3));
    let heap = { early: Number.POSITIVE_INFINITY, late: 0 };
    try {
      for (let batch = 0; batch < batches && this.#violations.length < MOST_VIOLATIONS; batch++) {
        const first = at ?? batch * BATCH;
        const end = at === null ? Math.min(requests, first + BATCH) : at + 1;
        await this.#batch(house, stranger.play, { first, end });
        if (batch % BOOKS_EVERY === 0 || batch === batches - 1) this.#note(await goodClients(house));
        if (batch === early) heap = { early: heapMegabytes(), late: 0 };
        progress?.(this.played);
      }
      heap = { ...heap, late: heapMegabytes() };
      if (heap.late - heap.early > MOST_GROWTH_MB) {
        this.#note([`the heap grew from ${heap.early} to ${heap.late} MB`]);
      }
      if (house.connections() > 0) this.#note([`${house.connections()} connections stay`]);
    } finally {
      await stranger.close();
      await house.close();
    }
    return {
      played: this.played,
      violations: this.#violations,
      answers: this.#answers,
      shapes: this.#shapes,
      heap,
    };
  }

  async #batch(
    house: House,
    asStranger: (path: string, one: FuzzCase) => ReturnType<typeof play>,
    { first, end }: { first: number; end: number },
  ): Promise<void> {
    const { seed, only } = this.#options;
    await house.begin(moodOf(Math.floor(first / BATCH)));
    let next = first;
    const worker = async (): Promise<void> => {
      for (let index = next++; index < end; index = next++) {
        const one = makeCase(seed, index, only);
        const path = house.path(one.door, one.way);
        const outcome = await (one.way === 'stranger' ? asStranger(path, one) : play(path, one));
        this.#count(one, judge(one, outcome, house.mood), index);
        this.#books(house, index);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  #count(one: FuzzCase, { violation, answers, tokens }: Judgement, index: number): void {
    this.played += 1;
    count(this.#shapes, `${one.door} ${one.shape}`);
    for (const what of answers) count(this.#answers, `${one.door} ${what}`);
    if (answers.length === 0) count(this.#answers, `${one.door} no answer`);
    this.#tokens.token += tokens.token;
    this.#tokens.header += tokens.header;
    if (violation === null) return;
    const bytes = JSON.stringify(sent(one).slice(0, 300));
    this.#note([`${violation}: ${one.door} ${one.shape}, ${one.way}: ${bytes}`], index);
  }

  /** No token was ever given that is not written down, and nothing is written down that may not be. */
  #books({ ledger }: House, index: number): void {
    for (const kind of ['token', 'header'] as const) {
      if (this.#tokens[kind] <= ledger.allowed[kind]) continue;
      this.#note([`a ${kind} without an audit line`], index);
      this.#tokens[kind] = ledger.allowed[kind];
    }
    this.#note(ledger.violations.splice(0), index);
  }

  #note(found: readonly string[], index = this.played): void {
    for (const what of found) this.#violations.push(`seed ${this.#options.seed}, index ${index}: ${what}`);
  }
}
