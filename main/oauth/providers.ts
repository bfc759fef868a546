import type { OAuthContext, Provider } from './context.ts';
import { discover } from './discovery.ts';

/** Remembers the metadata of the client in use, for renewals and revocations; a failed read is forgotten. */
export class Providers {
  #known: { clientId: string; provider: Promise<Provider> } | null = null;

  get(context: OAuthContext): Promise<Provider> {
    if (this.#known?.clientId === context.clientId) return this.#known.provider;
    const provider = discover(context);
    const entry = { clientId: context.clientId, provider };
    this.#known = entry;
    provider.catch(() => {
      if (this.#known === entry) this.#known = null;
    });
    return provider;
  }
}
