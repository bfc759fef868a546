import { CoolDown, turnOf } from '../broker/approvals/cool-down.ts';
import {
  APPROVAL_LIMITS,
  type Gate,
  type PendingQuestion,
  type SharedByGates,
} from '../broker/approvals/gate.ts';
import { Places } from '../broker/approvals/queue.ts';
import type { Leaving } from '../broker/departure.ts';
import type { Approvals, Question, Verdict } from '../broker/types.ts';
import type { Clock } from '../effects.ts';

/** Askers with a gate: the oldest without a question goes first. */
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
  readonly #make: (shared: SharedByGates) => Gate;
  readonly #lanes = new Map<string, Lane>();
  /** So that a no is remembered longer than its lane, and no more wait in all than one gate would let. */
  readonly #shared: SharedByGates;

  constructor(clock: Clock, make: (shared: SharedByGates) => Gate) {
    this.#make = make;
    const { coolDownMs, total } = APPROVAL_LIMITS;
    this.#shared = { coolDown: new CoolDown(clock, coolDownMs), places: new Places(total) };
  }

  async decide(question: Question, leaving: Leaving): Promise<Verdict> {
    const lane = this.#laneOf(question);
    lane.asking += 1;
    try {
      return await lane.gate.decide(question, leaving);
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
    const asker = turnOf(question);
    const lane = this.#lanes.get(asker) ?? { gate: this.#make(this.#shared), asking: 0 };
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
