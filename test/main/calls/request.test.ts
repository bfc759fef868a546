import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowIdOf, prepare } from '../../../main/calls/request.ts';
import { PREVIEW, PRODUCTION } from '../../../main/globus/environments.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { resolveScopeName } from '../../../main/globus/short-names.ts';
import { RECIPES } from '../../../main/snippets/catalog.ts';
import { recipesForFlow } from '../../../main/snippets/recipes.ts';

const ID = 'f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e';
const VALUES = Object.fromEntries(
  RECIPES.flatMap(({ placeholders = [] }) => placeholders.map((name) => [name, ID])),
);
const FOREIGN = [
  'transfer:all',
  'groups:all',
  'search:all',
  'timers:timer',
  'compute:all',
  `collection:${ID}:https`,
];

describe('where a request goes', () => {
  it.each([PRODUCTION, PREVIEW])('[C17] leads every recipe to its own service in $name', (environment) => {
    for (const recipe of RECIPES.filter(({ readOnly }) => readOnly)) {
      for (const scope of recipe.scopes.map(full)) {
        const prepared = prepare(environment, scope, recipe, VALUES, 'some-token');
        if (!prepared.ok) throw new Error(`${recipe.id}: ${prepared.problem.title}`);
        const own = recipe.service === 'auth' ? environment.issuer : environment.flows;
        expect(new URL(prepared.url).origin).toBe(own);
        expect(prepared.url).not.toContain('some-token');
      }
    }
  });

  it.each(FOREIGN)('[C17] prepares nothing for a token of %s', (name) => {
    for (const recipe of RECIPES.filter(({ readOnly }) => readOnly)) {
      expect(prepare(PRODUCTION, full(name), recipe, VALUES)).toMatchObject({
        ok: false,
        problem: { reason: 'other-host' },
      });
    }
  });

  it('prepares no recipe that changes something', () => {
    const all = [...RECIPES, ...recipesForFlow({ id: ID, scope: flowScope(ID), exampleBody: {} })];
    for (const recipe of all.filter(({ readOnly }) => !readOnly)) {
      expect(prepare(PRODUCTION, full('all'), recipe, VALUES).ok).toBe(false);
    }
  });

  it('[C17] keeps any value inside its segment or its parameter', () => {
    const reading = RECIPES.filter(({ readOnly, placeholders = [] }) => readOnly && placeholders.length > 0);
    fc.assert(
      fc.property(
        fc.constantFrom(...reading),
        fc.string({ unit: 'binary', minLength: 1 }),
        (recipe, value) => {
          const values = Object.fromEntries((recipe.placeholders ?? []).map((name) => [name, value]));
          const prepared = prepare(PRODUCTION, full(recipe.scopes[0] ?? ''), recipe, values);
          if (!prepared.ok) {
            expect(prepared.problem.reason).toBe('bad-value');
            return;
          }
          const url = new URL(prepared.url);
          expect(url.origin).toBe(PRODUCTION.flows);
          expect(url.pathname.split('/')).toHaveLength(recipe.path.split('/').length);
          expect([...url.searchParams.keys()]).toEqual((recipe.query ?? []).map(([name]) => name));
          expect(url.hash).toBe('');
        },
      ),
      { numRuns: 40 },
    );
  }, 30_000);
});

describe('the flow that a request is about', () => {
  it('is the recipe’s own, or the one that was filled in', () => {
    const [own] = recipesForFlow({ id: ID, scope: flowScope(ID), exampleBody: {} });
    const show = RECIPES.find(({ id }) => id === 'get-flow');
    const list = RECIPES.find(({ id }) => id === 'list-flows');
    if (own === undefined || show === undefined || list === undefined) throw new Error('no recipes');
    expect(flowIdOf(own, {})).toBe(ID);
    expect(flowIdOf(show, { flow_id: ID.toUpperCase() })).toBe(ID);
    expect(flowIdOf(show, { flow_id: 'nonsense' })).toBeNull();
    expect(flowIdOf(show, {})).toBeNull();
    expect(flowIdOf(list, { flow_id: ID })).toBeNull();
  });
});

function full(name: string): string {
  const scope = resolveScopeName(name);
  if (scope === null) throw new Error(`no scope ${name}`);
  return scope;
}
