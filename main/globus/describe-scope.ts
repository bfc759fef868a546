import { SCOPE_URL, SCOPE_URN, type CatalogScope } from './catalog-scope.ts';
import { findCatalogScope } from './catalog.ts';
import { collectionsOf, flowIdOfScope } from './flow-scope.ts';
import { plainText } from './plain-text.ts';
import { rootOf } from './scope-string.ts';
import { resolveScopeName, shortNameOf } from './short-names.ts';

/**
 * A catalog entry for any scope that the user keeps: catalog scopes as they are, flows, collections and
 * hand-typed strings described from the text, dependencies named.
 *
 * @param text full scope string or short name, brackets allowed
 * @param title of the flow, where it is known; remote text
 * @returns null when it is no scope
 */
export function describeScope(text: string, title?: string): CatalogScope | null {
  const scope = resolveScopeName(text);
  if (scope === null) return null;
  const root = rootOf(scope);
  const known = findCatalogScope(root);
  const resourceServer = known?.resourceServer ?? resourceServerOf(root);
  if (resourceServer === null) return null;
  if (known !== undefined && root === scope) return known;
  return {
    ...known,
    name: shortNameOf(scope),
    scope,
    resourceServer,
    definition: (known?.definition ?? definitionOf(root, title)) + dependencies(scope, root),
  };
}

/**
 * The resource server that a scope string implies: the middle of a URN, the ID in a URL (GLOBUS.md §3). The
 * catalog knows the exceptions (Flows, Compute); a token answer tells for certain.
 */
export function resourceServerOf(scope: string): string | null {
  const root = rootOf(scope);
  const known = findCatalogScope(root);
  if (known !== undefined) return known.resourceServer;
  if (root.startsWith(SCOPE_URN)) return /^([^/:]+):/.exec(root.slice(SCOPE_URN.length))?.[1] ?? null;
  if (root.startsWith(SCOPE_URL)) return /^([^/:]+)\//.exec(root.slice(SCOPE_URL.length))?.[1] ?? null;
  return null;
}

const MAX_TITLE = 120;

function definitionOf(root: string, title: string | undefined): string {
  if (flowIdOfScope(root) !== null) {
    const name = plainText(title ?? '', MAX_TITLE);
    return `Grants ability to start and resume runs of ${name === '' ? 'this flow' : `the flow “${name}”`}`;
  }
  const short = shortNameOf(root);
  if (short.startsWith('collection:')) {
    return short.endsWith(':https')
      ? 'Grants ability to read and write data on this collection over HTTPS'
      : 'Grants ability to access data on this collection by way of Transfer';
  }
  if (short.startsWith('endpoint:')) return 'Grants ability to manage the collections of this endpoint';
  return 'A scope that this app has no description of; Globus shows one on its consent page';
}

function dependencies(scope: string, root: string): string {
  if (scope === root) return '';
  const count = collectionsOf(scope).length;
  if (count === 0) return ', with dependent scopes';
  return `, with data access on ${count === 1 ? 'one collection' : `${count} collections`}`;
}
