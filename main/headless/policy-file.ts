import { describePolicyError, parsePolicy } from '../broker/approvals/policy.ts';
import type { Rule } from '../broker/approvals/rule.ts';
import type { TextFile } from '../broker/approvals/text-file.ts';
import type { Logger } from '../effects.ts';

/** What is wrong with the file, one line each, for people; `rules` when it counts. */
export type PolicyState =
  | { readonly kind: 'rules'; readonly count: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'bad'; readonly why: readonly string[] };

/**
 * The rules in `policy.json`, read again before every answer, so that a change counts at once. A file that is
 * wrong, or that others could have written, allows nobody anything.
 */
export class PolicyFile {
  readonly #file: Pick<TextFile, 'read' | 'stamp'>;
  readonly #log: Logger;
  #stamp: string | null = null;
  #text: string | null = null;
  #trouble: string | null = null;
  #rules: readonly Rule[] = [];
  #state: PolicyState = { kind: 'absent' };

  constructor(file: Pick<TextFile, 'read' | 'stamp'>, log: Logger) {
    this.#file = file;
    this.#log = log;
  }

  get rules(): readonly Rule[] {
    return this.#rules;
  }

  /** As the last `refresh` found it. */
  get state(): PolicyState {
    return this.#state;
  }

  async refresh(): Promise<PolicyState> {
    const stamp = this.#file.stamp();
    if (stamp !== null && stamp === this.#stamp) return this.#state;
    this.#stamp = null;
    let text: string | null;
    try {
      text = await this.#file.read();
    } catch (error) {
      return this.#bad([error instanceof Error ? error.message : 'it could not be read'], null);
    }
    const state = this.#take(text);
    // Taken before the reading, so a change in between shows the next time; kept after it, so that whoever asks
    // meanwhile reads too and waits for the rules.
    this.#stamp = stamp;
    return state;
  }

  #take(text: string | null): PolicyState {
    if (text === null) {
      this.#text = null;
      this.#trouble = null;
      this.#rules = [];
      return (this.#state = { kind: 'absent' });
    }
    if (text === this.#text) return this.#state;
    const outcome = parsePolicy(text);
    if (!outcome.ok) return this.#bad(outcome.errors.map(describePolicyError), text);
    this.#text = text;
    this.#trouble = null;
    this.#rules = outcome.rules;
    return (this.#state = { kind: 'rules', count: outcome.rules.length });
  }

  #bad(why: readonly string[], text: string | null): PolicyState {
    this.#text = text;
    this.#rules = [];
    const trouble = why.join('; ');
    // Once per mistake, not once per request.
    if (trouble !== this.#trouble) this.#log.error({ why }, 'the policy file is not used');
    this.#trouble = trouble;
    return (this.#state = { kind: 'bad', why });
  }
}
