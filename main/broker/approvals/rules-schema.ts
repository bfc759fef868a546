import { z } from 'zod';
import { isHelper, isInterpreter } from './programs.ts';
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

const stored = z
  .strictObject({
    id: z.string().regex(/^r-[0-9a-f]{8}$/),
    program: programPath,
    script: z
      .strictObject({ path: scriptPath, inode: text.nullable(), sha256: sha256.nullable() })
      .nullable(),
    scope: text,
    account: z.strictObject({ sub: text, username: text }),
    answer: z.enum(['allow', 'deny']),
    since: z.number(),
  })
  .refine(({ answer, program, script }) => answer === 'deny' || isPinned(program, script), {
    message: 'an interpreter is allowed only with a script and its hash',
  });

/** What is kept on disk: answers without an end. Shorter ones end with the agent at the latest. */
const file = z.strictObject({ version: z.literal(1), rules: z.array(stored).max(5000) });

/** Is this enough to say what will run? The same limit as `offersFor` sets for prompts. */
export function isPinned(program: string, script: { sha256: string | null } | null): boolean {
  return script === null ? !isInterpreter(program) : script.sha256 !== null;
}

/** @throws when the text is not exactly what `writeRules` writes: no part of it counts then. */
export function readRules(text: string): Rule[] {
  const value: unknown = JSON.parse(text);
  return file.parse(value).rules.map(({ program, script, ...rule }) => ({
    ...rule,
    subject: { kind: 'program' as const, program, script, inline: false, during: null },
    until: null,
  }));
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
