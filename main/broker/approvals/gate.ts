import type { Clock, Logger } from '../../effects.ts';
import type { RuleAnswer } from '../contract.ts';
import type { Leaving } from '../departure.ts';
import type { Approvals, PromptAnswer, Prompter, Question, Term, Verdict } from '../types.ts';
import { Alike } from './alike.ts';
import { CoolDown } from './cool-down.ts';
import { offersFor } from './offers.ts';
import { Prompting, type PromptingLimits } from './prompting.ts';
import type { Places } from './queue.ts';
import type { RuleStore } from './rules.ts';
import { DENY_ALL, isUnanswered, NOBODY_ASKED, refused } from './verdicts.ts';

export interface ApprovalParts {
  rules: RuleStore;
  prompter: Prompter;
  clock: Clock;
  /** From 0 to 1, for the IDs of questions. */
  random: () => number;
  isLocked: () => boolean;
  log: Logger;
  limits?: Partial<ApprovalLimits>;
  /** What `pending` answers is not what it was: a question came, is asked now, or is settled. */
  changed?: () => void;
  /** Of several gates that stand for one; absent: the gate's own. */
  shared?: SharedByGates;
}

export interface SharedByGates {
  readonly coolDown: CoolDown;
  readonly places: Places;
}

export interface ApprovalLimits extends PromptingLimits {
  /** Milliseconds between a no and the next prompt of the same asker for the same scope. */
  coolDownMs: number;
}

export const APPROVAL_LIMITS: ApprovalLimits = {
  promptMs: 60_000,
  coolDownMs: 60_000,
  graceMs: 2_000,
  total: 32,
  perAsker: 4,
};

/** A question that waits for a person. `asked`: its prompt is the one that is open. */
export interface PendingQuestion {
  readonly id: string;
  readonly question: Question;
  readonly offers: readonly Term[];
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly asked: boolean;
  /** Questions of other processes of the same script that wait for its answer. */
  readonly behind: number;
}

export interface Gate extends Approvals {
  /** While on, everything is refused without a prompt or a look at the rules; open questions too. */
  denyAll(on: boolean): void;
  /** Refuses everything that waits, at once; `isLocked` answers for what comes later. */
  lock(): void;
  pending(): PendingQuestion[];
  list(): Promise<RuleAnswer[]>;
  /** False: no such rule. @throws as `RuleStore.revoke` */
  revoke(id: string): Promise<boolean>;
}

/**
 * Decides who gets a token: deny-all switch, lock, rules, cool-down, a person, in this order. Whatever is not
 * a clear yes of the person or of a rule is a no (CHECKLIST 35); the switch and the lock are looked at again
 * after every wait.
 */
export function createApprovals(parts: ApprovalParts): Gate {
  return new ApprovalGate(parts);
}

class ApprovalGate implements Gate {
  readonly #parts: ApprovalParts;
  readonly #coolDown: CoolDown;
  readonly #prompting: Prompting;
  readonly #alike: Alike;
  #denyAll = false;

  constructor(parts: ApprovalParts) {
    this.#parts = parts;
    const limits = { ...APPROVAL_LIMITS, ...parts.limits };
    this.#coolDown = parts.shared?.coolDown ?? new CoolDown(parts.clock, limits.coolDownMs);
    this.#prompting = new Prompting({
      ...{ prompter: parts.prompter, clock: parts.clock, random: parts.random, log: parts.log, limits },
      coolDown: this.#coolDown,
      places: parts.shared?.places,
      changed: parts.changed,
      early: async (question) => this.#shut() ?? (await this.#byRule(question)) ?? this.#shut(),
      take: (question, answer, signal) => this.#take(question, answer, signal),
    });
    this.#alike = new Alike(parts.clock);
  }

  async decide(question: Question, leaving: Leaving): Promise<Verdict> {
    const { clock } = this.#parts;
    const until = question.wait === undefined ? null : clock.now() + question.wait;
    let first: Verdict | null = null;
    for (let waiting = question; ;) {
      // The last look is in the same turn as what follows: an end that comes later finds its listener.
      const early = this.#shut(leaving) ?? (await this.#byRule(waiting)) ?? this.#shut(leaving);
      if (early !== null) return early;
      // Not a no of anybody's: nothing cools down.
      if (waiting.wait === 0) return NOBODY_ASKED;
      if (this.#coolDown.holds(waiting)) return isUnanswered(first) ? first : refused('cooling-down');
      if (this.#prompting.isShared(waiting) || !this.#alike.hasFirst(waiting))
        return this.#alike.lead(waiting, this.#prompting.ask(waiting, leaving));
      first = await this.#alike.follow(waiting, leaving, waiting.wait);
      const left = until === null ? null : until - clock.now();
      if (first === null || (left !== null && left <= 0)) return refused('no-answer');
      if (left !== null) waiting = { ...question, wait: left };
    }
  }

  denyAll(on: boolean): void {
    this.#denyAll = on;
    if (on) this.#prompting.refuseAll(DENY_ALL);
  }

  lock(): void {
    this.#prompting.refuseAll(refused('locked'));
  }

  pending(): PendingQuestion[] {
    return this.#prompting.waiting().map((entry) => ({
      id: entry.id,
      question: entry.question,
      offers: offersFor(entry.question.caller.subject).terms,
      since: entry.since,
      asked: this.#prompting.isOpen(entry),
      behind: this.#alike.behind(entry.question),
    }));
  }

  list(): Promise<RuleAnswer[]> {
    return this.#parts.rules.list();
  }

  revoke(id: string): Promise<boolean> {
    return this.#parts.rules.revoke(id);
  }

  #shut(leaving?: Leaving): Verdict | null {
    if (this.#denyAll) return DENY_ALL;
    if (this.#parts.isLocked()) return refused('locked');
    return leaving?.aborted === true ? refused('no-answer') : null;
  }

  /** Null: no rule answers; rules that cannot be read answer nothing. A yes still has to find the door open. */
  async #byRule(question: Question): Promise<Verdict | null> {
    try {
      const rule = await this.#parts.rules.match(question);
      if (rule === null) return null;
      if (rule.answer === 'deny') return { kind: 'refused', reason: 'denied-by-rule', by: `rule:${rule.id}` };
      return this.#shut() ?? { kind: 'allowed', by: `rule:${rule.id}` };
    } catch (error) {
      this.#parts.log.error({ error }, 'the approval rules could not be asked');
      return null;
    }
  }

  async #take(question: Question, answer: PromptAnswer, signal: AbortSignal): Promise<Verdict> {
    const offers = offersFor(question.caller.subject);
    switch (answer.kind) {
      case 'allow': {
        // Not one of the answers that were offered: not understood, so not a yes.
        if (!offers.terms.includes(answer.term)) return refused('no-answer');
        const shut = this.#shut(signal);
        if (shut !== null) return shut;
        await this.#parts.rules.add(question, answer.term);
        return this.#shut() ?? { kind: 'allowed', by: 'prompt' };
      }
      case 'never':
        this.#coolDown.start(question);
        await this.#parts.rules.add(question, 'never');
        return { kind: 'refused', reason: 'denied', by: 'prompt' };
      case 'deny':
        this.#coolDown.start(question);
        return { kind: 'refused', reason: 'denied', by: 'prompt' };
      case 'none':
        this.#coolDown.start(question);
        return refused('no-answer');
    }
  }
}
