import { createAgent, type Agent } from '../../../main/agent.ts';
import { PRODUCTION } from '../../../main/globus/environments.ts';
import { dataAccessScope, flowScope } from '../../../main/globus/flow-scope.ts';
import { SERVICES } from '../../../main/globus/catalog.ts';
import type { GrantRecord } from '../../../main/settings/types.ts';
import { MemorySettingsStore } from '../../../main/settings/store.ts';
import { uuidOf } from '../../sandbox/flows/values.ts';
import { FakeClock, RecordingLog } from '../../support/agent-parts.ts';
import { DurableVault } from '../../support/durable-vault.ts';

const ENTRIES = 500;
const FLOWS = 50;
const ACCOUNTS = 10;
const CLIENT_ID = uuidOf('client');
/** Where its clock stands, milliseconds since the epoch. */
export const NOW = Date.UTC(2026, 5, 1);

/** The largest agent that must stay fast (CHECKLIST 57); it speaks to nobody and its clock stands still. */
export function largeAgent(): { agent: Agent; close: () => void } {
  const clock = new FakeClock(NOW);
  const flowIds = Array.from({ length: FLOWS }, (_, index) => uuidOf(`flow ${index}`));
  const catalog = SERVICES.flatMap(({ scopes }) => scopes.map(({ scope }) => scope));
  const fixed = [...catalog, ...flowIds.map(flowScope)];
  const collections = Array.from({ length: ENTRIES - fixed.length }, (_, index) =>
    dataAccessScope(uuidOf(`collection ${index}`)),
  );
  const scopeEntries = [...fixed, ...collections];
  const settings = new MemorySettingsStore({
    clientId: CLIENT_ID,
    scopeEntries,
    flows: flowIds.map((id, index) => ({
      id,
      title: `Flow ${index}: from the instrument to the archive`,
      scope: flowScope(id),
      role: 'flow_owner',
      collections: [uuidOf(`collection ${index}`)],
      checkedAt: NOW,
      environment: 'production',
    })),
    grants: Array.from({ length: ACCOUNTS }, (_, index) => grantsOf(index, catalog, flowIds, NOW)).flat(),
  });
  const agent = createAgent({
    clock,
    random: () => 0.5,
    fetch: () => Promise.reject(new Error('the bench asks nobody')),
    openBrowser: () => Promise.reject(new Error('the bench has no browser')),
    vault: new DurableVault(),
    settings,
    log: new RecordingLog(),
    hostname: 'lab-pc',
    environment: PRODUCTION,
  });
  return { agent, close: () => agent.close() };
}

/** One grant of the Flows service and one of each flow. */
function grantsOf(
  account: number,
  catalog: readonly string[],
  flowIds: readonly string[],
  now: number,
): GrantRecord[] {
  const sub = uuidOf(`account ${account}`);
  const grant = (resourceServer: string, scopes: string[]): GrantRecord => ({
    name: `production/${CLIENT_ID}/${sub}/${resourceServer}/1`,
    environment: 'production',
    clientId: CLIENT_ID,
    sub,
    username: `person${account}@uni.example`,
    displayName: `Person ${account}`,
    resourceServer,
    scopes,
    grantedAt: now,
    lastUsedAt: now,
  });
  const flowsService = catalog.filter((scope) => scope.includes('eec9b274'));
  return [grant('flows.globus.org', flowsService), ...flowIds.map((id) => grant(id, [flowScope(id)]))];
}
