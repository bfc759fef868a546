import { z } from 'zod';
import { isHelper, isInterpreter, saysWhatRuns } from './programs.ts';
import type { Rule } from './rule.ts';

const text = z.string().min(1).max(8192);
const absolute = text.refine((path) => path.startsWith('/') || /^[A-Za-z]:\\|^\\\\/.test(path), {
  message: 'must be an absolute path',
});
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { message: 'must be 64 lower-case hex digits' });

export const programPath = absolute.refine((path) => !isHelper(path), {
  message: 'is a helper that works for any program, so no rule can be about it',
});
export const scriptPath = absolute;

const stored = z.strictObject({
  id: z.string().regex(/^r-[0-9a-f]{8}$/),
  program: absolute,
  script: z.strictObject({ path: scriptPath, inode: text.nullable(), sha256: sha256.nullable() }).nullable(),
  scope: text,
  account: z.strictObject({ sub: text, username: text }),
  answer: z.enum(['allow', 'deny']),
  since: z.number(),
});

/** What is kept on disk: answers without an end. Shorter ones end with the agent at the latest. */
const file = z.strictObject({ version: z.literal(1), rules: z.array(stored).max(5000) });

/** Is this enough to say what will run? The same limit as `offersFor` sets for prompts. */
export function isPinned(program: string, script: { path: string; sha256: string | null } | null): boolean {
  return script === null ? !isInterpreter(program) : script.sha256 !== null && saysWhatRuns(script.path);
}

export interface ReadRules {
  readonly rules: Rule[];
  /** IDs of the rules that no longer may be, because more programs are known to run what others tell them. */
  readonly dropped: readonly string[];
}

/**
 * A rule that no answer could make today is left out, and only that one: an update that knows more helpers and
 * interpreters takes nobody's other answers away. A "never" always stays: it gives nothing.
 *
 * @throws when the text is not exactly what `writeRules` writes: no part of it counts then.
 */
export function readRules(text: string): ReadRules {
  const value: unknown = JSON.parse(text);
  const rules: Rule[] = [];
  const dropped: string[] = [];
  for (const { program, script, ...rule } of file.parse(value).rules) {
    if (rule.answer === 'deny' || (!isHelper(program) && isPinned(program, script))) {
      const subject = { kind: 'program' as const, program, script, inline: false, during: null };
      rules.push({ ...rule, subject, until: null });
    } else {
      dropped.push(rule.id);
    }
  }
  return { rules, dropped };
}

export function writeRules(rules: readonly Rule[]): string {
  const kept = rules.flatMap(({ subject, until, ...rule }) =>
    subject.kind === 'program' && isLasting({ subject, until })
      ? [{ ...rule, program: subject.program, script: subject.script }]
      : [],
  );
  return `${JSON.stringify({ version: 1, rules: kept }, null, 2)}\n`;
}

/** Start times of processes repeat after a reboot, so a rule that names a process may not outlive the agent. */
export function isLasting({ subject, until }: Pick<Rule, 'subject' | 'until'>): boolean {
  return until === null && subject.kind === 'program' && subject.during === null && !subject.inline;
}
