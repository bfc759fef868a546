import { describe, expect, it } from 'vitest';
import { describeScope } from '../../../main/globus/describe-scope.ts';
import type { CatalogScope } from '../../../main/globus/scopes.ts';
import type { GrantRecord } from '../../../main/settings/types.ts';
import { holdingsOf } from '../../../main/tokens/holdings.ts';
import { scopeStatus } from '../../../main/tokens/status.ts';

const NOW = Date.UTC(2026, 0, 30, 12);

function entry(text: string): CatalogScope {
  const found = describeScope(text);
  if (found === null) throw new RangeError(text);
  return found;
}
const ENTRIES = ['run', 'view_flows', 'transfer:all', 'groups:all'].map((text) => {
  const found = ['run', 'view_flows'].includes(text) ? scopeText(text) : text;
  return entry(found);
});

function scopeText(name: string): string {
  return `https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/${name}`;
}

function grant(name: string, scopes: string[], more: Partial<GrantRecord> = {}): GrantRecord {
  return {
    name,
    environment: 'production',
    clientId: 'c',
    sub: '2',
    username: 'grace',
    displayName: 'Grace',
    resourceServer: 'r',
    scopes,
    grantedAt: NOW,
    lastUsedAt: NOW,
    ...more,
  };
}

describe('what another account holds', () => {
  const run = scopeText('run');
  const view = scopeText('view_flows');
  const transfer = ENTRIES[2]?.scope ?? '';
  const grants = [
    grant('flows', [run, view, scopeText('manage_flows')]),
    grant('own', [view], { isolated: true }),
    grant('transfer', [transfer]),
  ];
  const facts = {
    grants,
    token: (name: string) =>
      name === 'transfer'
        ? undefined
        : { value: 'AgHolding', scopes: [], receivedAt: NOW - 1_000, expiresAt: NOW + 48 * 3_600_000 },
    renewing: () => false,
    unreachable: () => false,
    locked: () => false,
    online: false,
    now: NOW,
  };

  it('is said once per token, and what it has no sign-in for is left out', () => {
    expect(
      holdingsOf(ENTRIES, facts).map(({ serves, state, isolated }) => [serves, state, isolated]),
    ).toEqual([
      [[run], 'ready', false],
      [[view], 'ready', true],
      [[transfer], 'offline', false],
    ]);
  });

  it('is what each row’s own status would say', () => {
    for (const { serves, carries, ...held } of holdingsOf(ENTRIES, facts)) {
      for (const scope of serves) {
        const found = ENTRIES.find((one) => one.scope === scope);
        if (found === undefined) throw new RangeError(scope);
        const { entry: _entry, others, ...status } = scopeStatus({ ...facts, entry: found });
        expect(held).toEqual(status);
        expect(carries.filter((one) => one !== scope)).toEqual(others);
      }
    }
  });
});
