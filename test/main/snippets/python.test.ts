import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPythonRequests } from '../../../main/snippets/python-requests.ts';
import { renderPythonSdk } from '../../../main/snippets/python-sdk.ts';
import { quotePython } from '../../../main/snippets/python.ts';
import { findRecipe, recipesForFlow } from '../../../main/snippets/recipes.ts';
import type { Recipe } from '../../../main/snippets/types.ts';
import { bearerTokens, hostileText } from '../../support/hostile.ts';

const PYTHON = '/usr/bin/python3';
const ORIGIN = 'https://flows.automate.globus.org';
const TOKEN = { kind: 'literal', token: 'AgToken' } as const;

/** Stand-ins for both packages: they print what they were called with. */
const REQUESTS = `import json
class Answer: text = ""
def request(method, url, **more):
    print(json.dumps([method, url, more]))
    return Answer()
`;
const SDK = `import json, os
class AccessTokenAuthorizer:
    def __init__(self, token): self.token = token
class Client:
    def __init__(self, *words, authorizer):
        self.made = [type(self).__name__, *words, authorizer.token]
    def __getattr__(self, name):
        def call(*words, **more):
            print(json.dumps([self.made, name, words, more, os.environ.get("GLOBUS_SDK_SERVICE_URL_FLOWS")]))
            class Answer: text = ""
            return Answer()
        return call
class FlowsClient(Client): pass
class SpecificFlowClient(Client): pass
class AuthClient(Client): pass
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'python-snippet-'));
  await writeFile(join(folder, 'requests.py'), REQUESTS);
  await writeFile(join(folder, 'globus_sdk.py'), SDK);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function python(program: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(PYTHON, ['-c', program], {
    cwd: folder,
    env: { PYTHONPATH: folder, PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
  return stdout.trim();
}

const recipe = (id: string): Recipe => findRecipe(id) as Recipe;

describe('quotePython', () => {
  it('[C40] gives every value back unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileText, { minLength: 50, maxLength: 80 }), async (values) => {
        const literals = `[${values.map(quotePython).join(', ')}]`;
        expect(literals).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        await writeFile(join(folder, 'literals.txt'), literals);
        const read = 'import ast, json; print(json.dumps(ast.literal_eval(open("literals.txt").read())))';
        expect(JSON.parse(await python(read))).toEqual(values);
      }),
      { numRuns: 5 },
    );
  }, 60_000);

  it('[C40] refuses NUL', () => {
    expect(() => quotePython('a\0b')).toThrow(RangeError);
  });
});

describe('a program with requests', () => {
  it('[C40] [C16] sends hostile values as values and the token as a header', async () => {
    const segments = hostileText.filter((value) => value !== '.' && value !== '..');
    await fc.assert(
      fc.asyncProperty(segments, hostileText, bearerTokens, async (segment, text, token) => {
        const request: Recipe = {
          ...{ id: 'x', title: 'X', method: 'POST', scopes: [], readOnly: false },
          path: '/flows/{flow_id}/end',
          query: [['given', '{text}']],
          body: { given: ['{text}', null, true, 1.5], __proto__x: {} },
          placeholders: ['flow_id', 'text'],
        };
        const values = { flow_id: segment, text };
        const program = renderPythonRequests(request, {
          origin: ORIGIN,
          token: { kind: 'literal', token },
          values,
        });
        const [method, url, more] = JSON.parse(await python(program)) as [string, string, unknown];
        expect(method).toBe('POST');
        const { pathname, searchParams } = new URL(url);
        expect(pathname.split('/').map(decodeURIComponent)).toEqual(['', 'flows', segment, 'end']);
        expect([...searchParams]).toEqual([['given', text]]);
        expect(more).toEqual({
          headers: { Authorization: `Bearer ${token}` },
          json: { given: [text, null, true, 1.5], __proto__x: {} },
          timeout: 60,
        });
      }),
      { numRuns: 20 },
    );
  }, 60_000);

  it('takes a missing value from the environment and ends without it', async () => {
    const program = renderPythonRequests(recipe('cancel-runs'), {
      origin: ORIGIN,
      token: { kind: 'variable' },
    });
    const output = await python(program, { RUN_ID: "r'1", TOKEN: 'AgToken' });
    expect(JSON.parse(output)).toMatchObject([
      'POST',
      `${ORIGIN}/batch/runs`,
      { headers: { Authorization: 'Bearer AgToken' }, json: { filters: { run_ids: ["r'1"] } } },
    ]);
    await expect(python(program, { TOKEN: 'AgToken' })).rejects.toThrow(/KeyError: 'RUN_ID'/);
  });
});

describe('a program with globus_sdk', () => {
  const flows = ['FlowsClient', 'AgToken'];
  const oneFlow = recipesForFlow({ id: 'f-1', scope: 's', exampleBody: { name: "it's" } });
  const start = { body: { name: "it's" }, label: 'Started with curl', tags: ['demo'] };

  it.each<[Recipe, unknown[], string, unknown[], Record<string, unknown>]>([
    [
      recipe('list-flows'),
      flows,
      'list_flows',
      [],
      { filter_roles: 'flow_owner', orderby: 'updated_at DESC' },
    ],
    [recipe('get-flow'), flows, 'get_flow', ['f%201'], {}],
    [recipe('next-flows'), flows, 'list_flows', [], { marker: '123' }],
    [recipe('update-flow'), flows, 'update_flow', ['f%201'], { subtitle: 'New subtitle' }],
    [recipe('get-run-log'), flows, 'get_run_logs', ['r-1'], { limit: 100, reverse_order: false }],
    [recipe('get-run'), flows, 'get_run', ['r-1'], { include_flow_description: true }],
    [
      recipe('list-runs'),
      flows,
      'list_runs',
      [],
      { query_params: { filter_status: 'ACTIVE,INACTIVE', orderby: 'start_time DESC' } },
    ],
    [recipe('answer-web-input'), flows, 'respond_to_web_input', ['w-1'], { value: 'o"1' }],
    [
      recipe('cancel-runs'),
      flows,
      'post',
      ['/batch/runs'],
      { data: { filters: { run_ids: ['r-1'] }, set: { status: 'cancel' } } },
    ],
    [recipe('delete-registered-api'), flows, 'delete', ['/registered_apis/a-1'], {}],
    [oneFlow[1] as Recipe, ['SpecificFlowClient', 'f-1', 'AgToken'], 'run_flow', [], start],
    [oneFlow[3] as Recipe, ['SpecificFlowClient', 'f-1', 'AgToken'], 'resume_run', ['r-1'], {}],
    [
      recipe('start-flow'),
      ['SpecificFlowClient', 'f%201', 'AgToken'],
      'run_flow',
      [],
      { ...start, body: {} },
    ],
  ])('calls the method of $id', async (entry, made, method, words, more) => {
    const values = {
      ...{ flow_id: 'f 1', run_id: 'r-1', marker: '123', web_input_id: 'w-1' },
      ...{ option_id: 'o"1', registered_api_id: 'a-1' },
    };
    const program = renderPythonSdk(entry, { origin: ORIGIN, token: TOKEN, values });
    expect(JSON.parse(await python(program))).toEqual([made, method, words, more, null]);
  });

  it('asks Globus Auth who the user is', async () => {
    const program = renderPythonSdk(recipe('userinfo'), { origin: 'https://auth.globus.org', token: TOKEN });
    expect(JSON.parse(await python(program))).toEqual([['AuthClient', 'AgToken'], 'userinfo', [], {}, null]);
  });

  it('[C17] is pointed at the environment that the token is for', async () => {
    const origin = 'https://preview.flows.automate.globus.org';
    const program = renderPythonSdk(recipe('list-flows'), { origin, token: TOKEN });
    expect(JSON.parse(await python(program))).toMatchObject({ 4: `${origin}/` });
  });
});
