import type { ScopeChoiceView } from '../../../preload/contract.ts';
import { SERVICES } from '../../globus/catalog.ts';
import type { CatalogScope } from '../../globus/scopes.ts';
import { describeScope } from '../../globus/describe-scope.ts';
import { flowIdOfScope } from '../../globus/flow-scope.ts';
import { rootOf } from '../../globus/scope-string.ts';
import type { ScopeStatus } from '../../tokens/status.ts';

/**
 * Scopes of the catalog that have every word of the query in their name, string, service or definition, those
 * whose name begins with it first. A text that is itself a scope, of the catalog or not, stands at the top.
 *
 * @param kept what is on the list already
 */
export function searchScopes(query: string, kept: readonly Pick<ScopeStatus, 'entry'>[]): ScopeChoiceView[] {
  const roots = new Set(kept.map(({ entry }) => rootOf(entry.scope)));
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const typed = query.trim() === '' ? null : describeScope(query);
  const found = LINES.filter(({ text }) => words.every((word) => text.includes(word)))
    .map(({ entry, service }) => ({ entry, service }))
    .sort((a, b) => rank(a.entry, words) - rank(b.entry, words));
  const all = typed === null ? found : [{ entry: typed, service: serviceOf(typed) }, ...found];
  const first = new Map<string, ScopeChoiceView>();
  for (const { entry, service } of all) {
    if (first.has(entry.scope)) continue;
    first.set(entry.scope, choice(entry, service, roots));
  }
  return [...first.values()];
}

const LINES = SERVICES.flatMap(({ title, scopes }) =>
  scopes.map((entry) => ({
    entry,
    service: title,
    text: `${entry.name} ${entry.scope} ${title} ${entry.definition}`.toLowerCase(),
  })),
);

function choice(entry: CatalogScope, service: string, kept: ReadonlySet<string>): ScopeChoiceView {
  const { scope, name, definition, caution } = entry;
  return {
    scope,
    name,
    service,
    definition,
    ...(caution === undefined ? {} : { caution }),
    kept: kept.has(rootOf(scope)),
  };
}

function serviceOf(entry: CatalogScope): string {
  const service = SERVICES.find(({ id }) => id === entry.service);
  return service?.title ?? (flowIdOfScope(entry.scope) === null ? 'Other' : 'Flow');
}

/** `transfer:all` is found first by "transfer" and by "all". */
function rank({ name }: CatalogScope, words: readonly string[]): number {
  const [first = ''] = words;
  if (name === first) return 0;
  return name.split(':').some((part) => part.startsWith(first)) ? 1 : 2;
}
