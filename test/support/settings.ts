import type { GrantRecord } from '../../main/settings/types.ts';

/** A client ID for tests; its form is that of a real one. */
export const CLIENT_ID = '0a4c8d20-9b0e-4b6e-8a53-3f3b7c1d2e4f';

/** One index entry as a sign-in leaves it; `grantId` is the last part of its vault name. */
export function grantRecord(grantId = 'grant-1'): GrantRecord {
  return {
    name: `production/${CLIENT_ID}/11111111-2222-4333-8444-555555555555/flows.globus.org/${grantId}`,
    environment: 'production',
    clientId: CLIENT_ID,
    sub: '11111111-2222-4333-8444-555555555555',
    username: 'ada@example.org',
    displayName: 'Ada Lovelace',
    resourceServer: 'flows.globus.org',
    scopes: ['https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows'],
    grantedAt: 1_760_000_000_000,
    lastUsedAt: 1_760_000_100_000,
  };
}
