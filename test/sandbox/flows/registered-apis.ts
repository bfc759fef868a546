import { json } from '../http.ts';
import type { SandboxUser } from '../types.ts';
import type { Call, Handler } from './call.ts';
import { forbidden, notFound } from './errors.ts';
import { listArguments, pageFields, pageOf, pageSize } from './paging.ts';
import { sorted, wordsOf, type SortKeys } from './query.ts';
import type { RegisteredApiRecord } from './records.ts';
import { API_ROLES, apiRoles, type ApiRole } from './roles.ts';
import { BodyCheck } from './validation.ts';
import { identityUrn, isObject, isoTime, type JsonObject } from './values.ts';

const SORT_KEYS: SortKeys<RegisteredApiRecord> = {
  id: (api) => api.id,
  name: (api) => api.name,
  created_timestamp: (api) => api.createdAt,
  updated_timestamp: (api) => api.updatedAt,
};

/** A deleted API stays for this long, so that flows that use it can be changed (GLOBUS.md §5). */
const GRACE_PERIOD = 30 * 24 * 3_600_000;

/** GET /registered_apis: those that the caller owns, unless `filter_roles` asks for others. */
export const listRegisteredApis: Handler = ({ store, user, query, request }) => {
  const list = listArguments(request.path, query);
  const wanted = wordsOf(list.query, 'filter_roles', API_ROLES) ?? ['owner' as const];
  const size = pageSize(list.query, 10);
  const matching = store.presentRegisteredApis().filter((api) => {
    const roles = apiRoles(api, user);
    return wanted.some((role) => roles.includes(role));
  });
  const order = sorted(matching, list.query, SORT_KEYS, 'created_timestamp DESC');
  const page = pageOf(order, (api) => api.id, list, size);
  return json(200, { registered_apis: page.items.map(summary), ...pageFields(page) });
};

export const getRegisteredApi: Handler = (call) => json(200, document(visibleApi(call)));

/** POST /registered_apis. `subscription_id` may be left out: clients differ there (GLOBUS.md §9.6). */
export const createRegisteredApi: Handler = (call) => {
  const check = new BodyCheck(call.body());
  check.require('name', 'target');
  const fields = editableFields(check);
  check.finish();
  const api: RegisteredApiRecord = {
    id: call.store.newId('registered api'),
    name: '',
    description: '',
    owners: [identityUrn(call.user.sub)],
    administrators: [],
    viewers: [],
    target: {},
    subscriptionId: null,
    ...fields,
    createdAt: call.now,
    editedAt: null,
    updatedAt: call.now,
    deletionAt: null,
  };
  call.store.registeredApis.set(api.id, api);
  return json(201, document(api));
};

export const updateRegisteredApi: Handler = (call) => {
  const api = visibleApi(call);
  requireRole(api, call.user, ['owner', 'administrator'], 'UPDATE');
  const check = new BodyCheck(call.body());
  const fields = editableFields(check);
  check.finish();
  const changed = { ...api, ...fields, editedAt: call.now, updatedAt: call.now };
  call.store.registeredApis.set(api.id, changed);
  return json(200, document(changed));
};

export const deleteRegisteredApi: Handler = (call) => {
  const api = visibleApi(call);
  requireRole(api, call.user, ['owner'], 'DELETE');
  const deleted = { ...api, updatedAt: call.now, deletionAt: call.now + GRACE_PERIOD };
  call.store.registeredApis.set(api.id, deleted);
  return json(200, document(deleted));
};

function visibleApi(call: Call): RegisteredApiRecord {
  const api = call.store.registeredApi(call.parameter('registered_api_id'));
  if (apiRoles(api, call.user).length === 0) throw notFound('Registered API', api.id);
  return api;
}

function requireRole(
  api: RegisteredApiRecord,
  user: SandboxUser,
  enough: readonly ApiRole[],
  permission: string,
): void {
  if (!apiRoles(api, user).some((role) => enough.includes(role))) {
    throw forbidden('registered API', api.id, permission);
  }
}

type Editable = Pick<
  RegisteredApiRecord,
  'name' | 'description' | 'owners' | 'administrators' | 'viewers' | 'target' | 'subscriptionId'
>;

function editableFields(check: BodyCheck): Partial<Editable> {
  const roles = new BodyCheck(check.object('roles') ?? {});
  const target = check.object('target');
  if (target !== undefined) checkTarget(check, target);
  const components = check.object('components');
  const fields: { [K in keyof Editable]: Editable[K] | undefined } = {
    name: check.text('name', 1, 128),
    description: check.text('description', 0, 4_096),
    subscriptionId: check.uuidOrNull('subscription_id'),
    target: target !== undefined && components !== undefined ? { ...target, components } : target,
    owners: roles.principals('owners'),
    administrators: roles.principals('administrators'),
    viewers: roles.principals('viewers'),
  };
  check.merge(['roles'], roles);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function checkTarget(check: BodyCheck, target: JsonObject): void {
  const { destination } = target;
  if (target['type'] !== 'openapi') check.add(['target', 'type'], 'unexpected value; permitted: openapi');
  const isDestination =
    isObject(destination) &&
    typeof destination['method'] === 'string' &&
    typeof destination['url'] === 'string' &&
    URL.canParse(destination['url']);
  if (!isDestination) check.add(['target', 'destination'], 'method and url are required');
  if (!isObject(target['specification'])) {
    check.add(['target', 'specification'], 'field required', 'value_error.missing');
  }
}

function summary(api: RegisteredApiRecord): JsonObject {
  return {
    id: api.id,
    name: api.name,
    description: api.description,
    created_timestamp: isoTime(api.createdAt),
    updated_timestamp: isoTime(api.updatedAt),
  };
}

function document(api: RegisteredApiRecord): JsonObject {
  return {
    ...summary(api),
    roles: { owners: api.owners, administrators: api.administrators, viewers: api.viewers },
    target: api.target,
    status: 'ACTIVE',
    subscription_id: api.subscriptionId,
    edited_timestamp: api.editedAt === null ? null : isoTime(api.editedAt),
    scheduled_deletion_timestamp: api.deletionAt === null ? null : isoTime(api.deletionAt),
  };
}
