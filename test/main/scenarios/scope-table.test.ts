import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTokenSource } from '../../../main/broker/token-source.ts';
import { FLOWS_SCOPES, WEB_INPUT_SCOPES } from '../../../main/globus/scopes.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { resolveScopeName } from '../../../main/globus/short-names.ts';
import { RECIPES } from '../../../main/snippets/catalog.ts';
import { recipesFor, recipesForFlow } from '../../../main/snippets/recipes.ts';
import { originOfService } from '../../../main/snippets/request.ts';
import { renderSnippet } from '../../../main/snippets/render.ts';
import type { Recipe, TokenInSnippet } from '../../../main/snippets/types.ts';
import { MemorySettingsStore } from '../../../main/settings/store.ts';
import { at, textAt } from '../../sandbox/flows/bench.ts';
import { APPROVAL_FLOW_ID, PASS_FLOW_ID, TRANSFER_FLOW_ID } from '../../sandbox/flows/seed.ts';
import { DEMO_CLIENT_ID, startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { brokerRig, type BrokerRig } from '../../support/broker-rig.ts';
import { sandboxAgent, type SandboxAgent } from '../../support/sandbox-agent.ts';
import { CurlShell } from './curl-shell.ts';
import { Samples } from './samples.ts';
import { PAGE_ROWS, PAGE_SCOPES } from './scopes-page.ts';

// Hundreds of real shells on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SERVICE = [...FLOWS_SCOPES, ...WEB_INPUT_SCOPES].map(({ name }) => name);
const FLOWS = [PASS_FLOW_ID, TRANSFER_FLOW_ID, APPROVAL_FLOW_ID].map((id) => `flow:${id}`);
const COLUMNS = [...SERVICE, ...FLOWS];

interface Row {
  recipe: Recipe;
  /** The flow that its values are about. */
  flow: string;
}
/** Only a flow that transfers can be waiting for a consent, and only one without actions takes `run`. */
const ROWS: readonly Row[] = [
  ...RECIPES.filter((recipe) => recipe.service !== 'auth').map((recipe) => ({ recipe, flow: PASS_FLOW_ID })),
  ...ofFlow(PASS_FLOW_ID).filter(({ recipe }) => recipe.id !== 'flow-resume'),
  ...ofFlow(TRANSFER_FLOW_ID).filter(({ recipe }) => recipe.id === 'flow-resume'),
];

function ofFlow(id: string): Row[] {
  return recipesForFlow({ id, scope: flowScope(id), exampleBody: {} }).map((recipe) => ({
    recipe,
    flow: id,
  }));
}

function fullScope(name: string): string {
  const scope = resolveScopeName(name);
  if (scope === null) throw new Error(`no scope ${name}`);
  return scope;
}

/** The columns in which docs/scopes.md promises success. */
function allowed({ recipe, flow }: Row): string[] {
  const row = PAGE_ROWS.find(({ title }) => title === recipe.title);
  return (row?.scopes ?? []).map((name) => (name === 'flow' ? `flow:${flow}` : name));
}

let sandbox: Sandbox;
let parts: SandboxAgent;
let shell: CurlShell;
let samples: Samples;
let broker: BrokerRig;

beforeAll(async () => {
  sandbox = await startSandbox();
  shell = await CurlShell.open();
  const settings = new MemorySettingsStore({
    clientId: DEMO_CLIENT_ID,
    scopeEntries: COLUMNS.map(fullScope),
  });
  parts = sandboxAgent(sandbox, { settings });
  const signedIn = await parts.agent.signIn({
    scopes: COLUMNS.map(fullScope),
    way: 'browser',
    isolate: true,
  });
  expect(signedIn).toEqual({ ok: true, value: null });
  samples = new Samples(sandbox, token);
  broker = await brokerRig({ tokens: createTokenSource(parts.agent, Date.now) });
});
afterAll(async () => {
  parts.agent.close();
  await Promise.all([broker.close(), shell.close(), sandbox.close()]);
});

async function token(name: string): Promise<string> {
  const result = await parts.agent.accessToken(fullScope(name), 60_000);
  if (result.kind !== 'token') throw new Error(`no token for ${name}: ${result.kind}`);
  expect(result.grant.scopes).toEqual([fullScope(name)]);
  return result.token.value;
}

function curl({ recipe }: Row, kind: TokenInSnippet, values: Record<string, string>): string {
  const { environment } = parts.agent.snapshot();
  const line = renderSnippet(recipe, {
    tool: 'curl',
    origin: originOfService(environment, recipe),
    token: kind,
    values,
  });
  if (line === null) throw new Error(`no curl for ${recipe.id}`);
  return line;
}

describe('docs/scopes.md', () => {
  it('[C59] names every request of the app with its call, and no other', () => {
    expect(PAGE_ROWS.map(({ title, method, path }) => [title, method, path])).toEqual(
      ROWS.map(({ recipe, flow }) => [recipe.title, recipe.method, recipe.path.replace(flow, '{flow_id}')]),
    );
  });

  it('[C59] names every scope under which the app offers a request', () => {
    for (const row of ROWS) {
      const offered = row.recipe.scopes.map((scope) => resolveScopeName(scope));
      expect(allowed(row).map(fullScope), row.recipe.title).toEqual(expect.arrayContaining(offered));
    }
  });

  it('[C59] quotes the official definitions of the six scopes', () => {
    expect(PAGE_SCOPES).toEqual(FLOWS_SCOPES.map(({ name, definition }) => [name, definition]));
  });
});

describe.each(COLUMNS)('a token of %s alone', (column) => {
  it('[C19] gets the documented answer to every curl of its scope', async () => {
    const literal = { kind: 'literal', token: await token(column) } as const;
    const answers: unknown[] = [];
    const expected: unknown[] = [];
    for (const row of ROWS.filter((one) => allowed(one).includes(column))) {
      const run = await shell.paste(curl(row, literal, await samples.for(row.recipe.id)));
      answers.push([row.recipe.id, run.status, run.stderr, run.exit]);
      expected.push([row.recipe.id, PAGE_ROWS.find((one) => one.title === row.recipe.title)?.answer, '', 0]);
    }
    expect(answers).toEqual(expected);
    // Its own recipes are among them, so none of the app's menus leads to a refusal.
    const offered = column.startsWith('flow:') ? [] : recipesFor(column).map(({ id }) => id);
    expect(answers.map((answer) => (answer as unknown[])[0])).toEqual(expect.arrayContaining([...offered]));
  });

  it('[C19] is refused as MISSING_SCOPE everywhere else, and told a scope that would do', async () => {
    const literal = { kind: 'literal', token: await token(column) } as const;
    const refused = ROWS.filter((row) => !allowed(row).includes(column));
    for (const row of refused) {
      const run = await shell.paste(curl(row, literal, samples.seeded(row.recipe.id)));
      expect([row.recipe.id, run.status, at(run.body, 'error.code')]).toEqual([
        row.recipe.id,
        403,
        'MISSING_SCOPE',
      ]);
      const named = /following scope: (\S+)/.exec(textAt(run.body, 'error.detail'))?.[1];
      expect(allowed(row).map(fullScope)).toContain(named);
    }
  });
});

it('[C17] a token of Flows is refused by Globus Auth, and one of Globus Auth tells who it is', async () => {
  const recipe = RECIPES.find(({ service }) => service === 'auth') as Recipe;
  const row = { recipe, flow: '' };
  const refused = await shell.paste(curl(row, { kind: 'literal', token: await token('all') }, {}));
  expect([refused.status, at(refused.body, 'error')]).toEqual([403, 'forbidden']);
  await parts.agent.signIn({ scopes: ['openid'], way: 'browser' });
  const openid = await parts.agent.accessToken('openid', 60_000);
  if (openid.kind !== 'token') throw new Error(`no token for openid: ${openid.kind}`);
  const answered = await shell.paste(curl(row, { kind: 'literal', token: openid.token.value }, {}));
  expect([answered.status, at(answered.body, 'sub')]).toEqual([200, sandbox.users[0]?.sub]);
});

describe('the line that fetches its token', () => {
  const fetched = (scope: string): TokenInSnippet => ({ kind: 'fetched', socket: broker.path, scope });
  /** What the fake Globus heard of one line. */
  async function statuses(line: string): Promise<number[]> {
    const before = sandbox.log.length;
    await shell.paste(line);
    return sandbox.log.slice(before).flatMap(({ host, status }) => (host === 'flows' ? [status] : []));
  }

  it.each(COLUMNS)('[C39] gets the documented answers for %s from a real socket', async (column) => {
    for (const row of ROWS.filter((one) => allowed(one).includes(column))) {
      const line = curl(row, fetched(column), await samples.for(row.recipe.id));
      expect(line).not.toContain(await token(column));
      const answer = PAGE_ROWS.find(({ title }) => title === row.recipe.title)?.answer;
      expect([row.recipe.id, await statuses(line)]).toEqual([row.recipe.id, [answer]]);
    }
  });

  it.each(COLUMNS)('[C39] is refused for %s as its own token is', async (column) => {
    const row = ROWS.find((one) => !allowed(one).includes(column)) as Row;
    expect(await statuses(curl(row, fetched(column), samples.seeded(row.recipe.id)))).toEqual([403]);
  });

  it('[C39] sends nothing that changes anything when the broker knows no such scope', async () => {
    const start = ROWS.find(({ recipe }) => recipe.id === 'create-flow') as Row;
    const list = ROWS.find(({ recipe }) => recipe.id === 'list-flows') as Row;
    expect(await statuses(curl(start, fetched('transfer:all'), {}))).toEqual([]);
    expect(await statuses(curl(list, fetched('transfer:all'), {}))).toEqual([401]);
  });
});
