import { describe, expect, it } from 'vitest';

import type { TokenFacts } from '../types.ts';
import { flowScope } from './auth.ts';
import { at, FlowsBench, textAt, type Answer } from './bench.ts';
import {
  DATA_ACCESS_SCOPE,
  GARE_POLICY_ID,
  GARE_TITLES,
  GARE_VARIANTS,
  gareFlowId,
  HELLO_WORLD_SCOPE,
  TRANSFER_SCOPE,
  type GareVariant,
} from './seed.ts';

/** Ada's linked identity, see users.ts. */
const LINKED = '44444444-4444-4444-8444-444444444444';

function run(bench: FlowsBench, variant: GareVariant, more: Partial<TokenFacts> = {}): Answer {
  const id = gareFlowId(variant);
  return bench.call('POST', `/flows/${id}/run`, bench.flowToken(id, 0, more), { body: {} });
}

function scopeOf(variant: GareVariant, ...path: string[]): string {
  return flowScope(gareFlowId(variant)) + path.reduceRight((text, scope) => `[*${scope}${text}]`, '');
}

const PARAMETERS: { readonly [V in GareVariant]: [status: number, path: string, value: unknown] } = {
  policy: [403, 'authorization_parameters.session_required_policies', [GARE_POLICY_ID]],
  identities: [403, 'authorization_parameters.session_required_identities', [LINKED]],
  domain: [403, 'authorization_parameters.session_required_single_domain', ['clinic.example']],
  mfa: [403, 'authorization_parameters.session_required_mfa', true],
  prompt: [403, 'authorization_parameters.prompt', 'login'],
  scopes: [403, 'authorization_parameters.required_scopes', [scopeOf('scopes', HELLO_WORLD_SCOPE)]],
  no_code: [403, 'authorization_parameters.session_required_policies', GARE_POLICY_ID],
  transfer_consent: [
    403,
    'required_scopes',
    [scopeOf('transfer_consent', TRANSFER_SCOPE, DATA_ACCESS_SCOPE)],
  ],
  action_consent_403: [403, 'required_scope', scopeOf('action_consent_403', HELLO_WORLD_SCOPE)],
  action_consent_401: [401, 'required_scope', scopeOf('action_consent_401', HELLO_WORLD_SCOPE)],
  dependent_consent: [403, 'errors.0.unapproved_scopes', [scopeOf('dependent_consent', TRANSFER_SCOPE)]],
  errors_item: [
    403,
    'errors.0.authorization_parameters.required_scopes',
    [scopeOf('errors_item', HELLO_WORLD_SCOPE)],
  ],
};

describe('authentication requirement errors', () => {
  it.each(GARE_VARIANTS)('[C19] refuses a start in the form of %s, again and again', (variant) => {
    const bench = new FlowsBench();
    const [status, path, value] = PARAMETERS[variant];
    for (const attempt of [1, 2]) {
      const answer = run(bench, variant, { session: bench.session() });
      expect([attempt, answer.status, at(answer.body, path)]).toEqual([attempt, status, value]);
    }
  });

  it.each(GARE_VARIANTS)('[C19] refuses a dry check of an input in the form of %s too', (variant) => {
    const bench = new FlowsBench();
    const id = gareFlowId(variant);
    const [status, path, value] = PARAMETERS[variant];
    const token = bench.flowToken(id, 0, { session: bench.session() });
    const answer = bench.call('POST', `/flows/${id}/validate_run`, token, { body: {} });
    expect([answer.status, at(answer.body, path)]).toEqual([status, value]);
  });

  it('[C19] leaves the code out where the legacy form has none', () => {
    const bench = new FlowsBench();
    expect(run(bench, 'no_code').body).not.toHaveProperty('code');
    expect(run(bench, 'errors_item').body).not.toHaveProperty('code');
    expect(run(bench, 'dependent_consent').body).toMatchObject({ error: 'dependent_consent_required' });
    expect(run(bench, 'transfer_consent').body).toMatchObject({ code: 'ConsentRequired' });
  });

  const consents = (variant: GareVariant, ...path: string[]): Partial<TokenFacts> => ({
    dependencies: [[flowScope(gareFlowId(variant)), ...path]],
  });

  it.each([
    ['policy', (bench: FlowsBench) => ({ session: bench.session({ policies: [GARE_POLICY_ID] }) })],
    ['no_code', (bench: FlowsBench) => ({ session: bench.session({ policies: [GARE_POLICY_ID] }) })],
    ['identities', (bench: FlowsBench) => ({ session: bench.session({ identities: [LINKED] }) })],
    ['domain', (bench: FlowsBench) => ({ session: bench.session({ identities: [LINKED] }) })],
    ['mfa', (bench: FlowsBench) => ({ session: bench.session({ mfa: true }) })],
    ['prompt', (bench: FlowsBench) => ({ session: bench.session() })],
    ['scopes', () => consents('scopes', HELLO_WORLD_SCOPE)],
    ['transfer_consent', () => consents('transfer_consent', TRANSFER_SCOPE, DATA_ACCESS_SCOPE)],
    ['action_consent_403', () => consents('action_consent_403', HELLO_WORLD_SCOPE)],
    ['action_consent_401', () => consents('action_consent_401', HELLO_WORLD_SCOPE)],
    ['dependent_consent', () => consents('dependent_consent', TRANSFER_SCOPE)],
    ['errors_item', () => consents('errors_item', HELLO_WORLD_SCOPE)],
  ] as const)('[C19] lets a start through once %s is met', (variant, met) => {
    const bench = new FlowsBench();
    expect(run(bench, variant, { session: bench.session() }).status).toBeGreaterThanOrEqual(401);
    bench.clock.advance(1_000);
    expect(run(bench, variant, met(bench)).status).toBe(201);
  });

  it.each(['identities', 'domain', 'prompt'] as const)(
    '[C19] is not satisfied for %s by a refreshed token, which carries its old session',
    (variant) => {
      const bench = new FlowsBench();
      const session = bench.session({ identities: [LINKED] });
      expect(run(bench, variant, { session }).status).toBe(403);
      bench.clock.advance(1_000);
      expect(run(bench, variant, { session }).status).toBe(403);
    },
  );

  it('asks people without a linked identity for their own', () => {
    const bench = new FlowsBench();
    const id = gareFlowId('identities');
    const answer = bench.call('POST', `/flows/${id}/run`, bench.flowToken(id, 1), { body: {} });
    expect(at(answer.body, 'authorization_parameters.session_required_identities')).toEqual([
      bench.user(1).sub,
    ]);
  });

  it('goes by the title, for flows created later too', () => {
    const bench = new FlowsBench();
    const created = bench.call('POST', '/flows', bench.token('all'), {
      title: GARE_TITLES.mfa,
      definition: { StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } },
    });
    const id = textAt(created.body, 'id');
    const answer = bench.call('POST', `/flows/${id}/run`, bench.flowToken(id), { body: {} });
    expect(at(answer.body, 'authorization_parameters.session_required_mfa')).toBe(true);
  });
});
