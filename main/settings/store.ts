import { defaultSettings } from './defaults.ts';
import { settingsSchema } from './schema.ts';
import type { Settings, SettingsStore } from './types.ts';

/** A change that could not be stored. Nothing changed, in memory or on disk. */
export class SettingsWriteError extends Error {
  override readonly name = 'SettingsWriteError';
  readonly reason: 'read-only' | 'invalid' | 'failed';

  constructor(reason: 'read-only' | 'invalid' | 'failed', message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/**
 * Settings that live as long as the process: for tests and for an agent without a data folder. Same rules
 * as the file store: an invalid change throws and changes nothing, and no caller can reach the inside.
 */
export class MemorySettingsStore implements SettingsStore {
  readonly recovered = null;
  #settings: Settings;

  constructor(initial: Partial<Settings> = {}) {
    this.#settings = frozen(checkedSettings({ ...defaultSettings(), ...initial }));
  }

  get(): Settings {
    return this.#settings;
  }

  update(change: (settings: Settings) => Settings): void {
    this.#settings = frozen(checkedSettings(change(structuredClone(this.#settings))));
  }
}

/** @throws SettingsWriteError `invalid`, naming the field. */
export function checkedSettings(value: unknown): Settings {
  const parsed = settingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SettingsWriteError(
    'invalid',
    `settings: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

/** Everybody reads the same object, hundreds of times a second: nobody may change it. */
export function frozen(settings: Settings): Settings {
  if (Object.isFrozen(settings)) return settings;
  for (const grant of settings.grants) {
    Object.freeze(grant.scopes);
    Object.freeze(grant);
  }
  if (settings.vaultFile !== null) Object.freeze(settings.vaultFile);
  for (const flow of settings.flows) {
    Object.freeze(flow.collections);
    Object.freeze(flow);
  }
  Object.freeze(settings.flows);
  Object.freeze(settings.grants);
  Object.freeze(settings.scopeEntries);
  return Object.freeze(settings);
}
