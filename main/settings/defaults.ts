import { FLOWS_SCOPES } from '../globus/scopes.ts';
import type { Settings } from './types.ts';

/** The schema version that this build reads and writes. */
export const SETTINGS_VERSION = 8;

/** Free on the desktops that we know; whoever has another use for them changes them in the settings. */
export const DEFAULT_PALETTE_KEYS = 'CommandOrControl+Shift+G';

/**
 * What a fresh install starts with. There is no default client ID: the user registers one, or takes the
 * tutorial one as an explicit choice (GLOBUS.md §1.5). No vault backend is chosen either (CHECKLIST 26).
 */
export function defaultSettings(): Settings {
  return {
    version: SETTINGS_VERSION,
    clientId: null,
    environment: 'production',
    scopeEntries: FLOWS_SCOPES.map((entry) => entry.scope),
    clearAfterSeconds: 45,
    vaultBackend: null,
    vaultFile: null,
    oidcAgent: false,
    denyAll: false,
    defaultAccount: null,
    flows: [],
    keepAlive: false,
    notices: { approval: true, expiry: true, signIn: true, copied: true, keychain: true },
    paletteKeys: DEFAULT_PALETTE_KEYS,
    paletteAsked: false,
    clearOnQuit: true,
    windowBounds: null,
    updates: 'auto',
    letterKeys: true,
    grants: [],
  };
}
