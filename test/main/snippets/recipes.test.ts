import { describe, expect, it } from 'vitest';
import { PREVIEW, PRODUCTION } from '../../../main/globus/environments.ts';
import { FLOWS_RESOURCE_SERVER, FLOWS_SCOPES } from '../../../main/globus/scopes.ts';
import { renderCurl } from '../../../main/snippets/curl.ts';
import { placeholdersOf } from '../../../main/snippets/placeholders.ts';
import { findRecipe, recipesFor, recipesForFlow } from '../../../main/snippets/recipes.ts';
import { originOfService } from '../../../main/snippets/request.ts';
import type { Recipe } from '../../../main/snippets/types.ts';
import { ROUTES } from '../../sandbox/flows/routes.ts';

const FLOW = 'f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e';
const FLOW_SCOPE = `https://auth.globus.org/scopes/${FLOW}/flow_${FLOW.replaceAll('-', '_')}_user`;
const RUN = '00000000-0000-4000-8000-000000000001';
const VALUES = {
  flow_id: FLOW,
  run_id: RUN,
  marker: 'bWFya2Vy',
  web_input_id: RUN,
  option_id: 'yes',
  registered_api_id: RUN,
};
const HEAD = '-H "Authorization: Bearer $TOKEN"';
const JSON_HEAD = `${HEAD} -H 'Content-Type: application/json' --data`;
const PASS = '{"StartAt":"Done","States":{"Done":{"Type":"Pass","End":true}}}';

const API =
  '{"name":"My API","target":{"type":"openapi","openapi_version":"3.1","destination":{"method":"GET","url":"https://api.example.org/items"},"specification":{"responses":{"200":{"description":"The items"}}}}}';

/** GLOBUS.md §5, with `$BASE` and the IDs filled in. */
const COMMANDS: Record<string, string> = {
  'list-flows': `curl -sS -G ${HEAD} --data-urlencode 'filter_roles=flow_owner' --data-urlencode 'orderby=updated_at DESC' '$BASE/flows'`,
  'get-flow': `curl -sS ${HEAD} '$BASE/flows/${FLOW}'`,
  'next-flows': `curl -sS ${HEAD} '$BASE/flows?marker=bWFya2Vy'`,
  'validate-flow': `curl -sS -X POST ${JSON_HEAD} '{"definition":${PASS},"input_schema":{}}' '$BASE/flows/validate'`,
  'create-flow': `curl -sS -X POST ${JSON_HEAD} '{"title":"My flow","definition":${PASS},"input_schema":{"type":"object"}}' '$BASE/flows'`,
  'update-flow': `curl -sS -X PUT ${JSON_HEAD} '{"subtitle":"New subtitle"}' '$BASE/flows/${FLOW}'`,
  'delete-flow': `curl -sS -X DELETE ${HEAD} '$BASE/flows/${FLOW}'`,
  'start-flow': `curl -sS -X POST ${JSON_HEAD} '{"body":{},"label":"Started with curl","tags":["demo"]}' '$BASE/flows/${FLOW}/run'`,
  'list-runs': `curl -sS -G ${HEAD} --data-urlencode 'filter_status=ACTIVE,INACTIVE' --data-urlencode 'orderby=start_time DESC' '$BASE/runs'`,
  'list-runs-of-flow': `curl -sS ${HEAD} '$BASE/runs?filter_flow_id=${FLOW}'`,
  'list-flow-runs': `curl -sS ${HEAD} '$BASE/flows/${FLOW}/runs'`,
  'get-run': `curl -sS ${HEAD} '$BASE/runs/${RUN}?include_flow_description=true'`,
  'get-run-log': `curl -sS ${HEAD} '$BASE/runs/${RUN}/log?limit=100&reverse_order=false'`,
  'get-run-definition': `curl -sS ${HEAD} '$BASE/runs/${RUN}/definition'`,
  'update-run': `curl -sS -X PUT ${JSON_HEAD} '{"label":"New label","tags":["a","b"]}' '$BASE/runs/${RUN}'`,
  'cancel-run': `curl -sS -X POST ${HEAD} '$BASE/runs/${RUN}/cancel'`,
  'release-run': `curl -sS -X POST ${HEAD} '$BASE/runs/${RUN}/release'`,
  'cancel-runs': `curl -sS -X POST ${JSON_HEAD} '{"filters":{"run_ids":["${RUN}"]},"set":{"status":"cancel"}}' '$BASE/batch/runs'`,
  'list-web-inputs': `curl -sS ${HEAD} '$BASE/web_inputs?filter_states=open'`,
  'get-web-input': `curl -sS ${HEAD} '$BASE/web_inputs/${RUN}'`,
  'answer-web-input': `curl -sS -X POST ${JSON_HEAD} '{"response":{"value":"yes"}}' '$BASE/web_inputs/${RUN}/respond'`,
  'list-registered-apis': `curl -sS ${HEAD} '$BASE/registered_apis?filter_roles=owner,administrator,viewer&per_page=100'`,
  'get-registered-api': `curl -sS ${HEAD} '$BASE/registered_apis/${RUN}'`,
  'register-api': `curl -sS -X POST ${JSON_HEAD} '${API}' '$BASE/registered_apis'`,
  'update-registered-api': `curl -sS -X PATCH ${JSON_HEAD} '{"description":"New text"}' '$BASE/registered_apis/${RUN}'`,
  'delete-registered-api': `curl -sS -X DELETE ${HEAD} '$BASE/registered_apis/${RUN}'`,
};

/** GLOBUS.md §4.1 "Menu per scope", in the order on screen. */
const VIEW = ['list-flows', 'get-flow', 'next-flows'];
const MANAGE = ['validate-flow', 'create-flow', 'update-flow', 'delete-flow'];
const STATUS = [
  'list-runs',
  'list-runs-of-flow',
  'list-flow-runs',
  'get-run',
  'get-run-log',
  'get-run-definition',
];
const RUNS = STATUS.filter((id) => id !== 'list-flow-runs');
const MANAGE_RUNS = ['update-run', 'cancel-run', 'release-run', 'cancel-runs'];
const INPUTS = ['list-web-inputs', 'get-web-input'];
const APIS = ['list-registered-apis', 'get-registered-api'];
const MANAGE_APIS = ['register-api', 'update-registered-api', 'delete-registered-api'];
const MENUS: Record<string, string[]> = {
  view_flows: [...VIEW, ...APIS],
  manage_flows: [...VIEW, ...MANAGE, ...MANAGE_APIS],
  run: ['start-flow'],
  run_status: STATUS,
  run_manage: [...RUNS, ...MANAGE_RUNS],
  all: [
    ...[...VIEW, ...MANAGE, ...STATUS, ...MANAGE_RUNS],
    ...[...INPUTS, 'answer-web-input', ...APIS, ...MANAGE_APIS],
  ],
  web_input_view: INPUTS,
  web_input_respond: ['answer-web-input'],
  openid: ['userinfo'],
  profile: ['userinfo'],
  email: ['userinfo'],
};
/** Without the older aliases, which name the flow in front of its run (§4.1). */
const CALLS = ROUTES.filter(({ path }) => !/^\/flows\/\{flow_id\}\/.*\{/.test(path));
const EVERY = [...new Set(Object.keys(MENUS).flatMap((name) => recipesFor(name)))];
const ONE_FLOW = recipesForFlow({ id: FLOW, scope: FLOW_SCOPE, exampleBody: { name: 'Ada' } });

describe('recipes', () => {
  it.each(Object.entries(COMMANDS))('[C40] writes %s as the reference does', (id, command) => {
    const recipe = findRecipe(id);
    if (recipe === undefined) throw new Error(`no recipe ${id}`);
    const options = { origin: PRODUCTION.flows, token: { kind: 'variable' }, values: VALUES } as const;
    expect(renderCurl(recipe, options)).toBe(command.replace('$BASE', PRODUCTION.flows));
  });

  it.each(Object.entries(MENUS))('offers the menu of %s in order', (scope, ids) => {
    expect(recipesFor(scope).map((recipe) => recipe.id)).toEqual(ids);
  });

  it('has a menu for every scope of the Flows catalog', () => {
    for (const { name, resourceServer } of FLOWS_SCOPES) {
      if (resourceServer === FLOWS_RESOURCE_SERVER) expect(recipesFor(name), name).not.toEqual([]);
    }
  });

  it('has every call of the API under every scope that allows it', () => {
    const missing = CALLS.flatMap(({ method, path, scopes }) =>
      (scopes === 'handler' ? [] : scopes)
        .filter((scope) => !recipesFor(scope).some((recipe) => matches(recipe, method, path)))
        .map((scope) => `${method} ${path} ${scope}`),
    );
    expect(missing).toEqual([]);
  });

  it('has every call that needs the scope of a flow among the recipes of one flow', () => {
    const own = CALLS.filter(({ scopes }) => scopes === 'handler');
    expect(own.length).toBeGreaterThanOrEqual(4);
    for (const { method, path } of own) {
      expect(
        ONE_FLOW.filter((recipe) => matches(recipe, method, path)),
        path,
      ).toHaveLength(1);
    }
  });

  it('has nothing for a scope it does not know', () => {
    expect(recipesFor('transfer')).toEqual([]);
    expect(findRecipe('no-such-recipe')).toBeUndefined();
  });

  it.each(Object.keys(MENUS).filter((name) => name !== 'run' && name !== 'web_input_respond'))(
    'puts a read-only recipe without placeholders first for %s',
    (scope) => {
      const [primary] = recipesFor(scope);
      expect(primary).toMatchObject({ readOnly: true, method: 'GET' });
      expect(primary?.placeholders ?? []).toEqual([]);
    },
  );

  it.each([...EVERY, ...ONE_FLOW])('declares every placeholder of $id', (recipe) => {
    const text = JSON.stringify([recipe.path, recipe.query, recipe.body]);
    const used = [...text.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1]);
    expect([...new Set(used)].sort()).toEqual([...(recipe.placeholders ?? [])].sort());
  });

  it.each([...EVERY, ...ONE_FLOW])('keeps the title of $id as short as a button', (recipe) => {
    expect(recipe.title.length).toBeLessThanOrEqual(24);
    expect(recipe.title).toMatch(/^[A-Z]/);
  });
});

describe('the recipes of one flow', () => {
  const ids = ONE_FLOW.map(({ id }) => id);

  it('start with the dry check, so that a paste by mistake starts no run', () => {
    expect(ids).toEqual(['flow-validate-run', 'flow-start', 'flow-runs', 'flow-resume']);
    expect(ONE_FLOW[0]).toMatchObject({ readOnly: true });
  });

  it.each([
    [
      'flow-validate-run',
      `curl -sS -X POST ${JSON_HEAD} '{"body":{"name":"Ada"}}' '$BASE/flows/${FLOW}/validate_run'`,
    ],
    [
      'flow-start',
      `curl -sS -X POST ${JSON_HEAD} '{"body":{"name":"Ada"},"label":"Started with curl","tags":["demo"]}' '$BASE/flows/${FLOW}/run'`,
    ],
    ['flow-runs', `curl -sS ${HEAD} '$BASE/flows/${FLOW}/runs'`],
    ['flow-resume', `curl -sS -X POST ${HEAD} '$BASE/runs/${RUN}/resume'`],
  ])('[C40] writes %s with its ID and its input', (id, command) => {
    const recipe = ONE_FLOW.find((entry) => entry.id === id);
    if (recipe === undefined) throw new Error(`no recipe ${id}`);
    const options = { origin: PRODUCTION.flows, token: { kind: 'variable' }, values: VALUES } as const;
    expect(renderCurl(recipe, options)).toBe(command.replace('$BASE', PRODUCTION.flows));
  });

  it('belong to the scope of the flow alone', () => {
    for (const recipe of ONE_FLOW) expect(recipe.scopes).toEqual([FLOW_SCOPE]);
    for (const recipe of EVERY) expect(ids).not.toContain(recipe.id);
  });

  it('[C40] fill no placeholder inside an example input', () => {
    const [check] = recipesForFlow({ id: FLOW, scope: FLOW_SCOPE, exampleBody: { a: '{flow_id} $(id)' } });
    const options = { origin: PRODUCTION.flows, token: { kind: 'dots' }, values: VALUES } as const;
    expect(renderCurl(check as Recipe, options)).toContain(`'{"body":{"a":"{flow_id} $(id)"}}'`);
  });
});

describe('the service of a recipe', () => {
  it('[C17] decides which origin of the environment it goes to', () => {
    for (const recipe of [...EVERY, ...ONE_FLOW]) {
      expect(originOfService(PRODUCTION, recipe)).toBe(
        recipe.id === 'userinfo' ? PRODUCTION.issuer : PRODUCTION.flows,
      );
    }
  });

  it.each([
    ['userinfo', PRODUCTION.flows],
    ['userinfo', 'https://flows.globus.org'],
    ['userinfo', PREVIEW.flows],
  ])('[C17] refuses to write %s for %s', (id, origin) => {
    const recipe = findRecipe(id) as Recipe;
    expect(() => renderCurl(recipe, { origin, token: { kind: 'dots' } })).toThrow(TypeError);
  });
});

describe('the fields of a form', () => {
  it.each([...EVERY, ...ONE_FLOW])('say for each placeholder of $id what it is', (recipe) => {
    const fields = placeholdersOf(recipe);
    expect(fields.map(({ name }) => name)).toEqual(recipe.placeholders ?? []);
    for (const { label, description, example } of fields) {
      expect(label).toMatch(/^[A-Z]/);
      expect(description).toMatch(/^The .+\.$/);
      expect(example).not.toBe('');
    }
  });
});

/** A path of the API and the same with an ID in place of a placeholder, or under another name. */
function matches(recipe: Recipe, method: string, path: string): boolean {
  const shape = (text: string) => text.replaceAll(/\{[a-z_]+\}/g, '*').replaceAll(FLOW, '*');
  return recipe.method === method && shape(recipe.path) === shape(path);
}
