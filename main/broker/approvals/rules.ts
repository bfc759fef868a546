import type { Clock, Logger } from '../../effects.ts';
import type { RuleAnswer } from '../contract.ts';
import type { Question, Term } from '../types.ts';
import { isCurrent, ruleFor, ruleMatches, toRuleAnswer, type Rule } from './rule.ts';
import { isLasting, type ReadRules, readRules, writeRules } from './rules-schema.ts';
import { type TextFile, UntrustedFileError } from './text-file.ts';

export interface RuleStore {
  /** The rule that answers the question; a denying one before any allowing one. Null: ask. */
  match(question: Question): Promise<{ id: string; answer: 'allow' | 'deny' } | null>;
  /** Resolves to the new rule's ID; null when the answer makes no rule. Never rejects. */
  add(question: Question, answer: Term | 'never'): Promise<string | null>;
  list(): Promise<RuleAnswer[]>;
  /**
   * False: there is no such rule, or it is the policy file's.
   * @throws when the file cannot be written; the rule is off until the next start then.
   */
  revoke(id: string): Promise<boolean>;
}

export interface RuleStoreParts {
  file: TextFile;
  clock: Clock;
  /** From 0 to 1, for IDs. */
  random: () => number;
  log: Logger;
  /** The rules of the headless policy file: they match and are listed, and are changed only there. */
  policy?: () => readonly Rule[];
}

const MAX_RULES = 2000;

/**
 * The user's answers, kept. Answers without an end go to the file; those with one, or tied to a process or a
 * terminal, live as long as the agent, and asking again after a restart is the price.
 *
 * A file that cannot be understood or trusted counts as no rules at all: everything is asked anew. One that cannot
 * be read just now (no more descriptors, a fault of the disk) is no reason to lose it: it is tried again with the
 * next question, and until then nothing is written over it.
 */
export function openRules(parts: RuleStoreParts): RuleStore {
  return new FileRules(parts);
}

class FileRules implements RuleStore {
  readonly #parts: RuleStoreParts;
  #loaded: Promise<void> | null = null;
  /** False: the file may hold rules that are not in `#rules`. */
  #known = false;
  #rules: Rule[] = [];
  #writes: Promise<void> = Promise.resolve();

  constructor(parts: RuleStoreParts) {
    this.#parts = parts;
  }

  async match(question: Question): Promise<{ id: string; answer: 'allow' | 'deny' } | null> {
    await this.#load();
    const now = this.#parts.clock.now();
    let allowed: Rule | null = null;
    for (const rules of [this.#rules, this.#policy()]) {
      for (const rule of rules) {
        if (!ruleMatches(rule, question) || !isCurrent(rule, now)) continue;
        if (rule.answer === 'deny') return { id: rule.id, answer: 'deny' };
        allowed ??= rule;
      }
    }
    return allowed === null ? null : { id: allowed.id, answer: 'allow' };
  }

  async add(question: Question, answer: Term | 'never'): Promise<string | null> {
    await this.#load();
    const made = ruleFor(question, answer, this.#parts.clock.now());
    if (made === null) return null;
    this.#prune();
    if (this.#rules.length >= MAX_RULES) {
      this.#parts.log.warn({ rules: this.#rules.length }, 'too many approval rules; the answer is not kept');
      return null;
    }
    const rule: Rule = { ...made, id: this.#newId() };
    this.#rules = [...this.#rules, rule];
    if (isLasting(rule)) {
      await this.#save().catch((error: unknown) => {
        this.#parts.log.error(
          { error },
          'an approval rule could not be saved; it holds until the agent ends',
        );
      });
    }
    return rule.id;
  }

  async list(): Promise<RuleAnswer[]> {
    await this.#load();
    this.#prune();
    const now = this.#parts.clock.now();
    return [...this.#rules, ...this.#policy().filter((rule) => isCurrent(rule, now))].map(toRuleAnswer);
  }

  async revoke(id: string): Promise<boolean> {
    await this.#load();
    const rule = this.#rules.find((one) => one.id === id);
    if (rule === undefined) return false;
    // Off at once, whatever the disk says.
    this.#rules = this.#rules.filter((one) => one !== rule);
    if (isLasting(rule)) await this.#save();
    return true;
  }

  #load(): Promise<void> {
    this.#loaded ??= this.#read();
    return this.#loaded;
  }

  async #read(): Promise<void> {
    const { file, log } = this.#parts;
    let text: string | null;
    try {
      text = await file.read();
    } catch (error) {
      if (error instanceof UntrustedFileError) return this.#setAside(error);
      this.#loaded = null;
      log.error({ error }, 'the approval rules cannot be read now; what they would answer is asked');
      return;
    }
    try {
      if (text !== null) this.#take(readRules(text));
      this.#known = true;
    } catch (error) {
      await this.#setAside(error);
    }
  }

  /** Answers of the time when the file could not be read stay. */
  #take({ rules, dropped }: ReadRules): void {
    this.#rules = [...rules, ...this.#rules];
    if (dropped.length === 0) return;
    this.#parts.log.warn(
      { dropped },
      'approval rules about programs that run what others tell them no longer count; they are asked about',
    );
  }

  async #setAside(error: unknown): Promise<void> {
    const kept = await this.#parts.file.setAside().catch(() => null);
    this.#known = true;
    this.#parts.log.error({ error, kept }, 'the approval rules could not be read; everything is asked anew');
  }

  /** One after another, each with the state of its turn, so that the newest state is what stays. */
  #save(): Promise<void> {
    if (!this.#known) return Promise.reject(new Error('the rules that are there could not be read'));
    const saved = this.#writes.then(() => this.#parts.file.write(writeRules(this.#rules)));
    this.#writes = saved.catch(() => undefined);
    return saved;
  }

  #prune(): void {
    const now = this.#parts.clock.now();
    this.#rules = this.#rules.filter((rule) => rule.until === null || isCurrent(rule, now));
  }

  #policy(): readonly Rule[] {
    return this.#parts.policy?.() ?? [];
  }

  #newId(): string {
    let number = Math.floor(this.#parts.random() * 2 ** 32);
    for (;;) {
      const id = `r-${number.toString(16).padStart(8, '0')}`;
      if (!this.#rules.some((rule) => rule.id === id)) return id;
      number = (number + 1) % 2 ** 32;
    }
  }
}
