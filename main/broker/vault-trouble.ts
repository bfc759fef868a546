import { VAULT_TROUBLES, type VaultTroubleCode } from './contract.ts';

/**
 * The code for a problem of the vault's: `vault-missing-bus` → `bus`, `vault-locked` → `locked`.
 *
 * @param reason of the agent's problem
 * @returns null for what is no trouble of a vault, or for one that has no code
 */
export function vaultTroubleOf(reason: string): VaultTroubleCode | null {
  const code = /^vault-(?:missing-)?(.+)$/.exec(reason)?.[1];
  return VAULT_TROUBLES.find((one) => one === code) ?? null;
}
