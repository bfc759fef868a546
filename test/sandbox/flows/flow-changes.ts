import { json } from '../http.ts';
import type { Handler } from './call.ts';
import { actionScopes, definitionErrors, requireSoundTransitions, statesOf } from './definition.ts';
import { flowDocument } from './flow-document.ts';
import { requirePolicy } from './gare.ts';
import { schemaErrors } from './input-schema.ts';
import type { FlowRecord } from './records.ts';
import { requireFlowAdministrator, visibleFlow } from './roles.ts';
import { SUBSCRIPTION_ID } from './seed.ts';
import { BodyCheck } from './validation.ts';
import { identityUrn, type JsonObject } from './values.ts';

/** POST /flows. `title` and `definition` are required, the caller becomes the owner (GLOBUS.md §4.3). */
export const createFlow: Handler = (call) => {
  const body = call.body();
  const check = new BodyCheck(body);
  check.require('title', 'definition');
  const fields = editableFields(check);
  const policyId = check.uuidOrNull('authentication_policy_id');
  check.finish();
  requireSoundTransitions(fields.definition ?? {});
  const flow: FlowRecord = {
    id: call.store.newId('flow'),
    title: '',
    subtitle: '',
    description: '',
    keywords: [],
    definition: {},
    inputSchema: {},
    viewers: [],
    starters: [],
    administrators: [],
    runManagers: [],
    runMonitors: [],
    subscriptionId: null,
    ...fields,
    owner: identityUrn(call.user.sub),
    policyId: policyId ?? null,
    createdAt: call.now,
    updatedAt: call.now,
    deletedAt: null,
  };
  call.store.flows.set(flow.id, flow);
  return json(201, flowDocument(flow, call.user, call.store.origin()));
};

/** PUT /flows/{flow_id}: whatever is absent stays. */
export const updateFlow: Handler = (call) => {
  const flow = visibleFlow(call.store, call.parameter('flow_id'), call.user);
  requirePolicy(flow, call.facts);
  requireFlowAdministrator(flow, call.user, 'UPDATE');
  const body = call.body();
  const check = new BodyCheck(body);
  const fields = editableFields(check);
  const owner = check.text('flow_owner', 1, 128);
  if (owner !== undefined && owner !== identityUrn(call.user.sub)) {
    check.add(['flow_owner'], 'flow_owner must be the identity URN of the caller');
  }
  if ((check.uuidOrNull('authentication_policy_id') ?? flow.policyId) !== flow.policyId) {
    check.add(['authentication_policy_id'], 'An authentication policy can be set only at creation');
  }
  check.finish();
  if (fields.definition !== undefined) requireSoundTransitions(fields.definition);
  const changed: FlowRecord = { ...flow, ...fields, owner: owner ?? flow.owner, updatedAt: call.now };
  call.store.flows.set(flow.id, changed);
  return json(200, flowDocument(changed, call.user, call.store.origin()));
};

/** POST /flows/validate: the scopes that a definition would need, and how many states it can pass through. */
export const validateFlow: Handler = (call) => {
  const check = new BodyCheck(call.body());
  check.require('definition');
  const definition = checkedDefinition(check);
  checkedSchema(check);
  check.finish();
  requireSoundTransitions(definition ?? {});
  return json(200, {
    scopes: actionScopes(definition ?? {}),
    analysis: { number_of_possibilities: statesOf(definition ?? {}).size },
  });
};

type Editable = Omit<FlowRecord, 'id' | 'owner' | 'policyId' | 'createdAt' | 'updatedAt' | 'deletedAt'>;

/** The fields that both create and update take, without those that the body leaves out. */
function editableFields(check: BodyCheck): Partial<Editable> {
  const subscription = check.uuidOrNull('subscription_id', 'DEFAULT');
  const fields: { [K in keyof Editable]: Editable[K] | undefined } = {
    title: check.text('title', 1, 128),
    subtitle: check.text('subtitle', 0, 128),
    description: check.text('description', 0, 4_096),
    keywords: check.texts('keywords', 1_024),
    definition: checkedDefinition(check),
    inputSchema: checkedSchema(check),
    viewers: check.principals('flow_viewers', 'public'),
    starters: check.principals('flow_starters', 'all_authenticated_users'),
    administrators: check.principals('flow_administrators'),
    runManagers: check.principals('run_managers'),
    runMonitors: check.principals('run_monitors'),
    subscriptionId: subscription === 'DEFAULT' ? SUBSCRIPTION_ID : subscription,
  };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

function checkedDefinition(check: BodyCheck): JsonObject | undefined {
  const definition = check.object('definition');
  if (definition !== undefined) check.merge(['definition'], definitionErrors(definition));
  return definition;
}

function checkedSchema(check: BodyCheck): JsonObject | undefined {
  const schema = check.object('input_schema');
  if (schema !== undefined) check.merge(['input_schema'], schemaErrors(schema));
  return schema;
}
