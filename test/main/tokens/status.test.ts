import { describe, expect, it } from 'vitest';
import { FLOWS_SCOPES } from '../../../main/globus/scopes.ts';
import type { GrantRecord } from '../../../main/settings/types.ts';
import type { AccessToken } from '../../../main/tokens/access-tokens.ts';
import { chooseGrant } from '../../../main/tokens/grants.ts';
import { scopeStatus, type StatusFacts } from '../../../main/tokens/status.ts';

const [entry, other] = FLOWS_SCOPES;
if (entry === undefined || other === undefined) throw new Error('the catalog is empty');
const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;

function grant(name: string, scopes: string[], grantedAt = 0): GrantRecord {
  return {
    name,
    scopes,
    grantedAt,
    environment: 'production',
    clientId: 'c',
    sub: 's',
    username: 'u',
    displayName: 'U',
    resourceServer: 'flows.globus.org',
    lastUsedAt: 0,
  };
}

const covering = grant('g', [entry.scope, other.scope]);
const token = (endsIn: number, life = 48 * HOUR): AccessToken => ({
  value: 'x',
  receivedAt: NOW + endsIn - life,
  expiresAt: NOW + endsIn,
});

function facts(change: Partial<StatusFacts>): StatusFacts {
  return {
    entry: entry as NonNullable<typeof entry>,
    grants: [covering],
    token: () => undefined,
    renewing: () => false,
    unreachable: () => false,
    locked: () => false,
    online: true,
    now: NOW,
    ...change,
  };
}

describe('the state of a scope', () => {
  it.each<[string, Partial<StatusFacts>]>([
    ['needs-sign-in', { grants: [] }],
    ['needs-consent', { grants: [grant('g', [other.scope])] }],
    ['ready', { token: () => token(40 * HOUR) }],
    ['ready', { token: () => token(40 * HOUR), online: false }],
    ['ready', { token: () => token(40 * HOUR), unreachable: () => true }],
    ['expiring', { token: () => token(10 * 60_000) }],
    ['expiring', { token: () => token(61_000) }],
    ['ready', { token: () => token(5 * 60_000, 5 * 60_000) }],
    ['expiring', { token: () => token(80_000, 5 * 60_000) }],
    ['renewing', { token: () => token(40 * HOUR), renewing: () => true }],
    ['renewing', {}],
    ['renewing', { token: () => token(60_000) }],
    ['renewing', { token: () => token(-HOUR), renewing: () => true }],
    ['offline', { online: false }],
    ['offline', { unreachable: () => true }],
    ['locked', { locked: () => true }],
    ['locked', { locked: () => true, online: false }],
  ])('is %s', (state, change) => {
    expect(scopeStatus(facts(change)).state).toBe(state);
  });

  it('shows no end of a token that is no longer handed out (60 s early)', () => {
    expect(scopeStatus(facts({ token: () => token(60_000) })).expiresAt).toBeNull();
    expect(scopeStatus(facts({ token: () => token(60_001) })).expiresAt).toBe(NOW + 60_001);
  });

  it('names the other scopes that the same token carries', () => {
    expect(scopeStatus(facts({ token: () => token(HOUR) })).others).toEqual([other.scope]);
  });
});

describe('the choice of a grant', () => {
  it('takes the one with the fewest other scopes, the newest of equals', () => {
    const wide = grant('wide', [entry.scope, other.scope], 9);
    const old = grant('old', [entry.scope], 1);
    const young = grant('young', [entry.scope], 2);
    expect(chooseGrant([wide, old, young], entry.scope)?.name).toBe('young');
    expect(chooseGrant([wide, old, young], other.scope)?.name).toBe('wide');
    expect(chooseGrant([old], other.scope)).toBeUndefined();
  });
});
