import { describe, expect, it } from 'vitest';
import { PRODUCTION } from '../../../main/globus/environments.ts';
import { findRecipe, recipesFor, recipesForFlow } from '../../../main/snippets/recipes.ts';
import { renderSnippet, TOOLS } from '../../../main/snippets/render.ts';
import { originOfService } from '../../../main/snippets/request.ts';
import type { Recipe, TokenInSnippet } from '../../../main/snippets/types.ts';

const SECRET = 'AgTokenOfTheTest0123456789';
const FLOW = 'f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e';
const VALUES = {
  ...{ flow_id: 'f-1', run_id: 'r-1', marker: 'm', web_input_id: 'w-1' },
  ...{ option_id: 'o-1', registered_api_id: 'a-1' },
};
const RECIPES: readonly Recipe[] = [
  ...['all', 'run', 'openid'].flatMap(recipesFor),
  ...recipesForFlow({ id: FLOW, scope: 'flow-scope', exampleBody: { name: 'Ada' } }),
];
const FORMS: Record<string, TokenInSnippet> = {
  fetched: { kind: 'fetched', socket: '/run/broker.sock', scope: 'all' },
  variable: { kind: 'variable' },
  literal: { kind: 'literal', token: SECRET },
};

describe.each(TOOLS)('$label', ({ id: tool, tokens }) => {
  const write = (recipe: Recipe, token: TokenInSnippet, values = {}) =>
    renderSnippet(recipe, { tool, origin: originOfService(PRODUCTION, recipe), token, values });

  it('[C39] holds no token but a literal one, and that once', () => {
    for (const recipe of RECIPES) {
      for (const mode of tokens.length === 0 ? ['fetched' as const] : tokens) {
        const text = write(recipe, FORMS[mode] as TokenInSnippet, VALUES);
        if (text === null) continue;
        expect(text.split(SECRET).length - 1, `${recipe.id} ${mode}`).toBe(mode === 'literal' ? 1 : 0);
        expect(text).not.toContain('undefined');
      }
    }
  });

  it('[C16] is refused a value that contains the token', () => {
    const recipe = findRecipe('get-flow') as Recipe;
    const token = { kind: 'literal', token: SECRET } as const;
    expect(() => write(recipe, token, { flow_id: SECRET })).toThrow(RangeError);
  });

  it('writes every recipe, with and without its values', () => {
    const unable = RECIPES.filter((recipe) => {
      write(recipe, { kind: 'dots' });
      return write(recipe, { kind: 'dots' }, VALUES) === null;
    }).map(({ id }) => id);
    // What the Globus CLI has no command for (or cannot ask for: runs by their status).
    const none = [
      ...['next-flows', 'list-runs', 'get-run-definition', 'cancel-runs', 'register-api'],
      ...['update-registered-api', 'delete-registered-api', 'userinfo', 'flow-validate-run'],
    ];
    expect([...new Set(unable)].sort()).toEqual(tool === 'globus-cli' ? none.sort() : []);
  });
});

describe('a fetched token of an account', () => {
  const account = 'b0000000-0000-4000-8000-00000000000b';
  const fetching = TOOLS.filter(({ tokens }) => tokens.includes('fetched')).map(({ id }) => id);

  it.each(fetching)('[C13] is asked for by its name in %s, on every system', (tool) => {
    for (const socket of ['/run/broker.sock', '\\\\.\\pipe\\globus-token']) {
      for (const recipe of RECIPES) {
        const options = { tool, origin: originOfService(PRODUCTION, recipe), values: VALUES };
        const plain = renderSnippet(recipe, { ...options, token: { kind: 'fetched', socket, scope: 'all' } });
        const named = renderSnippet(recipe, {
          ...options,
          token: { kind: 'fetched', socket, scope: 'all', account },
        });
        if (plain === null || named === null) continue;
        expect(plain).not.toMatch(/account/);
        expect(named.split(account).length - 1, recipe.id).toBe(1);
        expect(named).toMatch(/&account=|--account/);
      }
    }
  });
});

describe('the Globus CLI', () => {
  it.each([
    ['list-flows', 'list --filter-role flow_owner --orderby updated_at:DESC'.split(' ')],
    ['get-flow', ['show', 'f-1']],
    ['answer-web-input', ['web-input', 'respond', 'w-1', 'o-1']],
    ['cancel-run', ['run', 'cancel', 'r-1']],
  ])('has a command for %s', (id, words) => {
    const options = { tool: 'globus-cli', origin: PRODUCTION.flows, token: { kind: 'dots' } } as const;
    const line = renderSnippet(findRecipe(id) as Recipe, { ...options, values: VALUES }) ?? '';
    expect(line.replaceAll("'", '')).toBe(`globus flows ${words.join(' ')}`);
  });

  it('starts a flow with its input', () => {
    const [, start] = recipesForFlow({ id: FLOW, scope: 's', exampleBody: { name: "it's" } });
    const options = { tool: 'globus-cli', origin: PRODUCTION.flows, token: { kind: 'dots' } } as const;
    expect(renderSnippet(start as Recipe, options)).toBe(
      `globus flows start ${FLOW} --input '{"name":"it'\\''s"}' --label 'Started with curl' --tag demo`,
    );
  });

  it('[C40] is given no ID that it would read as an option', () => {
    const options = { tool: 'globus-cli', origin: PRODUCTION.flows, token: { kind: 'dots' } } as const;
    const recipe = findRecipe('delete-flow') as Recipe;
    expect(() => renderSnippet(recipe, { ...options, values: { flow_id: '--help' } })).toThrow(RangeError);
  });
});

describe('globus-token curl', () => {
  it('names scope and path, and leaves the rest to curl', () => {
    const options = { tool: 'globus-token', origin: PRODUCTION.flows, token: { kind: 'dots' } } as const;
    expect(renderSnippet(findRecipe('update-run') as Recipe, { ...options, values: VALUES })).toBe(
      `globus-token curl run_manage '/runs/r-1' -X PUT -H 'Content-Type: application/json' --data '{"label":"New label","tags":["a","b"]}'`,
    );
  });
});
