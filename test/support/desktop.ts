import type { AppView, RecipeView, ScopeView } from '../../preload/contract.ts';
import type { AgentSnapshot } from '../../main/agent-types.ts';
import type { ClipboardPort } from '../../main/desktop/clipboard-port.ts';
import { demoEnvironment, PRODUCTION } from '../../main/globus/environments.ts';
import { FLOWS_SCOPES } from '../../main/globus/scopes.ts';
import type { ScopeStatus } from '../../main/tokens/status.ts';
import { CLIENT_ID } from './settings.ts';
import { keychainView } from './vault-views.ts';

export const NOW = Date.UTC(2026, 0, 30, 12);
export const HOUR = 3_600_000;
export const DEMO = demoEnvironment({ auth: 4001, flows: 4002 });

/** A clipboard that other programs can write to; `deaf` loses what is written, as Wayland may. */
export class MemoryClipboard implements ClipboardPort {
  text = '';
  deaf = false;
  broken = false;
  readonly writes: { text: string; concealed: boolean }[] = [];

  async write(text: string, concealed: boolean): Promise<void> {
    await Promise.resolve();
    if (this.broken) throw new Error('no clipboard');
    this.writes.push({ text, concealed });
    if (!this.deaf) this.text = text;
  }

  async read(): Promise<string> {
    await Promise.resolve();
    if (this.broken) throw new Error('no clipboard');
    return this.text;
  }

  async clear(): Promise<void> {
    await Promise.resolve();
    this.text = '';
  }
}

/** The n-th scope of the catalog, ready, with 47 h to go. */
export function scopeStatus(index: number, change: Partial<ScopeStatus> = {}): ScopeStatus {
  const entry = FLOWS_SCOPES[index];
  if (entry === undefined) throw new RangeError(`the catalog has no scope ${index}`);
  const expiresAt = NOW + 47.5 * HOUR;
  return {
    entry,
    state: 'ready',
    expiresAt,
    lifetime: 48 * HOUR,
    others: [],
    isolated: false,
    forecast: { tokenEndsAt: expiresAt, grantEndsAt: null, policyEndsAt: null },
    ...change,
  };
}

const ADA = { sub: '1', username: 'ada@example.org', displayName: 'Ada Lovelace' };

/** Signed in on production, one ready scope. */
export function agentSnapshot(change: Partial<AgentSnapshot> = {}): AgentSnapshot {
  return {
    environment: PRODUCTION,
    clientId: CLIENT_ID,
    account: ADA,
    accounts: [{ ...ADA, isDefault: true }],
    flows: [],
    vault: { backend: 'keychain', label: 'GNOME Keyring', persistent: true, status: 'ready' },
    online: true,
    locked: false,
    scopes: [scopeStatus(0)],
    signIn: { phase: 'idle' },
    problem: null,
    clockSkew: null,
    ...change,
  };
}

const RECIPE: RecipeView = {
  id: 'list-flows',
  title: 'List my flows',
  method: 'GET',
  path: '/flows',
  readOnly: true,
  placeholders: [],
  preview: 'curl •••',
};

export function scopeView(change: Partial<ScopeView> = {}): ScopeView {
  return {
    scope: 'https://auth.globus.org/scopes/x/view_flows',
    name: 'view_flows',
    definition: 'Grants ability to view flows',
    state: 'ready',
    expiresAt: NOW + 47.5 * HOUR,
    lifetime: 48 * HOUR,
    alsoAllows: [],
    kind: 'service',
    isolated: false,
    removable: true,
    forecast: { tokenEndsAt: NOW + 47.5 * HOUR, grantEndsAt: null, policyEndsAt: null },
    flow: null,
    recipes: [RECIPE],
    ...change,
  };
}

/** Signed in, with the given scopes in one group. */
export function view(scopes: ScopeView[], change: Partial<AppView> = {}): AppView {
  return {
    version: '1.2.3',
    environment: { name: 'production', label: 'Globus', fake: false },
    clientId: CLIENT_ID,
    tutorialClient: false,
    account: { username: 'ada@example.org', displayName: 'Ada Lovelace', initials: 'AL' },
    accounts: [
      { sub: '1', username: 'ada@example.org', displayName: 'Ada Lovelace', initials: 'AL', isDefault: true },
    ],
    vault: keychainView(),
    online: true,
    locked: false,
    groups: [{ id: 'flows.globus.org', title: 'Flows', note: 'one token for one scope', scopes }],
    tools: [{ id: 'curl', label: 'curl', modes: ['fetched', 'variable', 'literal'] }],
    settings: {
      keepAlive: false,
      notices: { approval: true, expiry: true, signIn: true, copied: true, keychain: true },
      clearAfterSeconds: 45,
      clearOnQuit: true,
      updates: 'auto',
      letterKeys: true,
    },
    signIn: { phase: 'idle' },
    clipboard: null,
    problem: null,
    clockSkew: null,
    now: NOW,
    ...change,
  };
}
