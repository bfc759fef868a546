import { describe, expect, it } from 'vitest';
import { recipeOf, recipesOf, renderWith, whatOf, writeSnippet } from '../../main/agent-render.ts';
import { PREVIEW, PRODUCTION, demoEnvironment } from '../../main/globus/environments.ts';
import { CATALOG } from '../../main/globus/catalog.ts';
import { flowScope } from '../../main/globus/flow-scope.ts';
import { FLOWS_SCOPES } from '../../main/globus/scopes.ts';

const FLOW = '00000000-0000-4000-8000-00000000000a';
const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';
const scopeOf = (name: string) => FLOWS_SCOPES.find((entry) => entry.name === name)?.scope ?? '';
const TOKEN = { value: 'Agtoken', expiresAt: 2, receivedAt: 1 };

describe('recipesOf', () => {
  it('[C17] goes by the resource server: the "all" of another service is not that of Flows', () => {
    expect(recipesOf(scopeOf('all')).length).toBeGreaterThan(10);
    expect(recipesOf(TRANSFER)).toEqual([]);
    expect(recipesOf('https://auth.globus.org/scopes/0ae5/all')).toEqual([]);
    expect(recipesOf('all')).toEqual([]);
  });

  it('[C17] gives each scope of the catalog recipes of its own service alone', () => {
    for (const { scope, resourceServer } of CATALOG) {
      for (const recipe of recipesOf(scope)) {
        expect([scope, recipe.service ?? 'flows']).toEqual([
          scope,
          resourceServer === 'auth.globus.org' ? 'auth' : 'flows',
        ]);
      }
    }
  });

  it('gives a flow its own recipes with an input that fits, brackets or not', () => {
    const scope = flowScope(FLOW);
    expect(recipeOf(`${scope}[${TRANSFER}]`, 'flow-start', { a: 1 })).toMatchObject({
      path: `/flows/${FLOW}/run`,
      body: { body: { a: 1 } },
      scopes: [scope],
    });
    expect(recipesOf(scope)[0]?.readOnly).toBe(true);
  });
});

describe('writeSnippet', () => {
  const run = { scope: scopeOf('run_status'), recipe: 'get-run', values: { run_id: 'r1' } };

  it.each([PRODUCTION, PREVIEW, demoEnvironment({ auth: 4001, flows: 4002 })])(
    '[C17] goes to the host of the environment: $name',
    (environment) => {
      expect(writeSnippet(run, { kind: 'dots' }, environment)).toContain(`${environment.flows}/runs/r1`);
      const me = { scope: 'openid', recipe: 'userinfo' };
      expect(writeSnippet(me, { kind: 'dots' }, environment)).toContain(environment.issuer);
    },
  );

  it('writes for the tool that was asked for, curl when none was', () => {
    expect(writeSnippet(run, { kind: 'variable' }, PRODUCTION)).toMatch(/^curl /);
    expect(writeSnippet({ ...run, tool: 'httpie' }, { kind: 'variable' }, PRODUCTION)).toContain('http');
    expect(writeSnippet({ ...run, tool: 'globus-cli' }, { kind: 'dots' }, PRODUCTION)).toMatch(
      /^globus flows run/,
    );
  });

  it.each([
    ['a recipe of another scope', { scope: scopeOf('run_status'), recipe: 'list-flows' }],
    ['a scope without recipes', { scope: TRANSFER }],
    [
      'a tool that cannot',
      { scope: scopeOf('view_flows'), recipe: 'next-flows', tool: 'globus-cli' as const },
    ],
    ['a value that cannot be a path', { ...run, values: { run_id: '..' } }],
  ])('refuses %s', (_title, parts) => {
    expect(() => writeSnippet(parts, { kind: 'dots' }, PRODUCTION)).toThrow(RangeError);
  });
});

describe('renderWith', () => {
  it('[C16] puts the token into the header and nowhere else', () => {
    const scope = scopeOf('view_flows');
    const curl = renderWith(TOKEN, { scope, format: 'curl' }, PRODUCTION);
    expect(curl).toMatchObject({ what: 'curl for view_flows', expiresAt: 2 });
    expect(curl.text.split('Agtoken')).toHaveLength(2);
    expect(curl.text).toContain('Authorization: Bearer Agtoken');
    expect(renderWith(TOKEN, { scope, format: 'header' }, PRODUCTION).text).toBe(
      'Authorization: Bearer Agtoken',
    );
  });

  it('[C16] refuses a value that holds the token', () => {
    const request = { scope: scopeOf('run_status'), format: 'curl', recipe: 'get-run' } as const;
    expect(() => renderWith(TOKEN, { ...request, values: { run_id: 'Agtoken' } }, PRODUCTION)).toThrow(
      RangeError,
    );
  });
});

it('names a copy by tool and scope', () => {
  expect(whatOf({ scope: scopeOf('run'), format: 'curl', tool: 'python-requests' })).toBe('Python for run');
  expect(whatOf({ scope: flowScope(FLOW), format: 'header' })).toBe(`header for flow:${FLOW}`);
});
