import type { TokenFacts } from '../types.ts';

/** Root first: `FLOW[*transfer[*data_access]]`, the form in which Globus names a missing consent (§3.4). */
export function scopePath(path: readonly string[]): string {
  const [root = '', ...inner] = path;
  return root + inner.reduceRight((text, scope) => `[*${scope}${text}]`, '');
}

/** Whether the user has consented to this very path below the token's scopes. */
export function hasConsent(facts: TokenFacts, path: readonly string[]): boolean {
  return (facts.dependencies ?? []).some(
    (given) => given.length === path.length && given.every((scope, index) => scope === path[index]),
  );
}
