import type { Reason, VaultTroubleCode } from '../main/broker/contract.ts';
import type { ExitName } from './exit-codes.ts';

/** The exit code of each refusal of the broker's. The shell launcher's table is made from it. */
const REASON_EXITS: Readonly<Record<Exclude<Reason, 'vault-trouble'>, ExitName>> = {
  'bad-request': 'usage',
  'method-not-allowed': 'usage',
  'not-found': 'not-kept',
  'unknown-scope': 'not-kept',
  'unknown-account': 'not-kept',
  denied: 'denied',
  'denied-by-rule': 'denied',
  'no-answer': 'denied',
  'cooling-down': 'denied',
  'caller-changed': 'denied',
  'caller-unknown': 'denied',
  'foreign-origin': 'denied',
  'outside-forward': 'denied',
  locked: 'locked',
  'needs-sign-in': 'needs-sign-in',
  'login-failed': 'needs-sign-in',
  'needs-consent': 'needs-consent',
  'expires-too-soon': 'expires-too-soon',
  unreachable: 'network',
  'not-set-up': 'not-set-up',
  'needs-terminal': 'needs-terminal',
  busy: 'busy',
  'cannot-retire': 'busy',
  internal: 'failed',
};

const TROUBLE_EXITS: Readonly<Record<VaultTroubleCode, ExitName>> = {
  bus: 'no-keychain',
  service: 'no-keychain',
  library: 'no-keychain',
  absent: 'no-keychain',
  collection: 'no-keyring',
  locked: 'keychain-locked',
  slow: 'keychain-slow',
  denied: 'keychain-denied',
  'wrong-passphrase': 'wrong-passphrase',
  truncated: 'vault-truncated',
  damaged: 'vault-damaged',
  unreadable: 'vault-damaged',
  swapped: 'vault-swapped',
  exists: 'usage',
};

/**
 * @param reason as it came; one that this version does not know counts as `failed`
 * @param trouble with `vault-trouble`; absent or unknown: what is missing of a keychain is not known
 */
export function exitOf(reason: string, trouble: string | null): ExitName {
  if (reason === 'vault-trouble') return of(TROUBLE_EXITS, trouble ?? '') ?? 'no-keychain';
  return of(REASON_EXITS, reason) ?? 'failed';
}

function of(table: Readonly<Record<string, ExitName>>, key: string): ExitName | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
