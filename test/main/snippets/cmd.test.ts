import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteCmd, renderCmd } from '../../../main/snippets/cmd.ts';
import { findRecipe } from '../../../main/snippets/recipes.ts';
import type { Recipe } from '../../../main/snippets/types.ts';
import { bearerTokens, hostileText } from '../../support/hostile.ts';
import { cmdArguments } from '../../support/windows-shells.ts';

/** Debian has no cmd.exe: its documented phases stand in, as a small parser of the tests' own. */
const ORIGIN = 'https://flows.example.org';
const ENVIRONMENT = { PATH: 'pwned', HOME: 'pwned', TOKEN: 'AgToken', FLOW_ID: 'f-1', RUN_ID: 'r-1' };
const base: Recipe = { id: 'x', title: 'X', method: 'GET', path: '/x', scopes: [], readOnly: true };
const recipe = (id: string): Recipe => findRecipe(id) ?? base;
const printable = hostileText.map((text) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' '));

describe('quoteCmd', () => {
  it.each([
    ['plain', '^"plain^"'],
    ['a b', '^"a b^"'],
    ['say "hi"', '^"say \\^"hi\\^"^"'],
    ['a\\', '^"a\\\\^"'],
    ['a & b | c > d', '^"a ^& b ^| c ^> d^"'],
    ['100%PATH%', '^"100^%^PATH^%^"'],
  ])('[C40] writes %j so that cmd acts on nothing in it', (value, word) => {
    expect(quoteCmd(value)).toBe(word);
  });

  it('[C40] gives every value back unchanged', () => {
    fc.assert(
      fc.property(printable, fc.constantFrom('', '%PATH%', '^%PATH^%', '"%HOME%"'), (value, more) => {
        expect(cmdArguments(`x ${quoteCmd(value + more)}`, ENVIRONMENT)).toEqual(['x', value + more]);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['a\nb', 'a\rb', 'a\u001b[0m'])('[C40] refuses %j, which would end the command', (value) => {
    expect(() => quoteCmd(value)).toThrow(RangeError);
  });
});

describe('a line for cmd', () => {
  it('[C39] fetches the token through globus-token', () => {
    const token = { kind: 'fetched', socket: '\\\\.\\pipe\\broker', scope: 'view_flows' } as const;
    expect(renderCmd(base, { origin: ORIGIN, token })).toBe(
      `globus-token header view_flows | curl.exe -q -sS -H @- ^"${ORIGIN}/x^"`,
    );
  });

  it('[C16] takes the token from the variable', () => {
    const line = renderCmd(base, { origin: ORIGIN, token: { kind: 'variable' } });
    expect(cmdArguments(line, ENVIRONMENT)).toContain('Authorization: Bearer AgToken');
  });

  it('[C40] sends nothing and says what to set when a value is missing', () => {
    const line = renderCmd(recipe('get-flow'), { origin: ORIGIN, token: { kind: 'dots' } });
    expect(line).toMatch(
      /^if not defined FLOW_ID \(echo set FLOW_ID to the ID of a flow\) else curl\.exe -sS /,
    );
    expect(line).toContain(`^"${ORIGIN}/flows/%FLOW_ID%^"`);
  });

  it('[C40] [C16] hands hostile values to curl as values', () => {
    const segments = hostileText.filter((value) => value !== '.' && value !== '..');
    fc.assert(
      fc.property(segments, hostileText, bearerTokens, (segment, text, token) => {
        const request: Recipe = {
          ...base,
          method: 'POST',
          body: { given: ['{text}'] },
          path: '/flows/{flow_id}/end',
          query: [['given', '{text}']],
          placeholders: ['flow_id', 'text'],
        };
        const line = renderCmd(request, {
          origin: ORIGIN,
          token: { kind: 'literal', token },
          values: { flow_id: segment, text },
        });
        expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        const argv = cmdArguments(line, ENVIRONMENT);
        const url = new URL(argv.pop() ?? '');
        const json = argv.pop() ?? '';
        expect(argv).toEqual([
          ...['curl.exe', '-sS', '-H', `Authorization: Bearer ${token}`, '-X', 'POST'],
          ...['-H', 'Content-Type: application/json', '--data'],
        ]);
        expect(JSON.parse(json)).toEqual({ given: [text] });
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'flows', segment, 'end']);
        expect([...url.searchParams]).toEqual([['given', text]]);
      }),
      { numRuns: 300 },
    );
  });
});
