import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderCurl } from '../../../main/snippets/curl.ts';
import { renderGlobusToken } from '../../../main/snippets/globus-token.ts';
import { renderHttpie } from '../../../main/snippets/httpie.ts';
import type { Recipe } from '../../../main/snippets/types.ts';
import { bearerTokens, hostileText } from '../../support/hostile.ts';
import { ShellBench, SNIPPET_SHELLS } from '../../support/shells.ts';

const ORIGIN = 'https://flows.example.org';
const SOCKET = "/run/it's here/broker.sock";
const SCOPE = 'flow:f-1';
const request: Recipe = {
  id: 'x',
  title: 'X',
  method: 'POST',
  path: '/flows/{flow_id}/end',
  query: [['given', '{text}']],
  body: { given: ['{text}'] },
  placeholders: ['flow_id', 'text'],
  scopes: ['manage_flows'],
  readOnly: false,
};
const cases = fc.record({
  segment: hostileText.filter((value) => value !== '.' && value !== '..'),
  text: hostileText,
  token: bearerTokens,
});

let bench: ShellBench;
beforeAll(async () => {
  bench = await ShellBench.open();
});
afterAll(() => bench.close());

/** Checks URL and JSON of one request, wherever the tool has them. */
function expectRequest(url: string, json: string, { segment, text }: { segment: string; text: string }) {
  const { pathname, searchParams } = new URL(url, ORIGIN);
  expect(pathname.split('/').map(decodeURIComponent)).toEqual(['', 'flows', segment, 'end']);
  expect([...searchParams]).toEqual([['given', text]]);
  expect(JSON.parse(json)).toEqual({ given: [text] });
}

describe.each(SNIPPET_SHELLS)('hostile values in $name', (shell) => {
  it('[C40] [C16] reach HTTPie, globus-token and the second curl as values, the token as a header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cases, { minLength: 4, maxLength: 8 }), async (batch) => {
        const fetched = { kind: 'fetched', socket: SOCKET, scope: SCOPE } as const;
        const lines = batch.flatMap(({ segment, text, token }) => {
          const options = { origin: ORIGIN, values: { flow_id: segment, text } };
          return [
            renderHttpie(request, { ...options, token: { kind: 'literal', token } }),
            renderHttpie(request, { ...options, token: fetched }),
            renderCurl(request, { ...options, token: fetched }),
            renderGlobusToken(request, { ...options, token: fetched }),
          ];
        });
        for (const line of lines) expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        const { calls, commands } = await bench.run(shell, lines, {
          BROKER_ANSWER: 'Authorization: Bearer AgFetched\n',
        });
        expect(commands).toEqual(
          batch.flatMap(() => ['http', 'curl', 'http', 'curl', 'curl', 'globus-token']),
        );
        const ask = [
          ...['-q', '-fsS', '--noproxy', '*', '--unix-socket', SOCKET],
          `http://localhost/v1/header?scope=${SCOPE}`,
        ];
        for (const [index, item] of batch.entries()) {
          const [literal, first, viaHttp, second, viaCurl, own] = calls.slice(index * 6, index * 6 + 6);
          expect([first, second]).toEqual([ask, ask]);
          const http = [
            '--ignore-stdin',
            'POST',
            '<url>',
            'Content-Type:application/json',
            '--raw',
            '<json>',
          ];
          expect(masked(literal, 2, 5)).toEqual([...http, `Authorization:Bearer ${item.token}`]);
          expect(masked(viaHttp, 2, 5)).toEqual([...http, 'Authorization:@/dev/stdin']);
          expect(masked(viaCurl, 10, 9)).toEqual([
            ...['-q', '-sS', '-H', '@-', '-X', 'POST', '-H', 'Content-Type: application/json', '--data'],
            ...['<json>', '<url>'],
          ]);
          expect(masked(own, 2, 8)).toEqual([
            ...['curl', SCOPE, '<url>', '-X', 'POST', '-H', 'Content-Type: application/json'],
            ...['--data', '<json>'],
          ]);
          for (const [argv, url, json] of [
            [literal, 2, 5],
            [viaHttp, 2, 5],
            [viaCurl, 10, 9],
            [own, 2, 8],
          ] as const) {
            expectRequest(argv?.[url] ?? '', argv?.[json] ?? '', item);
          }
        }
        expect(await bench.leftovers()).toEqual([]);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  }, 60_000);

  it('[C39] a refusal starts neither HTTPie nor a writing curl', async () => {
    const options = {
      origin: ORIGIN,
      values: { flow_id: 'f', text: 't' },
      token: { kind: 'fetched', socket: SOCKET, scope: SCOPE },
    } as const;
    const lines = [renderHttpie(request, options), renderCurl(request, options)];
    const { commands } = await bench.run(shell, lines);
    expect(commands).toEqual(['curl', 'curl']);
  }, 60_000);
});

function masked(argv: readonly string[] | undefined, url: number, json: number): string[] {
  return (argv ?? []).map((word, index) => (index === url ? '<url>' : index === json ? '<json>' : word));
}

describe('a line for HTTPie', () => {
  const read: Recipe = { id: 'y', title: 'Y', method: 'GET', path: '/y', scopes: [], readOnly: true };

  it.each([
    ['variable', { kind: 'variable' }, '"Authorization:Bearer $TOKEN"'],
    ['dotted', { kind: 'dots' }, "'Authorization:Bearer ••••••••'"],
  ] as const)('[C16] has a %s token in its header', (_kind, token, item) => {
    expect(renderHttpie(read, { origin: ORIGIN, token })).toBe(
      `http --ignore-stdin GET '${ORIGIN}/y' ${item}`,
    );
  });
});
