import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import type { CallName } from '../../../preload/contract.ts';

/** More than any answer with the sandbox's few scopes needs. */
const MOST_BYTES = 2_000_000;

const problem = z.strictObject({
  reason: z.string().min(1),
  title: z.string().min(1),
  tokens: z.string().min(1),
  next: z.string().min(1),
  detail: z.string().optional(),
});
const answer = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ ok: z.literal(false), problem }),
]);
const view = z.looseObject({
  version: z.string(),
  environment: z.strictObject({ name: z.string(), label: z.string(), fake: z.boolean() }),
  accounts: z.array(z.looseObject({ sub: z.string() })),
  groups: z.array(z.looseObject({ id: z.string(), scopes: z.array(z.looseObject({ scope: z.string() })) })),
  locked: z.boolean(),
});

/** What a page may get: a view, or an answer with a value or with a problem of three parts (CHECKLIST 59). */
export function judgeAnswer(name: CallName, value: unknown): string | null {
  const bytes = serialize(value);
  if (bytes.length > MOST_BYTES) return `${name} answered with ${bytes.length} bytes`;
  const parsed = (name === 'state.get' ? view : answer).safeParse(deserialize(bytes));
  if (parsed.success) return null;
  const [issue] = parsed.error.issues;
  return `${name} answered what is no answer: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
}
