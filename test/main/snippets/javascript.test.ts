import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteJavaScript, renderJavaScript } from '../../../main/snippets/javascript.ts';
import { findRecipe } from '../../../main/snippets/recipes.ts';
import type { Recipe } from '../../../main/snippets/types.ts';
import { bearerTokens, hostileText } from '../../support/hostile.ts';

interface Heard {
  method: string;
  url: string;
  authorization: string | undefined;
  body: string;
}
const heard: Heard[] = [];
let server: Server;
let origin: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      heard.push({ method, url, authorization: headers.authorization, body });
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

/** As a module, from standard input. */
async function node(program: string, env: Record<string, string> = {}) {
  heard.length = 0;
  const child = spawn(process.execPath, ['--input-type=module'], { env });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdout.resume();
  child.stdin.end(program);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stderr };
}

const request: Recipe = {
  ...{ id: 'x', title: 'X', method: 'POST', scopes: [], readOnly: false },
  path: '/flows/{flow_id}/end',
  query: [['given', '{text}']],
  body: JSON.parse('{"given":["{text}",null,true,1.5],"__proto__":{"a":"b"}}') as unknown,
  placeholders: ['flow_id', 'text'],
};

describe('a program for JavaScript', () => {
  it('[C40] [C16] sends hostile values as values and the token as a header', async () => {
    const segments = hostileText.filter((value) => value !== '.' && value !== '..');
    await fc.assert(
      fc.asyncProperty(segments, hostileText, bearerTokens, async (segment, text, token) => {
        const values = { flow_id: segment, text };
        const program = renderJavaScript(request, { origin, token: { kind: 'literal', token }, values });
        expect(await node(program)).toEqual({ status: 0, stderr: '' });
        expect(heard).toHaveLength(1);
        const [{ method, url, authorization, body } = {} as Heard] = heard;
        const { pathname, searchParams } = new URL(url, origin);
        expect({ method, authorization }).toEqual({ method: 'POST', authorization: `Bearer ${token}` });
        expect(pathname.split('/').map(decodeURIComponent)).toEqual(['', 'flows', segment, 'end']);
        expect([...searchParams]).toEqual([['given', text]]);
        expect(body).toBe(`{"given":[${JSON.stringify(text)},null,true,1.5],"__proto__":{"a":"b"}}`);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 60_000);

  it('takes a missing value from the environment and sends nothing without it', async () => {
    const recipe = findRecipe('get-flow') as Recipe;
    const program = renderJavaScript(recipe, { origin, token: { kind: 'variable' } });
    await node(program, { FLOW_ID: 'a/b', TOKEN: 'AgToken' });
    expect(heard).toMatchObject([{ method: 'GET', url: '/flows/a%2Fb', authorization: 'Bearer AgToken' }]);
    expect((await node(program, { TOKEN: 'AgToken' })).stderr).toContain('set FLOW_ID');
    expect((await node(program, { FLOW_ID: 'f' })).stderr).toContain('set TOKEN');
    expect(heard).toEqual([]);
  });

  it('[C40] refuses text that no argument could hold', () => {
    expect(() => quoteJavaScript('a\0b')).toThrow(RangeError);
  });
});
