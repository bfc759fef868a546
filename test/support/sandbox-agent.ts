import { type Agent, createAgent } from '../../main/agent.ts';
import type { Clock, Fetch } from '../../main/effects.ts';
import { demoEnvironment } from '../../main/globus/environments.ts';
import { FLOWS_SCOPES } from '../../main/globus/scopes.ts';
import { MemorySettingsStore } from '../../main/settings/store.ts';
import type { ImportPlaces } from '../../main/imports/places.ts';
import type { Vault } from '../../main/vault/types.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { approveInProcess } from '../sandbox/visitor.ts';
import { realClock, RecordingLog } from './agent-parts.ts';
import { DurableVault } from './durable-vault.ts';

export const ALL_SCOPES = FLOWS_SCOPES.map((entry) => entry.scope);

export function scopeOf(name: string): string {
  const found = FLOWS_SCOPES.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`no scope ${name}`);
  return found.scope;
}

export interface Visit {
  /** Username to sign in as; the sandbox's first user when absent. */
  username?: string;
  deny?: boolean;
  /** Decides by the authorize URL; `deny` counts as well. */
  denies?: (authorize: URL) => boolean;
  /** Changes the redirect before it is followed; null: it is not followed at all. */
  redirect?: (url: URL) => URL | null;
}

export interface SandboxAgent {
  agent: Agent;
  settings: MemorySettingsStore;
  vault: Vault;
  log: RecordingLog;
  /** Every address that the app asked the system browser to open. */
  opened: string[];
  /** Every authorize URL that the person answered: those that were opened, and those redirected to. */
  consented: string[];
  /** How the next visit goes. */
  visit: Visit;
  /** Texts of the answer pages, in order. */
  pages: string[];
}

export interface SandboxAgentOptions {
  clock?: Clock;
  /** Of the jitter; always in the middle when absent. */
  random?: () => number;
  vault?: Vault;
  settings?: MemorySettingsStore;
  clientId?: string;
  fetch?: Fetch;
  openBrowser?: (url: string) => Promise<void>;
  places?: ImportPlaces;
}

/** The real agent against the sandbox, with a scripted person at the consent page. */
export function sandboxAgent(sandbox: Sandbox, options: SandboxAgentOptions = {}): SandboxAgent {
  const clientId = options.clientId ?? [...sandbox.clients][0] ?? '';
  const parts: Omit<SandboxAgent, 'agent'> = {
    settings: options.settings ?? new MemorySettingsStore({ clientId, scopeEntries: ALL_SCOPES }),
    vault: options.vault ?? new DurableVault(),
    log: new RecordingLog(),
    opened: [],
    consented: [],
    visit: {},
    pages: [],
  };
  const follow = async (url: string): Promise<void> => {
    parts.opened.push(url);
    let next: string | null = url;
    while (next !== null) {
      parts.consented.push(next);
      const { redirect = (address: URL) => address, denies, username, deny } = parts.visit;
      const target = redirect(
        new URL(
          await approveInProcess(next, {
            ...(username === undefined ? {} : { username }),
            deny: deny === true || denies?.(new URL(next)) === true,
          }),
        ),
      );
      if (target === null) return;
      const page = await fetch(target, { redirect: 'manual' });
      parts.pages.push(await page.text());
      next = page.headers.get('location');
    }
  };
  const agent = createAgent({
    clock: options.clock ?? realClock,
    random: options.random ?? (() => 0.5),
    fetch: options.fetch ?? fetch,
    vault: parts.vault,
    settings: parts.settings,
    log: parts.log,
    hostname: 'lab-pc.local',
    environment: demoEnvironment({ auth: sandbox.auth.port, flows: sandbox.flows.port }),
    openBrowser: options.openBrowser ?? follow,
    ...(options.places === undefined ? {} : { places: options.places }),
  });
  return { agent, ...parts, visit: parts.visit };
}

/** A fetch that changes the provider's metadata on its way in. */
export function withMetadata(patch: Record<string, unknown>): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!String(url).endsWith('/.well-known/openid-configuration')) return response;
    const metadata = (await response.json()) as Record<string, unknown>;
    const body = Object.fromEntries(
      Object.entries({ ...metadata, ...patch }).filter(([, value]) => value !== undefined),
    );
    return Response.json(body);
  };
}
