import { describe, expect, it } from 'vitest';
import type { AuthRequirement } from '../../../main/globus/gare.ts';
import { requirementOf } from '../../../main/globus/gare.ts';
import { planSignIn, type PlanFacts } from '../../../main/tokens/sign-in-plan.ts';
import type { GrantRecord } from '../../../main/settings/types.ts';
import { HIGH_ASSURANCE_FLOW_ID, HIGH_ASSURANCE_POLICY_ID } from '../../sandbox/flows/seed.ts';
import { sandboxAgents } from '../../support/sandbox-agents.ts';
import { ALL_SCOPES, type SandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';
import { grantRecord } from '../../support/settings.ts';

const VIEW = scopeOf('view_flows');
const rig = sandboxAgents();

async function look({ agent }: SandboxAgent): Promise<{ status: number; body: unknown }> {
  const result = await agent.accessToken(VIEW, 0);
  if (result.kind !== 'token') throw new Error(result.kind);
  const answer = await fetch(`${rig.sandbox.flows.origin}/flows/${HIGH_ASSURANCE_FLOW_ID}`, {
    headers: { authorization: `Bearer ${result.token.value}` },
  });
  return { status: answer.status, body: await answer.json() };
}

/** What each grant covers, and of which kind it is. */
function kinds({ settings }: SandboxAgent): string[] {
  return settings
    .get()
    .grants.map(({ scopes, isolated }) => `${isolated === true ? 'isolated' : 'wide'} ${scopes.join(' ')}`)
    .sort();
}

describe('stepping up', () => {
  it.each([
    ['a wide grant', false],
    ['an isolated grant', true],
  ])(
    '[C19] gets past a session policy by one sign-in, and replaces %s by one of its kind',
    async (_what, isolate) => {
      const made = rig.make();
      await made.agent.signIn({ scopes: isolate ? [VIEW] : ALL_SCOPES, way: 'browser', isolate });
      const before = kinds(made);
      const refused = await look(made);
      const requirement = requirementOf(refused.body);
      if (requirement === null) throw new Error('no requirement');
      expect(refused.status).toBe(403);
      expect((await made.agent.signIn({ scopes: [VIEW], way: 'browser', requirement })).ok).toBe(true);
      const asked = new URL(made.opened[1] ?? '').searchParams;
      expect(asked.get('session_required_policies')).toBe(HIGH_ASSURANCE_POLICY_ID);
      expect(asked.get('prompt')).toBe('login');
      expect(asked.get('session_message')).toBe(requirement.message);
      expect((await look(made)).status).toBe(200);
      expect(kinds(made)).toEqual(before);
    },
  );
});

const SUB = grantRecord().sub;
const RUN = scopeOf('run');
const account = { sub: SUB, username: 'ada@example.org', displayName: 'Ada' };
const consent: AuthRequirement = {
  code: 'ConsentRequired',
  message: null,
  requiredScopes: [`${VIEW}[*urn:globus:auth:scope:transfer.api.globus.org:all]`],
  session: { identities: [], policies: [], singleDomain: [], mfa: false },
  prompt: null,
};

function facts(grants: GrantRecord[]): PlanFacts {
  return { accounts: [account], account, grants, wireText: (scope) => scope };
}

describe('the plan of a sign-in', () => {
  it('asks for a missing consent without a new login, with the other scopes of the same grant', () => {
    const plan = planSignIn(
      { scopes: [VIEW], way: 'browser', requirement: consent },
      facts([{ ...grantRecord(), scopes: [RUN, VIEW] }]),
    );
    expect(plan.freshLogin).toBe(false);
    expect(plan.steps).toEqual([{ scopes: [consent.requiredScopes[0], RUN], isolated: false }]);
  });

  it('takes one step for what is isolated and one for the rest', () => {
    const plan = planSignIn(
      { scopes: [VIEW, RUN], way: 'browser', requirement: consent },
      facts([
        { ...grantRecord('a'), scopes: [VIEW], isolated: true },
        { ...grantRecord('b'), scopes: [RUN] },
      ]),
    );
    expect(plan.steps).toEqual([
      { scopes: [RUN], isolated: false },
      { scopes: [consent.requiredScopes[0]], isolated: true },
    ]);
  });

  it('merges the kept text of a scope with the one asked for, and resolves short names', () => {
    const kept = `${VIEW}[urn:globus:auth:scope:transfer.api.globus.org:all]`;
    const plan = planSignIn(
      { scopes: ['view_flows'], way: 'browser' },
      { ...facts([]), account: null, wireText: (scope) => (scope === VIEW ? kept : scope) },
    );
    expect(plan).toEqual({ steps: [{ scopes: [kept], isolated: false }], expected: null, freshLogin: false });
  });

  it('asks for the identity alone where no scope is named', () => {
    const { steps } = planSignIn({ scopes: [], way: 'browser', isolate: true }, facts([]));
    expect(steps).toEqual([{ scopes: [], isolated: false }]);
  });
});
