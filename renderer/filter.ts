import type { ScopeView } from '../preload/contract.ts';
import { type ListGroup, rowsOf } from './rows.ts';

/**
 * The groups with only the rows whose name, definition, scope string, flow, service or account holds every word;
 * empty groups go. Upper and lower case are the same.
 *
 * @param account username of the default account where there are others, else null: one account's name would find
 *   everything
 */
export function filterGroups(
  groups: readonly ListGroup[],
  text: string,
  account: string | null = null,
): ListGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...groups];
  return groups
    .map((group) => {
      const holds = ({ name, definition, scope, flow, account: other }: ScopeView) => {
        const whose = other?.username ?? account ?? '';
        const haystack = [name, definition, scope, flow?.title ?? '', group.title, whose]
          .join(' ')
          .toLowerCase();
        return words.every((word) => haystack.includes(word));
      };
      const others = group.others
        .map((one) => ({ ...one, scopes: one.scopes.filter(holds) }))
        .filter(({ scopes }) => scopes.length > 0);
      return { ...group, scopes: group.scopes.filter(holds), others };
    })
    .filter((group) => rowsOf(group).length > 0);
}
