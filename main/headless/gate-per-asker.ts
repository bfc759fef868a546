import { askerOf } from '../broker/approvals/cool-down.ts';
import { APPROVAL_LIMITS, type Gate, type PendingQuestion } from '../broker/approvals/gate.ts';
import type { Approvals, Question, Verdict } from '../broker/types.ts';

/** Askers that are remembered with the noes they got: the oldest without a question goes first. */
const MOST_ASKERS = 256;

interface Lane {
  readonly gate: Gate;
  /** Requests that have no verdict yet. */
  asking: number;
}

/**
 * A gate for each asker. A gate has one prompt open at a time, as one window has; in a terminal questions are
 * answered in any order, and nobody's answer may wait for the end of another one's question.
 */
export class GatePerAsker implements Approvals {
  readonly #make: () => Gate;
  readonly #lanes = new Map<string, Lane>();

  constructor(make: () => Gate) {
    this.#make = make;
  }

  async decide(question: Question, signal: AbortSignal): Promise<Verdict> {
    // In all, as one gate would count them; rules answer all the same.
    const full = this.pending().length >= APPROVAL_LIMITS.total;
    const lane = this.#laneOf(question);
    lane.asking += 1;
    try {
      const verdict = await lane.gate.decide(full ? { ...question, wait: 0 } : question, signal);
      const turnedAway = full && verdict.kind === 'refused' && verdict.reason === 'no-answer';
      return turnedAway && question.wait !== 0 ? BUSY : verdict;
    } finally {
      lane.asking -= 1;
    }
  }

  denyAll(on: boolean): void {
    for (const { gate } of this.#lanes.values()) gate.denyAll(on);
  }

  lock(): void {
    for (const { gate } of this.#lanes.values()) gate.lock();
  }

  /** The oldest first. */
  pending(): PendingQuestion[] {
    return [...this.#lanes.values()]
      .filter(({ asking }) => asking > 0)
      .flatMap(({ gate }) => gate.pending())
      .sort((a, b) => a.since - b.since);
  }

  #laneOf(question: Question): Lane {
    const asker = askerOf(question);
    const lane = this.#lanes.get(asker) ?? { gate: this.#make(), asking: 0 };
    // Behind the others: the order is that of the last question.
    this.#lanes.delete(asker);
    this.#lanes.set(asker, lane);
    for (const [one, { asking }] of this.#lanes) {
      if (this.#lanes.size <= MOST_ASKERS) break;
      if (asking === 0 && one !== asker) this.#lanes.delete(one);
    }
    return lane;
  }
}

const BUSY: Verdict = { kind: 'refused', reason: 'busy', by: 'busy' };
