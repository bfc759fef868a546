import type { Question, Verdict } from '../types.ts';
import { turnOf } from './cool-down.ts';

/** One question and everybody who waits for its answer. */
export interface Entry {
  readonly id: string;
  readonly question: Question;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly waiters: Set<(verdict: Verdict) => void>;
  /** Aborted when the question is settled otherwise or nobody waits any more. */
  readonly abort: AbortController;
}

/** Places for questions that have no answer yet, when several gates share them. Taken and freed at once. */
export class Places {
  readonly #total: number;
  #taken = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** False: all are taken. */
  take(): boolean {
    if (this.#taken >= this.#total) return false;
    this.#taken += 1;
    return true;
  }

  free(): void {
    this.#taken -= 1;
  }
}

/**
 * Questions that wait for their turn. Fair: askers take turns, so that one who floods delays another by one
 * question. Bounded, in all and per asker.
 */
export class QuestionQueue {
  readonly #lanes = new Map<string, Entry[]>();
  readonly #total: number;
  readonly #perAsker: number;
  #size = 0;

  constructor(limits: { total: number; perAsker: number }) {
    this.#total = limits.total;
    this.#perAsker = limits.perAsker;
  }

  /** False: the queue, or this asker's part of it, is full. */
  push(entry: Entry): boolean {
    const asker = turnOf(entry.question);
    const lane = this.#lanes.get(asker) ?? [];
    if (this.#size >= this.#total || lane.length >= this.#perAsker) return false;
    lane.push(entry);
    // A Map keeps its order, which is the order of turns.
    this.#lanes.set(asker, lane);
    this.#size++;
    return true;
  }

  next(): Entry | undefined {
    for (const [asker, lane] of this.#lanes) {
      const entry = lane.shift();
      this.#lanes.delete(asker);
      if (lane.length > 0) this.#lanes.set(asker, lane);
      if (entry === undefined) continue;
      this.#size--;
      return entry;
    }
    return undefined;
  }

  remove(entry: Entry): void {
    const asker = turnOf(entry.question);
    const lane = this.#lanes.get(asker);
    const at = lane?.indexOf(entry) ?? -1;
    if (lane === undefined || at < 0) return;
    lane.splice(at, 1);
    if (lane.length === 0) this.#lanes.delete(asker);
    this.#size--;
  }

  /** By lane; within one, in the order of asking. */
  all(): Entry[] {
    return [...this.#lanes.values()].flat();
  }
}

/**
 * Questions with the same key share one prompt: same process, same script content, same scope, account and
 * name. Null: never shared, because one answer could go to two programs that nobody can tell apart.
 */
export function sharedKey(question: Question): string | null {
  const { subject } = question.caller;
  if (subject.kind === 'forwarded' || subject.kind === 'unidentified') return null;
  return JSON.stringify([subject, question.scope, question.account.sub, question.selfName]);
}
