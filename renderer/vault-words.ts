import type { VaultView } from '../preload/views.ts';

/** Where the sign-in is, within a sentence: a keychain has a name, the file has none. */
export function inVault({ backend, label }: Pick<VaultView, 'backend' | 'label'>): string {
  return backend === 'passphrase' ? `the ${label}` : label;
}
