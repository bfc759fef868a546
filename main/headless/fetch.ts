import type { Fetch } from '../effects.ts';

/**
 * Node's own fetch: it keeps no cookie and no cache, trusts Node's certificates and NODE_EXTRA_CA_CERTS, and
 * reads no proxy variable (docs/headless.md).
 */
export const nodeFetch: Fetch = (input, init) =>
  fetch(input, { ...init, credentials: 'omit', cache: 'no-store' });
