import type { ScopeGroupView } from '../preload/contract.ts';

/**
 * The groups with only the scopes whose name, definition or scope string holds every word; empty groups go.
 * Upper and lower case are the same.
 */
export function filterGroups(groups: readonly ScopeGroupView[], text: string): ScopeGroupView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...groups];
  return groups
    .map((group) => ({
      ...group,
      scopes: group.scopes.filter(({ name, definition, scope }) => {
        const haystack = `${name} ${definition} ${scope}`.toLowerCase();
        return words.every((word) => haystack.includes(word));
      }),
    }))
    .filter((group) => group.scopes.length > 0);
}
