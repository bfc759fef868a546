import type { ScopeGroupView } from '../preload/contract.ts';

/**
 * The groups with only the scopes whose name, definition, scope string, flow or service holds every word; empty groups go.
 * Upper and lower case are the same.
 */
export function filterGroups(groups: readonly ScopeGroupView[], text: string): ScopeGroupView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...groups];
  return groups
    .map((group) => ({
      ...group,
      scopes: group.scopes.filter(({ name, definition, scope, flow }) => {
        const haystack = `${name} ${definition} ${scope} ${flow?.title ?? ''} ${group.title}`.toLowerCase();
        return words.every((word) => haystack.includes(word));
      }),
    }))
    .filter((group) => group.scopes.length > 0);
}
