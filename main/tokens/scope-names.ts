import { rootOf } from '../globus/scope-string.ts';
import { resolveScopeName } from '../globus/short-names.ts';

export { shortNameOf } from '../globus/short-names.ts';

/**
 * The root scope behind whatever names one: a short name, `flow:<id>`, a full string with dependent scopes; null
 * for anything else. Tokens are known by their roots (GLOBUS.md §2.1).
 */
export function rootNamed(text: string): string | null {
  const scope = resolveScopeName(text);
  return scope === null ? null : rootOf(scope);
}
