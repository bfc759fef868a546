import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Offer } from '../../../main/calls/ports.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import type { AuthRequirement } from '../../../main/globus/gare.ts';
import { recipesForFlow } from '../../../main/snippets/recipes.ts';
import type { Recipe } from '../../../main/snippets/types.ts';
import { GARE_VARIANTS, gareFlowId, type GareVariant } from '../../sandbox/flows/seed.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { callsRig } from './rig.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const STEP_UPS: readonly GareVariant[] = ['policy', 'identities', 'domain', 'mfa', 'prompt', 'no_code'];

describe('requirements of Globus in every form (GLOBUS.md §6)', () => {
  it.each(GARE_VARIANTS)(
    '[C19] offers what the form %s asks for; that sign-in mends the call',
    async (variant) => {
      const rig = callsRig(sandbox);
      const id = gareFlowId(variant);
      const scope = flowScope(id);
      const call = { scope, recipe: checkOf(id), values: {} };
      await rig.holder.signIn([scope]);

      const refused = await rig.run(call);
      if (refused.kind !== 'problem' || refused.offer === null) throw new Error('no offer');
      const { offer, problem, status } = refused;
      expect(status).toBe(variant === 'action_consent_401' ? 401 : 403);
      expect(problem.reason).toBe('needs-consent');
      expect(offer.kind).toBe(STEP_UPS.includes(variant) ? 'step-up' : 'consent');
      expect(offer.scopes).toHaveLength(1);
      expect(offer.scopes[0]).toMatch(offer.kind === 'consent' ? `${scope}[` : scope);
      // One request, no renewal: old tokens cannot satisfy it, also behind a 401.
      expect(rig.sent).toHaveLength(1);
      expect(rig.holder.renewals).toEqual([]);

      sandbox.clock.advance(1_000);
      await rig.holder.signIn(offer.scopes, sessionOf(offer), identityFor(offer));
      expect(await rig.run({ ...call, scope: refused.runAs })).toMatchObject({ kind: 'answer', status: 200 });
    },
  );

  it('[C19] offers the same again, without a call of its own, when the sign-in did not mend it', async () => {
    const rig = callsRig(sandbox);
    const id = gareFlowId('policy');
    const call = { scope: flowScope(id), recipe: checkOf(id), values: {} };
    await rig.holder.signIn([call.scope]);
    const first = await rig.run(call);
    await rig.holder.signIn([call.scope]);
    const second = await rig.run(call);
    expect(second).toMatchObject({ kind: 'problem', status: 403 });
    expect(second.kind === 'problem' && second.offer).toEqual(first.kind === 'problem' && first.offer);
    expect(rig.sent).toHaveLength(2);
  });
});

/** A person who is asked for a domain picks the identity that has it. */
function identityFor(offer: Offer): string | undefined {
  const [domain] = offer.kind === 'step-up' ? offer.requirement.session.singleDomain : [];
  return domain === undefined ? undefined : `ada@${domain}`;
}

/** As GLOBUS.md §6 maps them to an authorize request. */
function sessionOf(offer: Offer): Record<string, string> {
  if (offer.kind !== 'step-up') return {};
  const { session }: AuthRequirement = offer.requirement;
  const entries = {
    session_required_identities: session.identities.join(','),
    session_required_policies: session.policies.join(','),
    session_required_single_domain: session.singleDomain.join(','),
    session_required_mfa: session.mfa ? 'true' : '',
  };
  return {
    prompt: 'login',
    ...Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== '')),
  };
}

function checkOf(id: string): Recipe {
  const found = recipesForFlow({ id, scope: flowScope(id), exampleBody: {} })[0];
  if (found === undefined) throw new Error('no recipes');
  return found;
}
