import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderCurl } from '../../../main/snippets/curl.ts';
import type { Recipe } from '../../../main/snippets/types.ts';
import { bearerTokens, hostileText } from '../../support/hostile.ts';

interface Heard {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const heard: Heard[] = [];
let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      heard.push({ method, url, headers, body });
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

/** `-q` has to come first: whatever is in the ~/.curlrc of whoever runs the tests stays out. */
async function run(command: string): Promise<Heard> {
  heard.length = 0;
  const { stdout } = await promisify(execFile)('sh', ['-c', command.replace(/^curl /, 'curl -q ')], {
    env: { PATH: process.env['PATH'] ?? '', NO_PROXY: '*', LC_ALL: 'C.UTF-8' },
  });
  expect(stdout).toBe('{}');
  expect(heard).toHaveLength(1);
  return heard[0] as Heard;
}

const request: Recipe = {
  id: 'x',
  title: 'X',
  method: 'GET',
  path: '/flows/{flow_id}/end',
  query: [
    ['given', '{text}'],
    ['orderby', 'updated_at DESC'],
  ],
  placeholders: ['flow_id', 'text'],
  scopes: [],
  readOnly: true,
};
const segments = hostileText.filter((value) => value !== '.' && value !== '..');

describe('real curl against a real server', () => {
  it.each(['GET', 'POST', 'PUT', 'DELETE'] as const)(
    '[C40] [C16] sends a hostile %s as it was meant',
    async (method) => {
      const body = method === 'POST' || method === 'PUT' ? { given: '{text}' } : undefined;
      await fc.assert(
        fc.asyncProperty(segments, hostileText, bearerTokens, async (segment, text, token) => {
          const recipe = { ...request, method, ...(body === undefined ? {} : { body }) };
          const values = { flow_id: segment, text };
          const got = await run(renderCurl(recipe, { origin, token: { kind: 'literal', token }, values }));
          const url = new URL(got.url, origin);
          expect(got.method).toBe(method);
          expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'flows', segment, 'end']);
          expect([...url.searchParams]).toEqual([
            ['given', text],
            ['orderby', 'updated_at DESC'],
          ]);
          expect(got.headers.authorization).toBe(`Bearer ${token}`);
          expect(decodeURIComponent(got.url)).not.toContain(token);
          expect(got.body).not.toContain(token);
          if (body === undefined) expect(got.body).toBe('');
          else {
            expect(got.headers['content-type']).toBe('application/json');
            expect(JSON.parse(got.body)).toEqual({ given: text });
          }
        }),
        { numRuns: 25, endOnFailure: true },
      );
    },
    60_000,
  );
});
