import { FLOWS_SCOPES } from '../globus/scopes.ts';
import { DEFAULT_PALETTE_KEYS, SETTINGS_VERSION } from './defaults.ts';

/** What a fresh install of version 1 started with. */
const VERSION_1 = {
  version: 1,
  clientId: null,
  environment: 'production',
  scopeEntries: FLOWS_SCOPES.map((entry) => entry.scope),
  clearAfterSeconds: 45,
  vaultBackend: null,
  grants: [],
};

export type Migrated =
  { ok: true; value: unknown; from: number } | { ok: false; why: 'no version' | 'unknown version' };

/** One step each: index n turns a file of version n into one of version n + 1. */
const STEPS: readonly ((old: Record<string, unknown>) => Record<string, unknown>)[] = [
  fromVersion0,
  fromVersion1,
  fromVersion2,
  fromVersion3,
  fromVersion4,
  fromVersion5,
  fromVersion6,
  fromVersion7,
];

/**
 * Brings a parsed settings file up to the current version. The result is still unchecked: the schema has
 * the last word. A file from a newer build is refused, never guessed at.
 */
export function migrateSettings(value: unknown): Migrated {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, why: 'no version' };
  let current = value as Record<string, unknown>;
  const from = versionOf(current);
  if (from === null) return { ok: false, why: 'no version' };
  if (from > SETTINGS_VERSION) return { ok: false, why: 'unknown version' };
  for (const step of STEPS.slice(from)) current = step(current);
  return { ok: true, value: current, from };
}

function versionOf(value: Record<string, unknown>): number | null {
  const version = value['version'];
  // Version 0 carried no number: it is recognised by its one field.
  if (version === undefined) return typeof value['client_id'] === 'string' ? 0 : null;
  return typeof version === 'number' && Number.isInteger(version) && version >= 0 ? version : null;
}

/**
 * 0 → 1. The file of version 0 is what people wrote by hand, and what a provisioning script may still lay
 * down before the first start: `{ "client_id": "<uuid>" }`, optionally with `"clear_after"` in seconds.
 * Everything else begins at its default.
 */
function fromVersion0(old: Record<string, unknown>): Record<string, unknown> {
  const clearAfter = old['clear_after'];
  return {
    ...VERSION_1,
    clientId: old['client_id'],
    ...(clearAfter === undefined ? {} : { clearAfterSeconds: clearAfter }),
  };
}

/** 1 → 2. The oidc-agent socket, and a deny-all switch that is kept; both began as off. */
function fromVersion1(old: Record<string, unknown>): Record<string, unknown> {
  return { ...old, version: 2, oidcAgent: false, denyAll: false };
}

/** 2 → 3. Several accounts, kept flows, and two switches; a grant of before is not isolated. */
function fromVersion2(old: Record<string, unknown>): Record<string, unknown> {
  return { ...old, version: 3, defaultAccount: null, flows: [], keepAlive: false, notifications: true };
}

/** 3 → 4. The passphrase file as a third place for sign-ins; there was none before. */
function fromVersion3(old: Record<string, unknown>): Record<string, unknown> {
  return { ...old, version: 4, vaultFile: null };
}

/** 4 → 5. One switch per kind of notification, the palette, and where the window was. */
function fromVersion4({ notifications, ...old }: Record<string, unknown>): Record<string, unknown> {
  const on = notifications !== false;
  return {
    ...old,
    version: 5,
    notices: { approval: on, expiry: on, signIn: on, copied: on, keychain: on },
    paletteKeys: DEFAULT_PALETTE_KEYS,
    clearOnQuit: true,
    windowBounds: null,
  };
}

/** 5 → 6. Updates, which people can switch off; no build of before had any. */
function fromVersion5(old: Record<string, unknown>): Record<string, unknown> {
  return { ...old, version: 6, updates: 'auto' };
}

/** 6 → 7. Keys that the desktop gives; none was asked for any. */
function fromVersion6(old: Record<string, unknown>): Record<string, unknown> {
  return { ...old, version: 7, paletteAsked: false };
}

/** 7 → 8. Single-letter keys of the window can be switched off; they always worked before. */
function fromVersion7(old: Record<string, unknown>): Record<string, unknown> {
  return { ...old, version: 8, letterKeys: true };
}
