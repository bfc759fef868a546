import type { RunRecord } from './records.ts';
import { answerRun, startRun, type RunStart } from './run-engine.ts';
import { cancelRun } from './run-state.ts';
import {
  ACTIVE_RUN_ID,
  APPROVAL_FLOW_ID,
  APPROVAL_RUN_ID,
  APPROVE_OPTION_ID,
  CANCELED_RUN_ID,
  ENDED_RUN_ID,
  FAILED_RUN_ID,
  FAILING_FLOW_ID,
  HELLO_FLOW_ID,
  INACTIVE_RUN_ID,
  MAPPED_COLLECTION_ID,
  OPEN_WEB_INPUT_ID,
  PASS_FLOW_ID,
  REGISTERED_API_ID,
  SUBSCRIPTION_ID,
  SUCCEEDED_RUN_ID,
  TRANSFER_FLOW_ID,
  TRANSFER_SCOPE,
  WAITING_FLOW_ID,
} from './seed.ts';
import type { Store } from './store.ts';
import { identityUrn, uuidOf, type JsonObject } from './values.ts';

const HOUR = 3_600_000;
const SAMPLE_RUNS = 48;

const TRANSFER_INPUT: JsonObject = {
  source_endpoint_id: MAPPED_COLLECTION_ID,
  source_path: '/campus/data/',
  staging_endpoint_id: uuidOf('collection staging'),
  staging_path: '/staging/',
  destination_endpoint_id: uuidOf('collection archive'),
  destination_path: '/archive/',
};

/** Runs of the last days in every state; those of `users[0]` have known IDs, the others go round. */
export function seedRuns(store: Store): void {
  const urn = (index: number): string => identityUrn(store.users[index % store.users.length]?.sub ?? '');
  const now = store.clock.now();
  const start = (
    flowId: string,
    id: string,
    hours: number,
    label: string,
    more: Partial<RunStart> = {},
  ): RunRecord =>
    startRun(store, store.flow(flowId), {
      id,
      owner: urn(0),
      startedAt: now - hours * HOUR,
      input: {},
      hasConsent: () => false,
      label,
      tags: ['demo'],
      ...more,
    });
  const cancel = (run: RunRecord): void => {
    cancelRun(run, run.startedAt + HOUR / 2, run.owner);
  };

  start(PASS_FLOW_ID, SUCCEEDED_RUN_ID, 2, 'Nothing, well done', { monitors: [urn(1)] });
  start(FAILING_FLOW_ID, FAILED_RUN_ID, 3, 'Doomed', { managers: [urn(1)] });
  start(WAITING_FLOW_ID, ACTIVE_RUN_ID, 4, 'Still waiting', { monitors: [urn(1)] });
  start(TRANSFER_FLOW_ID, INACTIVE_RUN_ID, 5, 'Transfer all of these files!', { input: TRANSFER_INPUT });
  cancel(start(WAITING_FLOW_ID, CANCELED_RUN_ID, 6, 'Changed my mind'));
  end(start(WAITING_FLOW_ID, ENDED_RUN_ID, 7, 'Ended by the service'));
  nameWebInput(store, start(APPROVAL_FLOW_ID, APPROVAL_RUN_ID, 1, 'Dataset 7', { monitors: [urn(1)] }));
  const answered = start(APPROVAL_FLOW_ID, uuidOf('run answered'), 8, 'Dataset 6');
  answer(store, answered);

  for (let index = 0; index < SAMPLE_RUNS; index += 1) {
    const id = uuidOf(`run sample ${index + 1}`);
    const label = `Sample run ${String(index + 1).padStart(2, '0')}`;
    // Every second one of other people's runs is open to the first user.
    const more: Partial<RunStart> = {
      owner: urn(index),
      monitors: index % 2 === 0 || urn(index) === urn(0) ? [] : [urn(0)],
    };
    const hours = 10 + index * 5;
    if (index % 6 === 1) start(FAILING_FLOW_ID, id, hours, label, more);
    else if (index % 6 === 2) start(WAITING_FLOW_ID, id, hours, label, more);
    else if (index % 6 === 3) {
      const input = { name: 'world', required_dependent_scope: TRANSFER_SCOPE };
      start(HELLO_FLOW_ID, id, hours, label, { ...more, input });
    } else if (index % 6 === 4) cancel(start(WAITING_FLOW_ID, id, hours, label, more));
    else start(PASS_FLOW_ID, id, hours, label, more);
  }
}

/** 12 registered APIs of the first user, one more page than fits, and one of the next user. */
export function seedRegisteredApis(store: Store): void {
  const now = store.clock.now();
  for (let index = 0; index < 13; index += 1) {
    const id = index === 0 ? REGISTERED_API_ID : uuidOf(`registered api ${index + 1}`);
    const user = store.users[index < 12 ? 0 : 1 % store.users.length];
    store.registeredApis.set(id, {
      id,
      name: `registered-api-${index + 1}`,
      description: 'Looks up one sample',
      owners: [identityUrn(user?.sub ?? '')],
      administrators: [],
      viewers: index === 0 ? store.users.slice(1, 2).map(({ sub }) => identityUrn(sub)) : [],
      target: {
        type: 'openapi',
        openapi_version: '3.1',
        destination: { method: 'get', url: 'https://api.example.org/samples/{sample_id}' },
        specification: { summary: 'Get a sample', responses: { '200': { description: 'The sample' } } },
      },
      subscriptionId: SUBSCRIPTION_ID,
      createdAt: now - (index + 1) * 24 * HOUR,
      editedAt: null,
      updatedAt: now - (index + 1) * 24 * HOUR,
      deletionAt: null,
    });
  }
}

/** ENDED is the one state that no definition leads to. */
function end(run: RunRecord): void {
  const log = { code: 'FlowEnded', description: 'The Flow run was ended by the service', details: {} };
  run.events = [...run.events.slice(0, 2), { at: run.startedAt + HOUR, log, shown: log, status: 'ENDED' }];
}

function nameWebInput(store: Store, run: RunRecord): void {
  const wait = run.pause?.wait;
  const input = wait?.kind === 'input' ? store.webInputs.get(wait.webInputId) : undefined;
  if (wait?.kind !== 'input' || input === undefined) return;
  store.webInputs.delete(wait.webInputId);
  store.webInputs.set(OPEN_WEB_INPUT_ID, { ...input, id: OPEN_WEB_INPUT_ID });
  wait.webInputId = OPEN_WEB_INPUT_ID;
}

function answer(store: Store, run: RunRecord): void {
  const { pause } = run;
  const input = pause?.wait.kind === 'input' ? store.webInputs.get(pause.wait.webInputId) : undefined;
  if (pause === null || input === undefined) return;
  const at = run.startedAt + HOUR;
  store.webInputs.set(input.id, { ...input, closedAt: at });
  answerRun(store, run, pause, at, { option_id: APPROVE_OPTION_ID, label: 'Approve' });
}
