import { expect, it } from 'vitest';
import { parseOidcRequest } from '../../../../main/broker/oidc/requests.ts';

const ISSUER = 'https://auth.globus.org';
const token = { request: 'access_token', account: 'ada', scope: 'view_flows' };
const parse = (request: unknown) => parseOidcRequest(JSON.stringify(request), ISSUER);

it('reads every field that it knows, and ignores the others', () => {
  const request = { ...token, min_valid_period: 60, application_hint: 'me', audience: '', other: {} };
  expect(parse(request)).toEqual({
    ok: true,
    request: { kind: 'access_token', scopes: ['view_flows'], account: 'ada', minTtl: 60, name: 'me' },
  });
});

it.each([
  ['the issuer', { request: 'access_token', issuer: ISSUER, scope: 'a' }],
  ['the issuer with a slash', { request: 'access_token', issuer: `${ISSUER}/`, scope: 'a' }],
  ['the issuer as account', { request: 'access_token', account: ISSUER, scope: 'a' }],
])('takes %s for the default account', (_what, request) => {
  expect(parse(request)).toEqual({ ok: true, request: { kind: 'access_token', scopes: ['a'], minTtl: 0 } });
});

it('never takes a foreign issuer for the default account', () => {
  const parsed = parse({ request: 'access_token', issuer: 'https://evil.example', scope: 'a' });
  expect(parsed).toMatchObject({ request: { account: 'https://evil.example' } });
});

it.each([
  ['a b  a', ['a', 'b']],
  ['a[b c] d', ['a[b c]', 'd']],
  ['*x[*y:all[*z p] q]', ['*x[*y:all[*z p] q]']],
])('splits the scopes %j at spaces outside of brackets', (scope, scopes) => {
  expect(parse({ ...token, scope })).toMatchObject({ request: { scopes } });
});

it('takes the minimum life as a string of digits, as oidc-agent does', () => {
  expect(parse({ ...token, min_valid_period: '60' })).toMatchObject({ request: { minTtl: 60 } });
});

it('leaves out a name that cannot be shown', () => {
  for (const name of ['', ' ', '\u202eevil', 'x\ny', 'x'.repeat(81)]) {
    expect(parse({ ...token, application_hint: name })).not.toHaveProperty('request.name');
  }
});

it.each([
  ['no object', 'access_token'],
  ['null', null],
  ['a list', [token]],
  ['no request', { account: 'ada' }],
  ['another call', { request: 'remove_all' }],
  ['a call of Object', { request: 'constructor' }],
  ['neither account nor issuer', { request: 'access_token', scope: 'a' }],
  ['both', { ...token, issuer: ISSUER }],
  ['an empty account', { ...token, account: '' }],
  ['an account that hides text', { ...token, account: 'ada\u202e' }],
  ['a number as account', { ...token, account: 7 }],
  ['no scope', { ...token, scope: undefined }],
  ['an empty scope', { ...token, scope: '  ' }],
  ['a scope with a line end', { ...token, scope: 'a\nb' }],
  ['a long scope', { ...token, scope: 'x'.repeat(5_000) }],
  ['many scopes', { ...token, scope: 'a b c d e f g h i' }],
  ['a forced token', { ...token, min_valid_period: -1 }],
  ['half a second', { ...token, min_valid_period: 0.5 }],
  ['a life of centuries', { ...token, min_valid_period: 1e12 }],
  ['a life in words', { ...token, min_valid_period: 'long' }],
  ['an audience', { ...token, audience: 'x' }],
])('refuses %s, and repeats nothing of it', (_what, request) => {
  const parsed = parse(request);
  expect(parsed.ok).toBe(false);
  expect(JSON.stringify(parsed)).not.toMatch(/ada|remove_all|\u202e/);
});
