import { json } from '../http.ts';
import { requireFlowScope } from './auth.ts';
import type { Call, Handler } from './call.ts';
import { hasConsent } from './consents.ts';
import { hasActions } from './definition.ts';
import { unprocessable } from './errors.ts';
import { requireGareSatisfied, requirePolicy } from './gare.ts';
import { requireValidInput } from './input-schema.ts';
import type { FlowRecord } from './records.ts';
import { requireStarter, visibleFlow } from './roles.ts';
import { runDocument } from './run-document.ts';
import { BodyCheck } from './validation.ts';
import { identityUrn, type JsonObject } from './values.ts';
import { startRun, type RunMetadata } from './run-engine.ts';

/** POST /flows/{flow_id}/run: the flow's scope, or `run` when the flow calls nothing outside. */
export const runFlow: Handler = (call) => {
  const flowId = call.parameter('flow_id');
  requireFlowScope(call.facts, flowId, ['run']);
  const flow = visibleFlow(call.store, flowId, call.user);
  if (hasActions(flow.definition)) requireFlowScope(call.facts, flowId);
  const { input, metadata } = checkedStart(call, flow);
  requireGareSatisfied(call.store, flow, call.facts);
  const run = startRun(call.store, flow, {
    id: call.store.newId('run'),
    owner: identityUrn(call.user.sub),
    startedAt: call.now,
    input,
    hasConsent: (path) => hasConsent(call.facts, path),
    ...metadata,
  });
  return json(201, runDocument(run, call.user, call.store));
};

/**
 * POST /flows/{flow_id}/validate_run: everything that a start checks, what the token lacks included (GLOBUS.md
 * §4.1), and nothing starts.
 */
export const validateRun: Handler = (call) => {
  const flowId = call.parameter('flow_id');
  requireFlowScope(call.facts, flowId);
  const flow = visibleFlow(call.store, flowId, call.user);
  checkedStart(call, flow);
  requireGareSatisfied(call.store, flow, call.facts);
  return json(200, { message: 'validation successful' });
};

function checkedStart(call: Call, flow: FlowRecord): { input: JsonObject; metadata: Partial<RunMetadata> } {
  requirePolicy(flow, call.facts);
  requireStarter(flow, call.user);
  const body = call.body();
  const check = new BodyCheck(body);
  check.require('body');
  const input = check.object('body') ?? {};
  const metadata = checkedMetadata(check);
  const policy = check.object('activity_notification_policy');
  if (policy !== undefined && !isNotificationPolicy(policy)) {
    check.add(['activity_notification_policy', 'status'], 'permitted: INACTIVE, FAILED, SUCCEEDED');
  }
  check.finish();
  if (Buffer.byteLength(JSON.stringify(input)) > LARGEST_STATE) {
    throw unprocessable([{ loc: ['body'], msg: 'the run state exceeds 200 KB', type: 'value_error' }]);
  }
  requireValidInput(flow.inputSchema, input);
  return { input, metadata };
}

/** GLOBUS.md §4.3, service limits. */
const LARGEST_STATE = 200 * 1_024;

function isNotificationPolicy(policy: JsonObject): boolean {
  const { status } = policy;
  return (
    Array.isArray(status) &&
    status.every((word) => ['INACTIVE', 'FAILED', 'SUCCEEDED'].some((one) => one === word))
  );
}

/** What a start and a PUT of a run share; labels have at most 64 characters (GLOBUS.md §4.3). */
export function checkedMetadata(check: BodyCheck): Partial<RunMetadata> {
  const label = check.text('label', 0, 64);
  const tags = check.texts('tags', 1_024)?.map((tag) => tag.trim().replace(/\s+/g, ' '));
  const managers = check.principals('run_managers');
  const monitors = check.principals('run_monitors');
  return {
    ...(label === undefined ? {} : { label }),
    ...(tags === undefined ? {} : { tags }),
    ...(managers === undefined ? {} : { managers }),
    ...(monitors === undefined ? {} : { monitors }),
  };
}
