import { CATALOG } from '../../main/globus/catalog.ts';
import { flowScope } from '../../main/globus/flow-scope.ts';
import type { FlowRecord } from '../../main/settings/types.ts';
import { HELLO_FLOW_ID, PASS_FLOW_ID, SAMPLE_FLOW_IDS } from '../sandbox/flows/seed.ts';

/** As many as the app has to bear (CHECKLIST 57). */
export const ACCOUNTS = 10;
const MOST_ENTRIES = 500;
const MOST_FLOWS = 50;

const flowIds = [HELLO_FLOW_ID, PASS_FLOW_ID, ...SAMPLE_FLOW_IDS];
/** Those that the fake Globus does not know are kept all the same; nobody signs in for them. */
for (let number = 0; flowIds.length < MOST_FLOWS; number++) {
  flowIds.push(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
}

export const FLOWS: readonly Omit<FlowRecord, 'environment' | 'checkedAt'>[] = flowIds.map((id) => ({
  id,
  title: `Flow ${id.slice(0, 4)}`,
  scope: flowScope(id),
  role: null,
  collections: [],
}));

const catalog = CATALOG.map(({ scope }) => scope);
const known = [...new Set([...FLOWS.map(({ scope }) => scope), ...catalog])];
const unknown = Array.from(
  { length: MOST_ENTRIES },
  (_, at) => `urn:globus:auth:scope:service${at}.example:all`,
);
export const ENTRIES: readonly string[] = [...known, ...unknown].slice(0, MOST_ENTRIES);

/** What every account signs in for: several services, so several grants. */
export const SIGNED_IN: readonly string[] = [
  ...catalog.filter((scope) => /(?:view_flows|run_status|\/run)$/.test(scope)),
  'urn:globus:auth:scope:transfer.api.globus.org:all',
  ...FLOWS.slice(0, 3).map(({ scope }) => scope),
];
