import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderCurl } from '../../../main/snippets/curl.ts';
import { findRecipe, recipesFor } from '../../../main/snippets/recipes.ts';
import type { Recipe, TokenInSnippet } from '../../../main/snippets/types.ts';
import { bearerTokens, hostileText } from '../../support/hostile.ts';
import { POSIX_SHELLS, ShellBench } from '../../support/shells.ts';

const ORIGIN = 'https://flows.example.org';
const DOTS: TokenInSnippet = { kind: 'dots' };
const VARIABLE: TokenInSnippet = { kind: 'variable' };
const TOKEN = 'AgTokenOfTheTest0123456789';
const SHELL_TIMEOUT = 60_000;
const base: Recipe = { id: 'x', title: 'X', method: 'GET', path: '/x', scopes: [], readOnly: true };

function recipe(id: string): Recipe {
  const found = findRecipe(id);
  if (found === undefined) throw new Error(`no recipe ${id}`);
  return found;
}

let bench: ShellBench;
beforeAll(async () => {
  bench = await ShellBench.open();
});
afterAll(() => bench.close());

describe('the token in a snippet', () => {
  it.each<[TokenInSnippet, string]>([
    [{ kind: 'literal', token: TOKEN }, `-H 'Authorization: Bearer ${TOKEN}'`],
    [DOTS, `-H 'Authorization: Bearer ••••••••'`],
    [VARIABLE, '-H "Authorization: Bearer $TOKEN"'],
  ])('[C16] stands in the header: %j', (token, header) => {
    expect(renderCurl(base, { origin: ORIGIN, token })).toBe(`curl -sS ${header} '${ORIGIN}/x'`);
  });

  it('[C40] is refused when it could be more than a token', () => {
    const token = { kind: 'literal', token: "Ag' --output pwned '" } as const;
    expect(() => renderCurl(base, { origin: ORIGIN, token })).toThrow(TypeError);
  });

  it('[C16] is refused as a value, where it would travel in a URL or a body', () => {
    const token = { kind: 'literal', token: TOKEN } as const;
    for (const value of [TOKEN, `Bearer ${TOKEN}`]) {
      const attempt = () =>
        renderCurl(recipe('get-flow'), { origin: ORIGIN, token, values: { flow_id: value } });
      expect(attempt).toThrow(RangeError);
      expect(attempt).not.toThrow(TOKEN);
    }
  });
});

describe('where a token may go', () => {
  it.each(['https://flows.automate.globus.org', 'http://127.0.0.1:4711'])('[C18] takes %s', (origin) => {
    expect(renderCurl(base, { origin, token: DOTS })).toContain(`'${origin}/x'`);
  });

  it.each([
    'http://flows.automate.globus.org',
    'http://localhost:4711',
    'https://flows.automate.globus.org/',
    'https://user@flows.automate.globus.org',
    'ftp://127.0.0.1',
    'flows.automate.globus.org',
    '',
  ])('[C18] refuses %j', (origin) => {
    expect(() => renderCurl(base, { origin, token: DOTS })).toThrow(TypeError);
  });
});

describe('a placeholder', () => {
  it.each([
    ['get-run', {}, '"ORIGIN/runs/${RUN_ID:?set RUN_ID to the ID of a run}?include_flow_description=true"'],
    [
      'next-flows',
      {},
      `--data-urlencode "marker=\${MARKER:?set MARKER to the marker from the answer before}"`,
    ],
    ['cancel-runs', {}, `'{"filters":{"run_ids":["'"\${RUN_ID:?set RUN_ID to the ID of a run}"'"]}`],
    ['answer-web-input', {}, `"\${OPTION_ID:?set OPTION_ID to the ID of an option}"`],
    ['get-flow', { flow_id: '' }, '"ORIGIN/flows/${FLOW_ID:?set FLOW_ID to the ID of a flow}"'],
    ['get-flow', { flow_id: 'a/b c?d' }, `'ORIGIN/flows/a%2Fb%20c%3Fd'`],
    ['get-flow', { flow_id: '{flow_id}' }, `'ORIGIN/flows/%7Bflow_id%7D'`],
    [
      'list-runs-of-flow',
      { flow_id: 'a b' },
      `-G -H 'Authorization: Bearer ••••••••' --data-urlencode 'filter_flow_id=a b'`,
    ],
    ['list-runs-of-flow', { flow_id: 'a\nb' }, `--data 'filter_flow_id=a%0Ab'`],
    ['cancel-runs', { run_id: 'a"\n\u202e' }, String.raw`["a\"\n\u202e"]`],
  ])('[C40] of %s with %j is written for its place', (id, values, part) => {
    const text = renderCurl(recipe(id), { origin: ORIGIN, token: DOTS, values });
    expect(text).toContain(part.replace('ORIGIN', ORIGIN));
  });

  it.each(['.', '..'])('[C40] refuses %j in a path, where it would address something else', (value) => {
    const options = { origin: ORIGIN, token: DOTS, values: { flow_id: value } };
    expect(() => renderCurl(recipe('delete-flow'), options)).toThrow(RangeError);
  });

  it.each(['get-flow', 'list-runs-of-flow'])('[C40] of %s refuses half a surrogate pair', (id) => {
    const options = { origin: ORIGIN, token: DOTS, values: { flow_id: '\ud83d' } };
    expect(() => renderCurl(recipe(id), options)).toThrow(RangeError);
  });

  it('[C40] ignores what only looks like a value', () => {
    const values = Object.create({ flow_id: 'inherited' }) as Record<string, string>;
    expect(renderCurl(recipe('get-flow'), { origin: ORIGIN, token: DOTS, values })).toContain('${FLOW_ID:?');
  });

  it.each(POSIX_SHELLS)(
    '[C40] without a value sends nothing and says what to set in $name',
    async (shell) => {
      const all = recipesFor('all')
        .concat(recipesFor('run'))
        .filter((entry) => (entry.placeholders ?? []).length > 0);
      for (const entry of all.slice(0, 4)) {
        const { calls, stderr } = await bench.run(shell, [
          renderCurl(entry, { origin: ORIGIN, token: VARIABLE }),
        ]);
        expect(calls).toEqual([]);
        const name = entry.placeholders?.[0]?.toUpperCase() ?? '';
        expect(stderr).toMatch(new RegExp(`${name}: set ${name} to the `));
      }
    },
    SHELL_TIMEOUT,
  );

  it.each(POSIX_SHELLS)(
    '[C40] takes its value from the variable in $name',
    async (shell) => {
      const lines = ['get-run', 'cancel-runs', 'list-runs-of-flow'].map((id) =>
        renderCurl(recipe(id), { origin: ORIGIN, token: VARIABLE }),
      );
      const env = { RUN_ID: 'r-1', FLOW_ID: 'f 1', TOKEN };
      const { calls } = await bench.run(shell, lines, env);
      const header = ['-H', `Authorization: Bearer ${TOKEN}`];
      expect(calls).toEqual([
        ['-sS', ...header, `${ORIGIN}/runs/r-1?include_flow_description=true`],
        [
          ...['-sS', '-X', 'POST', ...header, '-H', 'Content-Type: application/json'],
          ...['--data', '{"filters":{"run_ids":["r-1"]},"set":{"status":"cancel"}}', `${ORIGIN}/batch/runs`],
        ],
        ['-sS', '-G', ...header, '--data-urlencode', 'filter_flow_id=f 1', `${ORIGIN}/runs`],
      ]);
    },
    SHELL_TIMEOUT,
  );
});

describe('a query', () => {
  const query = [['q', 'a b&c=d']] as const;

  it('[C40] that needs encoding stays out of a request body', () => {
    const text = renderCurl({ ...base, method: 'POST', query, body: {} }, { origin: ORIGIN, token: DOTS });
    expect(text).toMatch(/--data '\{\}' 'https:\/\/flows\.example\.org\/x\?q=a%20b%26c%3Dd'$/);
    expect(text).not.toContain(' -G ');
  });

  it('[C40] leaves no control character of a recipe in the text', () => {
    expect(() => renderCurl({ ...base, path: '/x\u001b[201~' }, { origin: ORIGIN, token: DOTS })).toThrow(
      RangeError,
    );
  });
});

/** What a hostile request holds, and the same as the server would understand it. */
interface Case {
  readonly segment: string;
  readonly text: string;
  readonly fixed: string;
  readonly token: string;
  readonly withBody: boolean;
}

const cases: fc.Arbitrary<Case> = fc.record({
  segment: hostileText.filter((value) => value !== '.' && value !== '..'),
  text: hostileText,
  fixed: hostileText.filter((value) => !value.includes('{')),
  token: bearerTokens,
  withBody: fc.boolean(),
});

function render({ segment, text, fixed, token, withBody }: Case): string {
  const request: Recipe = {
    ...base,
    method: withBody ? 'POST' : 'GET',
    path: '/flows/{flow_id}/end',
    query: [
      ['given', '{text}'],
      ['fixed', fixed],
    ],
    placeholders: ['flow_id', 'text'],
    ...(withBody ? { body: { given: ['{text}'], fixed, [fixed]: null } } : {}),
  };
  const values = { flow_id: segment, text };
  return renderCurl(request, { origin: ORIGIN, token: { kind: 'literal', token }, values });
}

/** Reads the arguments as curl does and answers what would go over the wire. */
function understand(argv: readonly string[]) {
  const data: string[] = [];
  const headers: string[] = [];
  let get = false;
  let method = 'GET';
  let url = '';
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? '';
    const next = () => argv[(at += 1)] ?? '';
    if (argument === '-sS') continue;
    else if (argument === '-G') get = true;
    else if (argument === '-X') method = next();
    else if (argument === '-H') headers.push(next());
    else if (argument === '--data') data.push(next());
    else if (argument === '--data-urlencode') {
      const pair = next();
      const cut = pair.indexOf('=') + 1;
      data.push(pair.slice(0, cut) + encodeURIComponent(pair.slice(cut)));
    } else if (url === '') url = argument;
    else throw new Error(`a stray argument: ${argument}`);
  }
  const { pathname, searchParams, origin } = new URL(get ? `${url}?${data.join('&')}` : url);
  const segments = pathname.split('/').map(decodeURIComponent);
  const body = get || data.length === 0 ? undefined : (JSON.parse(data.join('&')) as unknown);
  return { origin, method, headers, segments, query: [...searchParams], body, elsewhere: [url, ...data] };
}

describe('hostile values', () => {
  it.each(POSIX_SHELLS)(
    '[C40] [C16] reach the server as values, and the token as a header, in $name',
    async (shell) => {
      await fc.assert(
        fc.asyncProperty(fc.array(cases, { minLength: 20, maxLength: 40 }), async (batch) => {
          const lines = batch.map(render);
          for (const line of lines) expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
          const { calls } = await bench.run(shell, lines);
          expect(calls.length).toBe(batch.length);
          for (const [index, { segment, text, fixed, token, withBody }] of batch.entries()) {
            const { elsewhere, ...request } = understand(calls[index] ?? []);
            expect(request).toEqual({
              origin: ORIGIN,
              method: withBody ? 'POST' : 'GET',
              headers: [
                `Authorization: Bearer ${token}`,
                ...(withBody ? ['Content-Type: application/json'] : []),
              ],
              segments: ['', 'flows', segment, 'end'],
              query: [
                ['given', text],
                ['fixed', fixed],
              ],
              body: withBody ? { given: [text], fixed, [fixed]: null } : undefined,
            });
            for (const place of elsewhere) {
              expect(place).not.toContain(token);
              expect(decodeURIComponent(place.replaceAll(/%(?![0-9A-F]{2})/g, '%25'))).not.toContain(token);
            }
          }
          expect(await bench.leftovers()).toEqual([]);
        }),
        { numRuns: 5, endOnFailure: true },
      );
    },
    SHELL_TIMEOUT,
  );
});
