import { describe, expect, it } from 'vitest';
import { PRODUCTION } from '../../../main/globus/environments.ts';
import { FLOWS_SCOPES } from '../../../main/globus/scopes.ts';
import { renderCurl } from '../../../main/snippets/curl.ts';
import { findRecipe, recipesFor } from '../../../main/snippets/recipes.ts';

const FLOW = 'f1b4c6c0-6b2d-11e9-bd8c-0a06afd4a22e';
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
  'delete-registered-api': `curl -sS -X DELETE ${HEAD} '$BASE/registered_apis/${RUN}'`,
};

/** GLOBUS.md §4.1 "Menu per scope", in the order on screen. */
const VIEW = ['list-flows', 'get-flow', 'next-flows'];
const MANAGE = ['validate-flow', 'create-flow', 'update-flow', 'delete-flow'];
const RUNS = ['list-runs', 'list-runs-of-flow', 'get-run', 'get-run-log', 'get-run-definition'];
const MANAGE_RUNS = ['update-run', 'cancel-run', 'release-run', 'cancel-runs'];
const REST = Object.keys(COMMANDS).slice(-6);
const MENUS: Record<string, string[]> = {
  view_flows: VIEW,
  manage_flows: [...VIEW, ...MANAGE],
  run: ['start-flow'],
  run_status: RUNS,
  run_manage: [...RUNS, ...MANAGE_RUNS],
  all: [...VIEW, ...MANAGE, ...RUNS, ...MANAGE_RUNS, ...REST],
};

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

  it('has a menu for every scope of the catalog and knows no recipe beyond them', () => {
    expect(Object.keys(MENUS).sort()).toEqual(FLOWS_SCOPES.map((scope) => scope.name).sort());
    const offered = new Set(
      FLOWS_SCOPES.flatMap((scope) => recipesFor(scope.name).map((recipe) => recipe.id)),
    );
    expect([...offered].sort()).toEqual(Object.keys(COMMANDS).sort());
  });

  it('has nothing for a scope it does not know', () => {
    expect(recipesFor('transfer')).toEqual([]);
    expect(findRecipe('no-such-recipe')).toBeUndefined();
  });

  it.each(FLOWS_SCOPES.filter((scope) => scope.name !== 'run').map((scope) => scope.name))(
    'puts a read-only recipe without placeholders first for %s',
    (scope) => {
      const [primary] = recipesFor(scope);
      expect(primary).toMatchObject({ readOnly: true, method: 'GET' });
      expect(primary?.placeholders ?? []).toEqual([]);
    },
  );

  it.each(recipesFor('all').concat(recipesFor('run')))('declares every placeholder of $id', (recipe) => {
    const text = JSON.stringify([recipe.path, recipe.query, recipe.body]);
    const used = [...text.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1]);
    expect([...new Set(used)].sort()).toEqual([...(recipe.placeholders ?? [])].sort());
  });

  it.each(recipesFor('all').concat(recipesFor('run')))(
    'keeps the title of $id as short as a button',
    (recipe) => {
      expect(recipe.title.length).toBeLessThanOrEqual(24);
      expect(recipe.title).toMatch(/^[A-Z]/);
    },
  );
});
