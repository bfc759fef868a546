import { createHash } from 'node:crypto';
import { z } from 'zod';
import { JsonTextError, parseLocatedJson } from './located-json.ts';
import { isInterpreter, saysWhatRuns } from './programs.ts';
import { programPath, scriptPath, sha256 } from './rules-schema.ts';
import type { Rule } from './rule.ts';

/** `line` is 1-based; `field` like `rules[0].script`, empty for the document itself. */
export interface PolicyError {
  readonly line: number;
  readonly field: string;
  readonly message: string;
}

export type PolicyOutcome =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  | { readonly ok: false; readonly errors: readonly PolicyError[] };

/**
 * The policy file of an agent without a window: the same rules as a person's answers make, written by hand.
 * With one error in it none of its rules count. IDs come from what a rule says, so that the audit log names
 * the same rule by the same ID after a restart.
 */
export function parsePolicy(text: string): PolicyOutcome {
  try {
    const located = parseLocatedJson(text);
    const parsed = policy.safeParse(located.value);
    if (parsed.success) return { ok: true, rules: parsed.data.rules.map(toRule) };
    const errors = parsed.error.issues.flatMap((issue) =>
      pathsOf(issue).map((path) => ({
        line: located.lineOf(path),
        field: fieldName(path),
        message: wording(issue),
      })),
    );
    return { ok: false, errors };
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return { ok: false, errors: [{ line: error.line, field: '', message: error.message }] };
  }
}

/** "line 7, rules[0].script: must be an absolute path" */
export function describePolicyError({ line, field, message }: PolicyError): string {
  return field === '' ? `line ${line}: ${message}` : `line ${line}, ${field}: ${message}`;
}

const text = z.string().min(1);
const rule = z
  .strictObject({
    note: z.string().optional(),
    program: programPath,
    script: scriptPath.optional(),
    sha256: sha256.optional(),
    scope: text.refine((scope) => scope.includes(':') || OPENID.has(scope), {
      message: 'must be the full scope string, as `globus-token scopes --json` shows it',
    }),
    account: text,
    answer: z.enum(['allow', 'deny']),
    until: z.iso.datetime({ offset: true, message: 'must be a time like 2030-12-31T00:00:00Z' }).optional(),
  })
  .refine((one) => one.sha256 === undefined || one.script !== undefined, {
    message: 'is the hash of a script, and no script is named',
    path: ['sha256'],
  })
  .refine((one) => one.answer === 'deny' || one.script === undefined || saysWhatRuns(one.script), {
    message: 'runs what others hand it, so a rule about it would be about all of that: name what it runs',
    path: ['script'],
  })
  .refine(
    (one) =>
      one.answer === 'deny' ||
      (one.script === undefined ? !isInterpreter(one.program) : one.sha256 !== undefined),
    { message: 'needs "script" and its "sha256": an interpreter alone may run anything', path: ['program'] },
  );
const policy = z.strictObject({
  version: z.literal(1),
  note: z.union([z.string(), z.array(z.string())]).optional(),
  /** Checked like rules and not applied. */
  examples: z.array(rule).optional(),
  rules: z.array(rule).max(2000),
});

/** Scopes of OpenID Connect have no colon (OpenID Connect Core 1.0 §5.4). */
const OPENID = new Set(['openid', 'profile', 'email']);

function toRule(one: z.infer<typeof rule>): Rule {
  const isSub = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(one.account);
  const { note: _note, ...said } = one;
  return {
    id: `p-${createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 8)}`,
    subject: {
      kind: 'program',
      program: one.program,
      script: one.script === undefined ? null : { path: one.script, inode: null, sha256: one.sha256 ?? null },
      inline: false,
      during: null,
    },
    scope: one.scope,
    account: isSub ? { sub: one.account, username: null } : { sub: null, username: one.account },
    answer: one.answer,
    since: 0,
    until: one.until === undefined ? null : Date.parse(one.until),
  };
}

/** An unknown field is an error where it stands, not where its object begins. */
function pathsOf(issue: z.core.$ZodIssue): PropertyKey[][] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key]);
  return [issue.path];
}

function wording(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? 'there is no such field' : issue.message;
}

function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

/** Allows nobody anything; what the first `globus-token login` on a server offers to write. */
export const STARTER_POLICY = `${JSON.stringify(
  {
    version: 1,
    note: [
      'Who gets tokens of Globus Token Tray without being asked. No rule: the request waits for an answer',
      'in "globus-token approvals". A denying rule counts before an allowing one. A shell at a terminal has',
      'no rule here: it is asked about, and allowed until that terminal closes at the longest.',
      'program: its real path, as "readlink -f" prints it. script and sha256 (of "sha256sum"): needed to',
      'allow an interpreter; a changed script is asked about again. scope: the full scope string, as',
      '"globus-token scopes --json" prints it. account: username or identity ID. until: optional.',
      'Copy an example into "rules" and change it; examples are not applied.',
    ],
    examples: [
      {
        note: 'A nightly job may look at runs',
        program: '/usr/bin/bash',
        script: '/home/ada/jobs/watch-runs.sh',
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        scope: 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/run_status',
        account: 'ada@university.example',
        answer: 'allow',
        until: '2030-12-31T00:00:00Z',
      },
    ],
    rules: [],
  },
  null,
  2,
)}\n`;
