import type { StatusAnswer } from '../../main/broker/contract.ts';

/** What a broker says of itself in tests where only some of it matters. */
export function statusAnswer(changed: Partial<StatusAnswer> = {}): StatusAnswer {
  return {
    version: '0.1.0',
    pid: process.pid,
    environment: 'demo',
    account: null,
    vault: 'memory',
    locked: false,
    kind: 'headless',
    backend: 'memory',
    vault_state: 'ready',
    vault_absence: null,
    client_id: null,
    accounts: [],
    online: true,
    clock_skew: null,
    data_folder: '/nonexistent',
    ...changed,
  };
}
