import { z } from 'zod';
import { flowIdOfScope } from './flow-scope.ts';
import { type AuthRequirement, requirementOfRun } from './gare.ts';
import { plainText } from './plain-text.ts';

/** A flow as the app needs it (GLOBUS.md §4.4). Texts are plain and cut, but remote input all the same. */
export interface Flow {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** `globus_auth_scope`; null when it is not the scope of this very flow: never sign in with another. */
  readonly scope: string | null;
  /** URN of an identity. */
  readonly owner: string | null;
  /** `flow_owner`, `flow_starter`, …: an open set. */
  readonly role: string | null;
  readonly roles: readonly string[];
  /** A JSON Schema, unchecked; null where lists hide it (High Assurance). */
  readonly inputSchema: unknown;
  readonly highAssurance: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
}

/** A run (GLOBUS.md §4.4). */
export interface Run {
  readonly id: string;
  readonly flowId: string | null;
  readonly flowTitle: string;
  readonly label: string;
  /** `ACTIVE`, `INACTIVE`, `SUCCEEDED`, `FAILED`, `ENDED`: an open set. */
  readonly status: string;
  readonly role: string | null;
  readonly tags: readonly string[];
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** `details.code`: `FlowSucceeded`, `ConsentRequired`. */
  readonly code: string | null;
  readonly reason: string | null;
  /** What an INACTIVE run waits for, where its details say so (§6). */
  readonly requirement: AuthRequirement | null;
  readonly blockingWebInputId: string | null;
}

/** One page of a list. `skipped`: items that could not be read; one of them does not hide the others. */
export interface Page<T> {
  readonly items: readonly T[];
  /** For the next page; null on the last one. Opaque, it carries all other arguments (§4.2). */
  readonly marker: string | null;
  readonly skipped: number;
}

const text = (maximum: number) =>
  z
    .string()
    .transform((value) => plainText(value, maximum))
    .catch('');
const word = z
  .string()
  .min(1)
  .transform((value) => plainText(value, 200))
  .nullable()
  .catch(null);
const words = z.array(z.string().transform((value) => plainText(value, 200))).catch([]);
const id = z.guid().transform((value) => value.toLowerCase());
const time = z
  .string()
  .transform((value) => Date.parse(value))
  .refine((value) => Number.isFinite(value))
  .nullable()
  .catch(null);

const flowSchema = z.object({
  id,
  title: text(200),
  subtitle: text(200),
  description: text(4_096),
  keywords: words,
  globus_auth_scope: z.string().max(500).nullable().catch(null),
  flow_owner: word,
  user_role: word,
  user_roles: words,
  input_schema: z.unknown().optional(),
  is_high_assurance: z.boolean().catch(false),
  created_at: time,
  updated_at: time,
});

/** @returns null for what is no flow */
export function readFlow(value: unknown): Flow | null {
  const parsed = flowSchema.safeParse(value);
  if (!parsed.success) return null;
  const flow = parsed.data;
  const scope = flow.globus_auth_scope;
  return {
    id: flow.id,
    title: flow.title === '' ? flow.id : flow.title,
    subtitle: flow.subtitle,
    description: flow.description,
    keywords: flow.keywords,
    scope: scope !== null && !scope.includes('[') && flowIdOfScope(scope) === flow.id ? scope : null,
    owner: flow.flow_owner,
    role: flow.user_role,
    roles: flow.user_roles,
    inputSchema: flow.input_schema ?? null,
    highAssurance: flow.is_high_assurance,
    createdAt: flow.created_at,
    updatedAt: flow.updated_at,
  };
}

const runSchema = z.object({
  run_id: id,
  flow_id: id.nullable().catch(null),
  flow_title: text(200),
  label: text(200),
  status: z
    .string()
    .min(1)
    .transform((value) => plainText(value, 40)),
  user_role: word,
  tags: words,
  start_time: time,
  completion_time: time,
  blocking_web_input_id: id.nullable().catch(null),
  details: z.unknown().optional(),
});
const runDetails = z.object({ code: word, description: word }).catch({ code: null, description: null });

/** @returns null for what is no run */
export function readRun(value: unknown): Run | null {
  const parsed = runSchema.safeParse(value);
  if (!parsed.success) return null;
  const run = parsed.data;
  const details = runDetails.parse(run.details);
  return {
    id: run.run_id,
    flowId: run.flow_id,
    flowTitle: run.flow_title,
    label: run.label,
    status: run.status,
    role: run.user_role,
    tags: run.tags,
    startedAt: run.start_time,
    completedAt: run.completion_time,
    code: details.code,
    reason: details.description,
    // Old requirements stay in the details of runs that went on: only a waiting run still has one.
    requirement: run.status === 'INACTIVE' ? requirementOfRun(run.details) : null,
    blockingWebInputId: run.blocking_web_input_id,
  };
}

const pageSchema = z.object({
  marker: z.string().min(1).max(20_000).nullable().catch(null),
  has_next_page: z.boolean().nullable().catch(null),
});

/**
 * @param name field that holds the items: `flows`
 * @returns null for what is no page
 */
export function readPage<T>(value: unknown, name: string, read: (item: unknown) => T | null): Page<T> | null {
  const page = pageSchema.safeParse(value);
  const list = z.object({ [name]: z.array(z.unknown()) }).safeParse(value);
  if (!page.success || !list.success) return null;
  const all = list.data[name] ?? [];
  const items = all.map(read).filter((item) => item !== null);
  const last = page.data.has_next_page === false;
  return { items, marker: last ? null : page.data.marker, skipped: all.length - items.length };
}
