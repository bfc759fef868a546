import type { Problem } from '../effects.ts';
import { VAULT_TROUBLES, type VaultTroubleCode } from './contract.ts';

export interface VaultRefusal {
  readonly kind: 'refused';
  readonly reason: 'locked' | 'vault-trouble';
  readonly detail: string;
  readonly next: string;
  readonly trouble?: VaultTroubleCode;
}

/**
 * A problem of the vault's in the broker's words: its sentences stay, and each trouble has its own code
 * (`vault-missing-bus` → `bus`), so that it has its own exit code too (CHECKLIST 27).
 *
 * @returns null for a problem that is not the vault's
 */
export function vaultRefusal({ reason, title, tokens, next }: Problem): VaultRefusal | null {
  const code = /^vault-(?:missing-)?(.+)$/.exec(reason)?.[1];
  if (code === undefined) return null;
  const words = { kind: 'refused', detail: `${title}. ${tokens}`, next } as const;
  // Without its passphrase the file is as locked as the app is, and the same command opens both.
  if (code === 'file-locked') return { ...words, reason: 'locked' };
  const trouble = VAULT_TROUBLES.find((one) => one === code);
  return { ...words, reason: 'vault-trouble', ...(trouble === undefined ? {} : { trouble }) };
}
