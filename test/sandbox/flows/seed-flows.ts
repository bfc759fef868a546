import type { FlowRecord } from './records.ts';
import {
  APPROVAL_FLOW_ID,
  DELETED_FLOW_ID,
  FAILING_FLOW_ID,
  GARE_TITLES,
  GARE_VARIANTS,
  gareFlowId,
  HELLO_FLOW_ID,
  HIGH_ASSURANCE_FLOW_ID,
  HIGH_ASSURANCE_POLICY_ID,
  PASS_FLOW_ID,
  PRIVATE_FLOW_ID,
  SAMPLE_FLOW_IDS,
  TRANSFER_FLOW_ID,
  VIEW_ONLY_FLOW_ID,
  WAITING_FLOW_ID,
} from './seed.ts';
import type { Store } from './store.ts';
import { identityUrn, type JsonObject } from './values.ts';

const DAY = 24 * 3_600_000;

const PASS: JsonObject = { StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } };
const ANY_INPUT: JsonObject = { type: 'object' };

const HELLO: JsonObject = {
  StartAt: 'Hi',
  States: {
    Hi: {
      Type: 'Action',
      ActionUrl: 'https://actions.globus.org/hello_world',
      Parameters: {
        'echo_string.$': '$.name',
        'sleep_time.$': '$.sleep_time',
        'required_dependent_scope.$': '$.required_dependent_scope',
      },
      ResultPath: '$.Out',
      End: true,
    },
  },
};
const HELLO_INPUT: JsonObject = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    sleep_time: { type: 'integer' },
    required_dependent_scope: { type: 'string' },
  },
  additionalProperties: false,
};

/** One hop of the two-hop transfer; `from` and `to` are the prefixes of the input's fields. */
function hop(from: string, to: string, ends: JsonObject): JsonObject {
  return {
    Type: 'Action',
    ActionUrl: 'https://transfer.actions.globus.org/transfer',
    Parameters: {
      'source_endpoint.$': `$.${from}_endpoint_id`,
      'destination_endpoint.$': `$.${to}_endpoint_id`,
      'source_path.$': `$.${from}_path`,
      'destination_path.$': `$.${to}_path`,
    },
    ...ends,
  };
}
const TRANSFER: JsonObject = {
  Comment: 'Two step transfer',
  StartAt: 'Transfer1',
  States: {
    Transfer1: hop('source', 'staging', { ResultPath: '$.Transfer1Result', Next: 'Transfer2' }),
    Transfer2: hop('staging', 'destination', { ResultPath: '$.Transfer2Result', End: true }),
  },
};
const TRANSFER_FIELDS = ['source', 'staging', 'destination'].flatMap((side) => [
  `${side}_endpoint_id`,
  `${side}_path`,
]);
const TRANSFER_INPUT: JsonObject = {
  type: 'object',
  required: TRANSFER_FIELDS,
  properties: Object.fromEntries(TRANSFER_FIELDS.map((name) => [name, { type: 'string' }])),
  additionalProperties: false,
};

const FAILING: JsonObject = {
  StartAt: 'Prepare',
  States: {
    Prepare: { Type: 'Pass', Next: 'GiveUp' },
    GiveUp: { Type: 'Fail', Error: 'OnPurpose', Cause: 'This flow always fails' },
  },
};
const WAITING: JsonObject = {
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 30 * 24 * 3_600, End: true } },
};
const APPROVAL: JsonObject = {
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Action',
      ActionUrl: 'https://actions.globus.org/weboption/wait_for_option',
      Parameters: { title: 'Publish the dataset?', text: 'The dataset is complete and waits for your word.' },
      ResultPath: '$.Answer',
      End: true,
    },
  },
};

/** Everybody may see and start it. */
const OPEN = { viewers: ['public'], starters: ['all_authenticated_users'] };

/** Fills an empty store with flows; the newest is the Pass flow, each further one is a day older. */
export function seedFlows(store: Store): void {
  const urn = (index: number): string => identityUrn(store.users[index % store.users.length]?.sub ?? '');
  const now = store.clock.now();
  const add = (id: string, title: string, fields: Partial<FlowRecord>): void => {
    const age = (store.flows.size + 1) * DAY;
    store.flows.set(id, {
      id,
      title,
      subtitle: '',
      description: '',
      keywords: [],
      definition: PASS,
      inputSchema: ANY_INPUT,
      owner: urn(0),
      viewers: [],
      starters: [],
      administrators: [],
      runManagers: [],
      runMonitors: [],
      subscriptionId: null,
      policyId: null,
      createdAt: now - age - DAY,
      updatedAt: now - age,
      deletedAt: null,
      ...fields,
    });
  };
  add(PASS_FLOW_ID, 'Do nothing', { ...OPEN, description: 'Passes its input on', keywords: ['demo'] });
  add(HELLO_FLOW_ID, 'Hello', {
    ...OPEN,
    definition: HELLO,
    inputSchema: HELLO_INPUT,
    description: 'Says hello',
    keywords: ['demo', 'hello'],
    administrators: [urn(1)],
  });
  add(TRANSFER_FLOW_ID, 'Multi Step Transfer', {
    ...OPEN,
    definition: TRANSFER,
    inputSchema: TRANSFER_INPUT,
    subtitle: 'Campus to archive by way of a staging area',
    keywords: ['two', 'hop', 'transfer'],
    runManagers: [urn(1)],
  });
  add(APPROVAL_FLOW_ID, 'Publish after approval', { ...OPEN, definition: APPROVAL, runMonitors: [urn(2)] });
  add(WAITING_FLOW_ID, 'Wait a month', { ...OPEN, definition: WAITING });
  add(FAILING_FLOW_ID, 'Fail on purpose', { ...OPEN, definition: FAILING });
  add(HIGH_ASSURANCE_FLOW_ID, 'Protected data', { ...OPEN, policyId: HIGH_ASSURANCE_POLICY_ID });
  add(PRIVATE_FLOW_ID, 'Private notes', {});
  add(VIEW_ONLY_FLOW_ID, 'Look, do not touch', { viewers: ['public'] });
  add(DELETED_FLOW_ID, 'Gone', { ...OPEN, deletedAt: now - DAY });
  for (const variant of GARE_VARIANTS) add(gareFlowId(variant), GARE_TITLES[variant], OPEN);
  SAMPLE_FLOW_IDS.forEach((id, index) => {
    add(id, `Sample ${String(index + 1).padStart(2, '0')}`, {
      owner: urn(index),
      viewers: ['public'],
      starters: index % 2 === 0 ? ['all_authenticated_users'] : [urn(index + 1)],
      keywords: ['sample', `group-${index % 4}`],
    });
  });
}
