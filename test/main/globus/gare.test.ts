import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AuthRequirement,
  needsSession,
  requirementOf,
  requirementOfRun,
} from '../../../main/globus/gare.ts';
import { at, FlowsBench } from '../../sandbox/flows/bench.ts';
import { flowScope } from '../../sandbox/flows/auth.ts';
import {
  DATA_ACCESS_SCOPE,
  GARE_POLICY_ID,
  GARE_VARIANTS,
  gareFlowId,
  type GareVariant,
  HELLO_WORLD_SCOPE,
  HIGH_ASSURANCE_FLOW_ID,
  HIGH_ASSURANCE_POLICY_ID,
  INACTIVE_RUN_ID,
  SUCCEEDED_RUN_ID,
  TRANSFER_FLOW_ID,
  TRANSFER_SCOPE,
} from '../../sandbox/flows/seed.ts';

const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';
const NOTHING: AuthRequirement = {
  code: 'AuthorizationRequired',
  message: null,
  requiredScopes: [],
  session: { identities: [], policies: [], singleDomain: [], mfa: false },
  prompt: null,
};
type Wanted = Partial<Omit<AuthRequirement, 'session'>> & { session?: Partial<AuthRequirement['session']> };

function wanted({ session, ...rest }: Wanted): AuthRequirement {
  return { ...NOTHING, ...rest, session: { ...NOTHING.session, ...session } };
}

/** Bodies in the forms that official clients were recorded with (GLOBUS.md §6). */
const BODIES: readonly [title: string, body: unknown, expected: Wanted][] = [
  [
    'the canonical form',
    {
      code: 'AuthenticationPolicyRequired',
      debug_id: 'x',
      error: { code: 'AUTHENTICATION_POLICY_REQUIRED', detail: '…' },
      authorization_parameters: {
        session_required_policies: ['p1', 'p2'],
        session_message: 'Policy!',
        extra: 1,
      },
    },
    { code: 'AuthenticationPolicyRequired', message: 'Policy!', session: { policies: ['p1', 'p2'] } },
  ],
  [
    'parameters without a code',
    {
      authorization_parameters: {
        session_required_mfa: true,
        session_required_identities: ['urn:globus:auth:identity:baz'],
      },
    },
    { session: { mfa: true, identities: ['urn:globus:auth:identity:baz'] } },
  ],
  [
    'lists joined with commas, with a code',
    { code: 'UnsatisfiedPolicy', authorization_parameters: { session_required_policies: 'foo,baz' } },
    { code: 'UnsatisfiedPolicy', session: { policies: ['foo', 'baz'] } },
  ],
  [
    'domains joined with commas, and a forced login',
    { authorization_parameters: { session_required_single_domain: 'foo.com, baz.org', prompt: 'login' } },
    { session: { singleDomain: ['foo.com', 'baz.org'] }, prompt: 'login' },
  ],
  [
    'the form of Transfer',
    {
      code: 'ConsentRequired',
      message: 'Missing required foo_bar consent',
      request_id: 'WmMV97A1w',
      required_scopes: [`${TRANSFER}[*foo *bar]`],
      resource: '/transfer',
    },
    {
      code: 'ConsentRequired',
      message: 'Missing required foo_bar consent',
      requiredScopes: [`${TRANSFER}[*foo *bar]`],
    },
  ],
  [
    'the form of action providers',
    { code: 'ConsentRequired', required_scope: `${TRANSFER}[*foo *bar]`, description: 'Missing consent' },
    { code: 'ConsentRequired', message: 'Missing consent', requiredScopes: [`${TRANSFER}[*foo *bar]`] },
  ],
  [
    'the dependent consents of Auth',
    {
      error: 'dependent_consent_required',
      error_description: 'Missing required dependent consents',
      errors: [{ code: 'DEPENDENT_CONSENT_REQUIRED', unapproved_scopes: [TRANSFER, 'openid'] }],
    },
    {
      code: 'ConsentRequired',
      message: 'Missing required dependent consents',
      requiredScopes: [TRANSFER, 'openid'],
    },
  ],
  [
    'an item of errors[]',
    {
      errors: [
        { code: 'NotAnError' },
        { code: 'ConsentRequired', authorization_parameters: { required_scopes: [`${TRANSFER}[*bar]`] } },
        { code: 'ConsentRequired', authorization_parameters: { required_scopes: [`${TRANSFER}[*baz]`] } },
      ],
    },
    { code: 'ConsentRequired', requiredScopes: [`${TRANSFER}[*bar]`] },
  ],
  [
    'both forms at once, where the canonical one counts',
    {
      code: 'ConsentRequired',
      message: 'Missing required foo_bar consent',
      required_scopes: [`${TRANSFER}[*foo *bar]`],
      authorization_parameters: {
        session_message: 'Missing baz consent',
        required_scopes: [`${TRANSFER}[*baz]`],
      },
    },
    { code: 'ConsentRequired', message: 'Missing baz consent', requiredScopes: [`${TRANSFER}[*baz]`] },
  ],
  [
    'both forms at once, where the canonical one has a gap',
    {
      code: 'ConsentRequired',
      required_scope: `${TRANSFER}[*baz]`,
      description: 'Why',
      authorization_parameters: {},
    },
    { code: 'ConsentRequired', message: 'Why', requiredScopes: [`${TRANSFER}[*baz]`] },
  ],
  [
    'what is usable among what is not',
    {
      code: 'X'.repeat(500),
      authorization_parameters: {
        session_message: 'a\u001b[2Jb\u202e\r\nc',
        session_required_policies: ['good', '', 'two words', 'a,b', 7, null, 'good'],
        session_required_mfa: 'yes',
        prompt: 'none',
        required_scopes: ['a[', '*optional', 'b[c]', 3],
      },
    },
    {
      code: `${'X'.repeat(63)}…`,
      message: 'a [2Jb c',
      requiredScopes: ['b[c]'],
      session: { policies: ['good'] },
    },
  ],
];

describe('requirementOf', () => {
  it.each(BODIES)('[C19] reads %s', (_title, body, expected) => {
    expect(requirementOf(body)).toEqual(wanted(expected));
  });

  it.each([
    null,
    'ConsentRequired',
    [],
    {},
    { code: 'ConsentRequired' },
    { code: 'NotAnError', message: 'This is not an error' },
    { code: 'Anything', required_scopes: [TRANSFER] },
    { code: 'Anything', authorization_parameters: {} },
    { authorization_parameters: 'p1' },
    { authorization_parameters: { prompt: 'none' } },
    { errors: [null, [], 'x', { code: 'FORBIDDEN' }] },
    { error: { code: 'MISSING_SCOPE', detail: 'This action requires the following scope: x' } },
  ])('finds none in %j', (body) => {
    expect(requirementOf(body)).toBeNull();
  });

  it('never throws, and answers a bounded form', () => {
    const keys = ['code', 'error', 'errors', 'authorization_parameters', 'required_scopes', 'required_scope'];
    const objects = fc.dictionary(fc.constantFrom(...keys, 'prompt', 'session_message'), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(fc.anything(), objects), (body) => {
        const found = requirementOf(body) ?? requirementOfRun(body);
        expect(found === null || typeof found.code === 'string').toBe(true);
      }),
    );
    const flood = { errors: Array.from({ length: 100_000 }, () => ({ errors: [] })) };
    expect(requirementOf(flood)).toBeNull();
    const many = { authorization_parameters: { session_required_policies: 'p,'.repeat(100_000) } };
    expect(requirementOf(many)?.session.policies).toEqual(['p']);
  });

  const bench = new FlowsBench();
  const scopeOf = (variant: GareVariant, ...path: string[]) =>
    flowScope(gareFlowId(variant)) + path.reduceRight((text, scope) => `[*${scope}${text}]`, '');
  const refused: Readonly<Record<GareVariant, Wanted>> = {
    policy: { code: 'AuthenticationPolicyRequired', session: { policies: [GARE_POLICY_ID] } },
    identities: { session: { identities: ['44444444-4444-4444-8444-444444444444'] } },
    domain: { code: 'AuthPolicyFailed', session: { singleDomain: ['clinic.example'] } },
    mfa: { code: 'AuthorizationParameters', session: { mfa: true, identities: [bench.user(0).sub] } },
    prompt: { code: 'AuthorizationParameters', prompt: 'login' },
    scopes: { code: 'ConsentRequired', requiredScopes: [scopeOf('scopes', HELLO_WORLD_SCOPE)] },
    no_code: { session: { policies: [GARE_POLICY_ID] } },
    transfer_consent: {
      code: 'ConsentRequired',
      requiredScopes: [scopeOf('transfer_consent', TRANSFER_SCOPE, DATA_ACCESS_SCOPE)],
    },
    action_consent_403: {
      code: 'ConsentRequired',
      requiredScopes: [scopeOf('action_consent_403', HELLO_WORLD_SCOPE)],
    },
    action_consent_401: {
      code: 'ConsentRequired',
      requiredScopes: [scopeOf('action_consent_401', HELLO_WORLD_SCOPE)],
    },
    dependent_consent: {
      code: 'ConsentRequired',
      requiredScopes: [scopeOf('dependent_consent', TRANSFER_SCOPE)],
    },
    errors_item: { code: 'ConsentRequired', requiredScopes: [scopeOf('errors_item', HELLO_WORLD_SCOPE)] },
  };

  it.each(GARE_VARIANTS)('[C19] reads the form %s of the fake Globus', (variant) => {
    const id = gareFlowId(variant);
    const answer = bench.call('POST', `/flows/${id}/run`, bench.flowToken(id), { body: {} });
    const found = requirementOf(answer.body);
    expect(found?.message).toEqual(expect.any(String));
    expect({ ...found, message: null }).toEqual(wanted(refused[variant]));
    expect(found !== null && needsSession(found)).toBe((refused[variant].requiredScopes ?? []).length === 0);
  });

  it('[C19] reads the policy of a High Assurance flow', () => {
    const answer = bench.get(`/flows/${HIGH_ASSURANCE_FLOW_ID}`, bench.token('view_flows'));
    expect(requirementOf(answer.body)?.session.policies).toEqual([HIGH_ASSURANCE_POLICY_ID]);
  });
});

describe('requirementOfRun', () => {
  const bench = new FlowsBench();
  const detailsOf = (id: string) => at(bench.get(`/runs/${id}`, bench.token('run_status')).body, 'details');
  const scope = `${flowScope(TRANSFER_FLOW_ID)}[*${TRANSFER_SCOPE}[*${DATA_ACCESS_SCOPE}]]`;

  it('[C19] tells what an inactive run waits for', () => {
    expect(requirementOfRun(detailsOf(INACTIVE_RUN_ID))).toMatchObject({
      code: 'ConsentRequired',
      requiredScopes: [scope],
    });
    expect(requirementOfRun(detailsOf(SUCCEEDED_RUN_ID))).toBeNull();
  });

  it('[C19] looks into the action that stopped it', () => {
    const cause = { code: 'ConsentRequired', required_scope: scope, description: 'x' };
    const action_statuses = [{ details: { code: 'Other' } }, { details: cause }];
    for (const details of [{ action_statuses }, { details: { action_statuses } }, { details: cause }]) {
      expect(requirementOfRun(details)?.requiredScopes).toEqual([scope]);
    }
  });
});
