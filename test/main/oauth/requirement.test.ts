import { describe, expect, it } from 'vitest';
import type { AuthRequirement } from '../../../main/globus/gare.ts';
import { demoEnvironment } from '../../../main/globus/environments.ts';
import { authorizationRequest } from '../../../main/oauth/authorize.ts';
import { requirementParameters } from '../../../main/oauth/requirement.ts';
import { realClock } from '../../support/agent-parts.ts';

const nothing: AuthRequirement = {
  code: 'AuthorizationRequired',
  message: null,
  requiredScopes: [],
  session: { identities: [], policies: [], singleDomain: [], mfa: false },
  prompt: null,
};

describe('what a service asked for, on the wire', () => {
  it('joins lists with commas and writes booleans in lower case', () => {
    const session = {
      identities: ['a', 'b'],
      policies: ['p', 'q'],
      singleDomain: ['x.edu', 'y.edu'],
      mfa: true,
    };
    expect(requirementParameters({ ...nothing, message: 'Please', session })).toEqual({
      session_message: 'Please',
      session_required_identities: 'a,b',
      session_required_policies: 'p,q',
      session_required_single_domain: 'x.edu,y.edu',
      session_required_mfa: 'true',
    });
  });

  it('leaves out what was not asked for', () => {
    expect(requirementParameters(nothing)).toEqual({});
  });

  it('adds the required scopes to those of the request, one mention per root', async () => {
    const environment = demoEnvironment({ auth: 4001, flows: 4002 });
    const request = await authorizationRequest(
      { environment, clientId: 'c', clock: realClock, fetch },
      { issuer: environment.issuer, authorization_endpoint: `${environment.issuer}/v2/oauth2/authorize` },
      {
        scopes: ['urn:a'],
        redirectUri: 'http://127.0.0.1:1',
        label: 'label',
        requirement: { ...nothing, requiredScopes: ['urn:a[urn:b]', 'urn:c'] },
      },
    );
    const query = new URL(request.url).searchParams;
    expect(query.get('scope')).toBe('openid profile email urn:a[urn:b] urn:c');
    expect(query.has('prompt')).toBe(false);
  });
});
