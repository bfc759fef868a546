import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CallOutcome, type Calls, createCalls } from '../../../main/calls/calls.ts';
import { createFlowBook } from '../../../main/calls/flow-book.ts';

import { offerFor } from '../../../main/calls/offers.ts';
import type { Offer } from '../../../main/calls/ports.ts';
import type { Result } from '../../../main/effects.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { recipesFor, recipesForFlow } from '../../../main/snippets/recipes.ts';
import { renderSnippet } from '../../../main/snippets/render.ts';
import { originOfService } from '../../../main/snippets/request.ts';
import type { Recipe } from '../../../main/snippets/types.ts';
import { MemorySettingsStore } from '../../../main/settings/store.ts';
import { at } from '../../sandbox/flows/bench.ts';
import {
  DATA_ACCESS_SCOPE,
  GARE_VARIANTS,
  gareFlowId,
  type GareVariant,
  HIGH_ASSURANCE_FLOW_ID,
  HIGH_ASSURANCE_POLICY_ID,
  MAPPED_COLLECTION_ID,
  TRANSFER_FLOW_ID,
  TRANSFER_SCOPE,
} from '../../sandbox/flows/seed.ts';
import { uuidOf } from '../../sandbox/flows/values.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../../sandbox/index.ts';
import type { LoggedRequest, Sandbox } from '../../sandbox/types.ts';
import { realClock } from '../../support/agent-parts.ts';
import { ALL_SCOPES, sandboxAgent, type SandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';
import { type CurlRun, CurlShell } from './curl-shell.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** What a person at the page has to sign in as where a rule names an identity or a domain. */
const LINKED = 'ada@clinic.example';
/** Longer than two transfers take there. */
const A_WHILE = 10 * 60_000;
const SCOPE = flowScope(TRANSFER_FLOW_ID);
const INPUT = {
  source_endpoint_id: MAPPED_COLLECTION_ID,
  source_path: '/campus/',
  staging_endpoint_id: uuidOf('collection staging'),
  staging_path: '/staging/',
  destination_endpoint_id: uuidOf('collection archive'),
  destination_path: '/archive/',
};

let sandbox: Sandbox;
let parts: SandboxAgent;
let shell: CurlShell;
beforeEach(async () => {
  sandbox = await startSandbox();
  shell = await CurlShell.open();
  const scopeEntries = [
    ...ALL_SCOPES,
    SCOPE,
    ...GARE_VARIANTS.map((variant) => flowScope(gareFlowId(variant))),
  ];
  const settings = new MemorySettingsStore({ clientId: DEMO_CLIENT_ID, scopeEntries });
  parts = sandboxAgent(sandbox, { settings });
});
afterEach(async () => {
  parts.agent.close();
  await Promise.all([shell.close(), sandbox.close()]);
});

function callPorts() {
  return {
    fetch,
    clock: realClock,
    environment: parts.agent.snapshot().environment,
    log: parts.log,
    token: (scope: string, minimumMs: number, account?: string) =>
      parts.agent.accessToken(scope, minimumMs, account),
    renew: (scope: string, account?: string) => parts.agent.renew(scope, account),
  };
}

function signIn(scopes: readonly string[]): Promise<Result<null>> {
  return parts.agent.signIn({ scopes, way: 'browser' });
}

/** Does what the one button of an offer does. */
function accept(offer: Offer | null): Promise<Result<null>> {
  if (offer === null) throw new Error('there is nothing to accept');
  const { scopes } = offer;
  return offer.kind === 'step-up'
    ? parts.agent.signIn({ scopes, way: 'browser', requirement: offer.requirement })
    : signIn(scopes);
}

function flowRecipe(flowId: string, id: string, exampleBody: unknown = {}): Recipe {
  const recipe = recipesForFlow({ id: flowId, scope: flowScope(flowId), exampleBody }).find(
    (one) => one.id === id,
  );
  if (recipe === undefined) throw new Error(`no recipe ${id}`);
  return recipe;
}

/** Pastes the curl line of a recipe with the live token of its flow. */
async function curl(flowId: string, recipe: Recipe, values: Record<string, string> = {}): Promise<CurlRun> {
  const access = await parts.agent.accessToken(flowScope(flowId), 60_000);
  if (access.kind !== 'token') throw new Error(`no token: ${access.kind}`);
  const { environment } = parts.agent.snapshot();
  const line = renderSnippet(recipe, {
    tool: 'curl',
    origin: originOfService(environment, recipe),
    token: { kind: 'literal', token: access.token.value },
    values,
  });
  return shell.paste(line ?? '');
}

function authorizations(): LoggedRequest[] {
  return sandbox.log.filter(({ path }) => path === '/v2/oauth2/authorize');
}

describe('a flow that transfers data from a mapped collection', () => {
  /** Starts a run with curl and lets it come to its first action. */
  async function startedRun(): Promise<string> {
    const started = await curl(TRANSFER_FLOW_ID, flowRecipe(TRANSFER_FLOW_ID, 'flow-start', INPUT));
    expect([started.status, at(started.body, 'status')]).toEqual([201, 'ACTIVE']);
    sandbox.clock.advance(A_WHILE);
    return String(at(started.body, 'run_id'));
  }

  async function runOf(id: string) {
    const runs = await createFlowBook({ ...callPorts(), kept: () => [] }).runs(TRANSFER_FLOW_ID);
    if (!runs.ok) throw new Error(runs.problem.title);
    const run = runs.value.find((one) => one.id === id);
    if (run === undefined) throw new Error('the run is not in its list');
    return run;
  }

  const resume = (run: string) =>
    curl(TRANSFER_FLOW_ID, flowRecipe(TRANSFER_FLOW_ID, 'flow-resume'), { run_id: run });

  it('[C19] stops for a consent, gets it by one sign-in, and is resumed to its end', async () => {
    await signIn([SCOPE]);
    const id = await startedRun();
    const stopped = await runOf(id);
    expect(stopped.status).toBe('INACTIVE');
    expect(stopped.requirement?.requiredScopes).toEqual([
      `${SCOPE}[*${TRANSFER_SCOPE}[*${DATA_ACCESS_SCOPE}]]`,
    ]);

    const before = authorizations().length;
    const requirement = stopped.requirement ?? undefined;
    const consented = await parts.agent.signIn({
      scopes: [SCOPE],
      way: 'browser',
      ...(requirement === undefined ? {} : { requirement }),
    });
    expect(consented).toEqual({ ok: true, value: null });
    expect(authorizations()).toHaveLength(before + 1);

    expect((await resume(id)).status).toBe(200);
    sandbox.clock.advance(A_WHILE);
    expect(await runOf(id)).toMatchObject({ status: 'SUCCEEDED', requirement: null });
    // What was allowed once stops no further run.
    expect(await runOf(await startedRun())).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('[C19] stops at the same place without the consent, is as it was after Deny, and goes on after Allow', async () => {
    await signIn([SCOPE]);
    const id = await startedRun();
    expect((await resume(id)).status).toBe(200);
    sandbox.clock.advance(A_WHILE);
    const again = await runOf(id);
    expect(again.status).toBe('INACTIVE');
    expect(again.requirement).not.toBeNull();

    // Denied: the run is as it was, and the sign-in that was there is kept.
    parts.visit.deny = true;
    const denied = await parts.agent.signIn({
      scopes: [SCOPE],
      way: 'browser',
      ...(again.requirement === null ? {} : { requirement: again.requirement }),
    });
    expect(denied.ok).toBe(false);
    expect((await runOf(id)).status).toBe('INACTIVE');

    parts.visit.deny = false;
    if (again.requirement === null) throw new Error('it says nothing of what it waits for');
    expect(await accept(offerFor(again.requirement, SCOPE))).toEqual({ ok: true, value: null });
    expect((await resume(id)).status).toBe(200);
    sandbox.clock.advance(A_WHILE);
    expect((await runOf(id)).status).toBe('SUCCEEDED');
  });

  it('[C15] does not stop at all when its collections were consented to at the sign-in', async () => {
    await signIn([`${SCOPE}[*${TRANSFER_SCOPE}[*${DATA_ACCESS_SCOPE}]]`]);
    expect(await runOf(await startedRun())).toMatchObject({ status: 'SUCCEEDED', requirement: null });
  });
});

describe('a refusal that asks for a consent or a new sign-in', () => {
  /** Runs the recipe, accepts what is offered, runs it again. */
  async function oneOffer(calls: Calls, scope: string, recipe: Recipe, values = {}) {
    const call = (): Promise<CallOutcome> => calls.run({ scope, recipe, values });
    const requests = () => sandbox.log.filter(({ host }) => host === 'flows').length;
    const counts = [authorizations().length, requests()];
    const first = await call();
    expect([authorizations().length, requests()], 'asks once, opens no browser by itself').toEqual([
      counts[0],
      (counts[1] ?? 0) + 1,
    ]);
    if (first.kind !== 'problem') throw new Error('it was not refused');
    // Rules about the time of a sign-in need one that is later.
    sandbox.clock.advance(1_000);
    expect(await accept(first.offer)).toEqual({ ok: true, value: null });
    expect(authorizations()).toHaveLength((counts[0] ?? 0) + 1);
    const second = await call();
    expect(requests()).toBe((counts[1] ?? 0) + 2);
    return { first, second };
  }

  const CONSENTS: readonly GareVariant[] = [
    'scopes',
    'transfer_consent',
    'action_consent_403',
    'action_consent_401',
    'dependent_consent',
    'errors_item',
  ];

  describe.each([
    ['a shared', false],
    ['an isolated', true],
  ])('with %s grant of the flow', (_title, isolate) => {
    it.each(GARE_VARIANTS)('[C19] leads from %s to one offer and then to success', async (variant) => {
      const id = gareFlowId(variant);
      if (variant === 'domain' || variant === 'identities') parts.visit.username = LINKED;
      const scopes = isolate ? [flowScope(id)] : [flowScope(id), scopeOf('view_flows')];
      // The first sign-in is one as usual: the linked identity is offered only where a rule asks for it.
      const username = parts.visit.username;
      delete parts.visit.username;
      await parts.agent.signIn({ scopes, way: 'browser', isolate });
      if (username !== undefined) parts.visit.username = username;

      const check = flowRecipe(id, 'flow-validate-run');
      const { first, second } = await oneOffer(createCalls(callPorts()), flowScope(id), check);
      expect(first.kind === 'problem' && first.offer?.kind).toBe(
        CONSENTS.includes(variant) ? 'consent' : 'step-up',
      );
      expect(second).toMatchObject({ kind: 'answer', status: 200 });
      expect((await curl(id, flowRecipe(id, 'flow-start'))).status).toBe(201);
    });
  });

  it.each([
    ['one grant of six scopes', ALL_SCOPES],
    ['a grant of its own', [scopeOf('view_flows')]],
  ])('[C19] opens a High Assurance flow to the token of %s', async (_title, scopes) => {
    await signIn(scopes);
    const recipe = recipesFor('view_flows').find(({ id }) => id === 'get-flow');
    if (recipe === undefined) throw new Error('no recipe');
    const values = { flow_id: HIGH_ASSURANCE_FLOW_ID };
    const { first, second } = await oneOffer(createCalls(callPorts()), scopeOf('view_flows'), recipe, values);
    expect(first).toMatchObject({ offer: { kind: 'step-up' } });
    expect(second).toMatchObject({ kind: 'answer', status: 200 });
    const asked = authorizations().at(-1)?.query ?? {};
    expect(asked['session_required_policies']).toBe(HIGH_ASSURANCE_POLICY_ID);
  });
});
