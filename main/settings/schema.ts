import { z } from 'zod';
import { formatScope, parseScope, rootOf } from '../globus/scope-string.ts';
import { SETTINGS_VERSION, defaultSettings } from './defaults.ts';
import type { Settings } from './types.ts';

/** Longest scope string we keep: flow scopes with many dependent collections stay far below it. */
const MAX_SCOPE_LENGTH = 4_000;
const MAX_ENTRIES = 1_000;
/** Latest time a Date can hold; keeps `new Date(value)` valid wherever a stored time is shown. */
const MAX_TIME = 8_640_000_000_000_000;

const scope = z.string().min(1).max(MAX_SCOPE_LENGTH).regex(/^\S+$/);
/** One spelling per meaning, so that entries can be compared as texts. */
const entry = z
  .string()
  .min(1)
  .max(MAX_SCOPE_LENGTH)
  .refine((text) => {
    const parsed = parseScope(text);
    return parsed.ok && formatScope(parsed.scope) === text;
  }, 'is no scope');
const sub = z.string().min(1).max(200);
const time = z.number().int().min(0).max(MAX_TIME);
/** Globus client IDs are UUIDs of any version (GLOBUS.md §1.5). */
export const clientIdSchema = z.guid();

const grant = z.strictObject({
  name: z.string().min(1).max(1_000),
  environment: z.enum(['production', 'preview', 'demo']),
  clientId: clientIdSchema,
  sub,
  username: z.string().max(500),
  displayName: z.string().max(500),
  resourceServer: z.string().min(1).max(500),
  scopes: z.array(scope).max(MAX_ENTRIES),
  backend: z.enum(['memory', 'passphrase']).optional(),
  isolated: z.literal(true).optional(),
  grantedAt: time,
  lastUsedAt: time,
});

const flow = z.strictObject({
  id: z.guid(),
  title: z.string().max(500),
  scope,
  role: z.string().max(100).nullable(),
  collections: z.array(z.guid()).max(MAX_ENTRIES),
  checkedAt: time,
  environment: z.enum(['production', 'preview', 'demo']),
});

const vaultFile = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  generation: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
});

export const notices = z.strictObject({
  approval: z.boolean(),
  expiry: z.boolean(),
  signIn: z.boolean(),
  copied: z.boolean(),
  keychain: z.boolean(),
});

/** Modifiers and one key: "CommandOrControl+Shift+G" (Electron's "Accelerator"). */
export const paletteKeys = z
  .string()
  .max(60)
  .regex(/^(?:[A-Za-z]+\+){1,4}(?:[A-Za-z0-9]+|[^\s+A-Za-z0-9])$/)
  .nullable();

export const updates = z.enum(['auto', 'off']);

/** Of a screen: the window is brought back into sight where none is there any more. */
const pixel = z.number().int().min(-100_000).max(100_000);
const windowBounds = z.strictObject({
  x: pixel,
  y: pixel,
  width: pixel.min(100),
  height: pixel.min(100),
});

const fields = {
  version: z.literal(SETTINGS_VERSION),
  clientId: clientIdSchema.nullable(),
  environment: z.enum(['production', 'preview']),
  scopeEntries: z.array(entry).max(MAX_ENTRIES).refine(onePerRoot, 'two entries of one scope'),
  clearAfterSeconds: z.number().int().min(5).max(600),
  vaultBackend: z.enum(['keychain', 'passphrase', 'memory']).nullable(),
  vaultFile: vaultFile.nullable(),
  oidcAgent: z.boolean(),
  denyAll: z.boolean(),
  defaultAccount: sub.nullable(),
  flows: z.array(flow).max(MAX_ENTRIES),
  keepAlive: z.boolean(),
  notices,
  paletteKeys,
  paletteAsked: z.boolean(),
  clearOnQuit: z.boolean(),
  windowBounds: windowBounds.nullable(),
  updates,
  letterKeys: z.boolean(),
  grants: z.array(grant).max(MAX_ENTRIES),
};

function onePerRoot(entries: readonly string[]): boolean {
  return new Set(entries.map(rootOf)).size === entries.length;
}

/**
 * The whole settings file, current version. Strict: a field that this build does not know makes the file
 * invalid rather than silently dropped, and nothing secret can ride along in one.
 */
export const settingsSchema: z.ZodType<Settings> = z.strictObject(fields);

/**
 * Everything usable in a file that failed the schema: each field counts by itself, each grant by itself,
 * the rest comes from `base` (the last good state). Grants matter most, because they name the entries in
 * the keychain: a typing mistake elsewhere must not make stored sign-ins unreachable (CHECKLIST 55).
 */
export function salvageSettings(value: unknown, base: Settings = defaultSettings()): Settings {
  if (typeof value !== 'object' || value === null) return base;
  const found = value as Record<string, unknown>;
  const salvaged = { ...base };
  const keep = <K extends keyof Settings>(key: K, schema: z.ZodType<Settings[K]>) => {
    const parsed = schema.safeParse(found[key]);
    if (parsed.success) salvaged[key] = parsed.data;
  };
  keep('clientId', fields.clientId);
  keep('environment', fields.environment);
  salvaged.scopeEntries = salvageEntries(found['scopeEntries'], base.scopeEntries);
  keep('clearAfterSeconds', fields.clearAfterSeconds);
  keep('vaultBackend', fields.vaultBackend);
  keep('vaultFile', fields.vaultFile);
  keep('oidcAgent', fields.oidcAgent);
  keep('defaultAccount', fields.defaultAccount);
  keep('flows', fields.flows);
  keep('keepAlive', fields.keepAlive);
  keep('notices', fields.notices);
  keep('paletteKeys', fields.paletteKeys);
  keep('paletteAsked', fields.paletteAsked);
  keep('clearOnQuit', fields.clearOnQuit);
  keep('windowBounds', fields.windowBounds);
  // What cannot be read may have meant "off": nobody is asked for updates until the user says so again.
  salvaged.updates = salvageUpdates(found['updates'], base.updates);
  // What cannot be read may have meant "off": a letter that slips must not act again by itself.
  salvaged.letterKeys = found['letterKeys'] === undefined ? base.letterKeys : found['letterKeys'] === true;
  // What cannot be read may have meant "on": the user can turn it off, a script could not be called back.
  salvaged.denyAll = found['denyAll'] === undefined ? base.denyAll : found['denyAll'] !== false;
  salvaged.grants = salvageGrants(found['grants'], base.grants);
  return salvaged;
}

function salvageUpdates(value: unknown, base: Settings['updates']): Settings['updates'] {
  return value === undefined ? base : value === 'auto' ? 'auto' : 'off';
}

/** Each entry by itself: one that no build could read must not cost the others. */
function salvageEntries(value: unknown, base: readonly string[]): string[] {
  if (!Array.isArray(value)) return [...base];
  const good = value.flatMap((one: unknown) => {
    const parsed = entry.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
  const byRoot = new Map(good.map((text) => [rootOf(text), text]));
  return [...byRoot.values()].slice(0, MAX_ENTRIES);
}

function salvageGrants(value: unknown, base: Settings['grants']): Settings['grants'] {
  if (!Array.isArray(value)) return base;
  const kept = value.slice(0, MAX_ENTRIES).flatMap((entry: unknown) => {
    const parsed = grant.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
  if (kept.length === value.length) return kept;
  const names = new Set(kept.map((entry) => entry.name));
  return [...kept, ...base.filter((entry) => !names.has(entry.name))].slice(0, MAX_ENTRIES);
}
