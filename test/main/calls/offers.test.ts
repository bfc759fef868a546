import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { offerFor, offerLabel, Offers } from '../../../main/calls/offers.ts';
import type { Offer } from '../../../main/calls/ports.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { type AuthRequirement, requirementOf } from '../../../main/globus/gare.ts';
import { scopeOf } from '../../support/sandbox-agent.ts';

const VIEW = scopeOf('view_flows');
const FLOW_ID = 'f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e';
const FLOW = flowScope(FLOW_ID);
const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';
const OFFER: Offer = { kind: 'consent', scopes: [VIEW] };

describe('the offers that wait', () => {
  it('[C19] gives an offer once, so that no refusal goes round in circles', () => {
    const offers = new Offers(randomUUID);
    const id = offers.keep({ offer: OFFER, account: 'sub' });
    expect(offers.take(id)).toEqual({ offer: OFFER, account: 'sub' });
    expect(offers.take(id)).toBeNull();
    expect(offers.take('made up')).toBeNull();
  });

  it('[C57] keeps the newest 50', () => {
    const offers = new Offers(randomUUID);
    const ids = Array.from({ length: 51 }, () => offers.keep({ offer: OFFER }));
    const found = ids.map((id) => offers.take(id));
    expect(found[0]).toBeNull();
    expect(found.slice(1)).not.toContain(null);
  });

  it('forgets all of them after a sign-out', () => {
    const offers = new Offers(randomUUID);
    const id = offers.keep({ offer: OFFER });
    offers.clear();
    expect(offers.take(id)).toBeNull();
  });
});

describe('the sign-in that meets a requirement', () => {
  it.each([
    ['scopes alone', { required_scopes: [TRANSFER] }, VIEW, null, 'consent', [TRANSFER]],
    ['scopes, with a flow', { required_scopes: [TRANSFER] }, VIEW, FLOW_ID, 'consent', [FLOW, TRANSFER]],
    [
      'scopes below a flow',
      { required_scopes: [`${FLOW}[${TRANSFER}]`] },
      FLOW,
      null,
      'consent',
      [`${FLOW}[${TRANSFER}]`],
    ],
    ['a session', { session_required_mfa: true }, VIEW, null, 'step-up', [VIEW]],
    ['a session for a flow', { session_required_mfa: true }, VIEW, FLOW_ID, 'step-up', [VIEW, FLOW]],
    ['both', { prompt: 'login', required_scopes: [TRANSFER] }, VIEW, null, 'step-up', [VIEW, TRANSFER]],
    ['a message alone', { session_message: 'Please sign in' }, VIEW, null, 'step-up', [VIEW]],
  ] as const)(
    '[C19] asks after %s for what is needed and no more',
    (_, parameters, scope, flow, kind, scopes) => {
      const offer = offerFor(requirement({ code: 'X', authorization_parameters: parameters }), scope, flow);
      expect(offer).toMatchObject({ kind, scopes });
    },
  );

  it('[C19] asks for the scope in use when a missing consent names none', () => {
    const asked = requirement({
      code: 'ConsentRequired',
      required_scope: '',
      description: 'consent, please',
    });
    expect(offerFor(asked, VIEW)).toEqual({ kind: 'consent', scopes: [VIEW] });
    expect(offerFor(asked, VIEW, 'not an ID')).toEqual({ kind: 'consent', scopes: [VIEW] });
  });
});

describe('the label of an offer', () => {
  it.each([
    [OFFER, 'Allow view_flows'],
    [{ kind: 'sign-in', scopes: [VIEW] }, 'Sign in again for view_flows'],
    [{ kind: 'consent', scopes: [`${FLOW}[*${TRANSFER}]`] }, `Allow flow:${FLOW_ID}`],
    [
      { kind: 'consent', scopes: ['view_flows', 'manage_flows', 'run', 'run_status', 'all'].map(scopeOf) },
      'Allow view_flows, manage_flows, run and 2 more',
    ],
    [stepUp({ session_required_mfa: true }), 'Sign in again with multi-factor authentication'],
    [
      stepUp({ session_required_single_domain: ['uni.example'] }),
      'Sign in again with an identity of uni.example',
    ],
    [stepUp({ prompt: 'login' }), 'Sign in again'],
  ] as const)('says of %j: %s', (offer, label) => {
    expect(offerLabel(offer)).toBe(label);
  });

  it('names a flow by its title where that is known', () => {
    const titleOf = (scope: string) => (scope.startsWith(FLOW) ? 'Move and publish' : null);
    const scopes = [`${FLOW}[*${TRANSFER}]`, VIEW];
    expect(offerLabel({ kind: 'consent', scopes }, titleOf)).toBe('Allow Move and publish, view_flows');
  });
});

function stepUp(parameters: Record<string, unknown>): Offer {
  return offerFor(requirement({ code: 'X', authorization_parameters: parameters }), VIEW);
}

function requirement(body: unknown): AuthRequirement {
  const found = requirementOf(body);
  if (found === null) throw new Error('no requirement');
  return found;
}
