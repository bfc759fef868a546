import fc from 'fast-check';
import { CATALOG } from '../../../main/globus/catalog.ts';
import { PRODUCTION } from '../../../main/globus/environments.ts';
import {
  dataAccessScope,
  flowScope,
  httpsScope,
  manageCollectionsScope,
} from '../../../main/globus/flow-scope.ts';
import { MAX_SCOPE_DEPTH, type ScopeNode } from '../../../main/globus/scope-string.ts';

/** Any characters, also lone halves of pairs; the language's own few; what URL parsers and numbers trip over. */
export const garbage = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '[', ']', '*', ' '), maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('\ud800', '\udc00', '\0', '\u202e', '\t', '\n', '%', '"', '\\', 'K'),
    maxLength: 40,
  }),
  // Long and deep: no answer may take its time with them.
  fc
    .record({
      piece: fc.constantFrom('[', ']', '*', 'a[', 'a[*b ', ' ', 'a ', 'a[b] ', 'é', 'x'),
      times: fc.integer({ min: 1, max: 5_000 }),
    })
    .map(({ piece, times }) => piece.repeat(times)),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__proto__[__proto__]',
    'flow:',
    '*',
  ),
);

/** In either case: people paste both. */
const ids = fc.oneof(
  fc.uuid(),
  fc.uuid().map((id) => id.toUpperCase()),
);

/** What means one scope: catalog, flow, collection, endpoint, and well-formed ones that nobody knows. */
export const roots = fc.oneof(
  fc.constantFrom(...CATALOG.map(({ scope }) => scope)),
  fc.constantFrom(...CATALOG.map(({ name }) => name)),
  ids.map(flowScope),
  ids.map(dataAccessScope),
  ids.map(httpsScope),
  ids.map(manageCollectionsScope),
  ids.map((id) => `flow:${id}`),
  ids.map((id) => `flow:${id.toUpperCase()}`),
  ids.map((id) => `https://auth.globus.org/scopes/${id}/some_other`),
  fc.stringMatching(/^[a-z]{1,9}\.example$/).map((host) => `urn:globus:auth:scope:${host}:all`),
);

/** Trees of different scopes: nothing in them merges, nothing is a cycle. */
export const trees = fc
  .array(fc.record({ parent: fc.nat(), optional: fc.boolean() }), { maxLength: 40 })
  .map((rows) => {
    const nodes = [{ scope: 's0', optional: false, dependencies: [] as ScopeNode[], depth: 1 }];
    for (const { parent, optional } of rows) {
      const above = nodes.filter(({ depth }) => depth < MAX_SCOPE_DEPTH);
      const chosen = above[parent % above.length];
      const node = { scope: `s${nodes.length}`, optional, dependencies: [], depth: (chosen?.depth ?? 0) + 1 };
      chosen?.dependencies.push(node);
      nodes.push(node);
    }
    return plain(nodes[0] ?? { scope: 's0', optional: false, dependencies: [] });
  });

function plain({ scope, optional, dependencies }: ScopeNode): ScopeNode {
  return { scope, optional, dependencies: dependencies.map(plain) };
}

/** A scope with dependencies, whole or with a piece of garbage somewhere in it. */
export const nearlyScopes = fc
  .record({
    chain: fc.array(roots, { minLength: 1, maxLength: 10 }),
    siblings: fc.boolean(),
    bad: fc.option(garbage, { freq: 3 }),
    at: fc.nat(),
  })
  .map(({ chain, siblings, bad, at }) => {
    const [root = '', ...rest] = chain;
    const inner = siblings ? rest.join(' *') : rest.join('[') + ']'.repeat(Math.max(0, rest.length - 1));
    const text = rest.length === 0 ? root : `${root}[${inner}]`;
    if (bad === null) return text;
    const place = at % (text.length + 1);
    return text.slice(0, place) + bad + text.slice(place);
  });

/** Addresses that nearly name a flow. */
export const addresses = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          'https://',
          'http://',
          PRODUCTION.webApp,
          '/flows/',
          '@',
          ':',
          '\\',
          '//',
          '..',
          '?',
          '#',
          '%2f',
          'app.globus.org',
          'javascript:',
          ' ',
          '\t',
          '\u3002',
        ),
      },
      { weight: 2, arbitrary: ids },
      { weight: 1, arbitrary: garbage },
    ),
    { maxLength: 7 },
  )
  .map((parts) => parts.join(''));
