import fc from 'fast-check';
import { describeScope, resourceServerOf } from '../../../main/globus/describe-scope.ts';
import { demoEnvironment, PREVIEW, PRODUCTION } from '../../../main/globus/environments.ts';
import { readFlowReference } from '../../../main/globus/flow-reference.ts';
import { flowIdOfScope, flowScope, withCollections } from '../../../main/globus/flow-scope.ts';
import {
  formatScope,
  MAX_SCOPE_LENGTH,
  mergeScopes,
  parseScope,
  parseScopes,
  rootOf,
  type ScopeNode,
  splitScopes,
} from '../../../main/globus/scope-string.ts';
import { resolveScopeName, shortNameOf } from '../../../main/globus/short-names.ts';
import { addresses, garbage, nearlyScopes, roots, trees } from './texts.ts';

/** Throws, with fast-check's way of saying which text, when it does not hold. */
type Hold = (condition: boolean, what: string) => void;

const hold: Hold = (condition, what) => {
  if (!condition) throw new Error(what);
};

const ENVIRONMENTS = [PRODUCTION, PREVIEW, demoEnvironment({ auth: 4001, flows: 4002 })];

const texts = fc.oneof(garbage, nearlyScopes, addresses);

/** One mention among siblings, of few enough names that some come twice. */
const mentions = fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), optional: fc.boolean() }), {
  minLength: 1,
  maxLength: 6,
});

/** Each holds for every text. None throws: every function here takes any text. */
export const PROPERTIES: readonly (readonly [string, fc.IRawProperty<unknown>])[] = [
  [
    'trees come back',
    fc.property(trees, (tree) => {
      const text = formatScope(tree);
      if (text.length > MAX_SCOPE_LENGTH) return;
      const parsed = parseScope(text);
      hold(parsed.ok && same(parsed.scope, tree), 'another tree came back');
    }),
  ],
  [
    'parsing',
    fc.property(texts, (text) => {
      const parsed = parseScopes(text);
      if (!parsed.ok) {
        hold(Number.isInteger(parsed.at) && parsed.at >= 0 && parsed.at <= text.length, `at ${parsed.at}`);
        hold(parsed.why !== '', 'no reason');
        return;
      }
      const written = parsed.scopes.map(formatScope).join(' ');
      const again = parseScopes(written);
      // The canonical form may be longer than what was read only where nothing was cut.
      if (written.length <= MAX_SCOPE_LENGTH)
        hold(again.ok && same(again.scopes, parsed.scopes), 'not the same again');
      hold(!hasCycle(parsed.scopes), 'a scope that depends on itself');
      const one = parseScope(text);
      if (one.ok) hold(one.scope.scope === rootOf(formatScope(one.scope)), 'another root');
    }),
  ],
  [
    'lists',
    fc.property(fc.array(texts, { maxLength: 5 }), (list) => {
      const merged = mergeScopes(list);
      hold(same(mergeScopes(merged), merged), 'merging twice differs');
      const rootsOf = (all: readonly string[]) => [...new Set(all.flatMap(splitScopes).map(rootOf))].sort();
      hold(same(rootsOf(merged), rootsOf(list)), 'merging changed what is asked for');
    }),
  ],
  [
    'siblings',
    fc.property(mentions, (list) => {
      const parsed = parseScope(
        `root[${list.map(({ name, optional }) => `${optional ? '*' : ''}${name}`).join(' ')}]`,
      );
      hold(parsed.ok, 'not well formed');
      if (!parsed.ok) return;
      for (const { scope, optional } of parsed.scope.dependencies) {
        const all = list.filter(({ name }) => name === scope);
        hold(all.length > 0 && optional === all.every((one) => one.optional), `${scope} changed its mark`);
      }
    }),
  ],
  [
    'names',
    fc.property(fc.oneof(texts, roots), (text) => {
      const scope = resolveScopeName(text);
      const short = shortNameOf(text);
      hold(typeof short === 'string', 'no short name');
      if (scope === null) {
        hold(describeScope(text) === null, 'described what is no scope');
        return;
      }
      hold(resolveScopeName(scope) === scope, 'its own answer means something else');
      hold(resolveScopeName(shortNameOf(scope)) === scope, 'its short name means something else');
      const entry = describeScope(text);
      hold(entry !== null && entry.definition !== '' && entry.name !== '', 'a scope without a description');
      hold(resourceServerOf(scope) !== null, 'a scope without a service');
    }),
  ],
  [
    'flows',
    fc.property(texts, (text) => {
      for (const environment of ENVIRONMENTS) {
        const id = readFlowReference(text, environment);
        if (id === null) continue;
        hold(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id), 'no ID');
        const plain = text.toLowerCase();
        hold(
          plain.includes(id) || plain.includes(id.replaceAll('-', '_')),
          'an ID that does not stand in the text',
        );
        hold(readFlowReference(id, environment) === id, 'the ID itself is no reference');
        hold(flowIdOfScope(flowScope(id)) === id, 'the scope of the flow names another one');
      }
      flowIdOfScope(text);
    }),
  ],
  [
    'collections',
    fc.property(fc.uuid(), fc.array(fc.oneof(fc.uuid(), garbage), { maxLength: 60 }), (flow, collections) => {
      hold(readFlowReference(flow.toUpperCase(), PRODUCTION) === flow, 'an ID in capitals is no reference');
      const made = withCollections(flowScope(flow), collections);
      if (made.ok) hold(parseScope(made.scope).ok, 'not to be read again');
      else if (made.reason === 'collection')
        hold(collections.includes(made.bad), 'blames what was not named');
    }),
  ],
];

/** The brackets are one graph, wherever in the text an edge stands. */
function hasCycle(nodes: readonly ScopeNode[]): boolean {
  const below = new Map<string, string[]>();
  const collect = ({ scope, dependencies }: ScopeNode): void => {
    below.set(scope, [...(below.get(scope) ?? []), ...dependencies.map((inner) => inner.scope)]);
    dependencies.forEach(collect);
  };
  nodes.forEach(collect);
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    (below.get(from) ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  return [...below.keys()].some((scope) => reaches(scope, scope, new Set()));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
