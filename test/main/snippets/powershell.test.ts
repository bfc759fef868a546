import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderPowerShell, quotePowerShell } from '../../../main/snippets/powershell.ts';
import { findRecipe } from '../../../main/snippets/recipes.ts';
import type { Recipe } from '../../../main/snippets/types.ts';
import { bearerTokens, hostileText } from '../../support/hostile.ts';
import { nativeArguments, powerShellWords } from '../../support/windows-shells.ts';

/** Debian has no PowerShell: its documented rules stand in, as a small parser of the tests' own. */
const ORIGIN = 'https://flows.example.org';
const base: Recipe = { id: 'x', title: 'X', method: 'GET', path: '/x', scopes: [], readOnly: true };
const recipe = (id: string): Recipe => findRecipe(id) ?? base;

describe('quotePowerShell', () => {
  it.each([
    ['plain', `'plain'`],
    [`it's`, `'it''s'`],
    ['it’s', `'it’’s'`],
    ['‘a’ ‚b‛', `'‘‘a’’ ‚‚b‛‛'`],
    ['“$(id)” „`id`‟', `'“$(id)” „\`id\`‟'`],
    ['’; calc; ’', `'’’; calc; ’’'`],
    ['$(id) `id` "x" $env:PATH', `'$(id) \`id\` "x" $env:PATH'`],
  ])('[C40] writes %j verbatim', (value, word) => {
    expect(quotePowerShell(value)).toBe(word);
  });

  it('[C40] gives every value back unchanged', () => {
    fc.assert(
      fc.property(hostileText, (value) => {
        expect(powerShellWords(`x ${quotePowerShell(value)}`, {})).toEqual([['x', value]]);
      }),
    );
  });
});

describe('a line for PowerShell', () => {
  it.each([
    ['variable', { kind: 'variable' }, `curl.exe -sS -H "Authorization: Bearer \${env:TOKEN}" '${ORIGIN}/x'`],
    [
      'fetched',
      { kind: 'fetched', socket: '\\\\.\\pipe\\broker', scope: 'view_flows' },
      `globus-token header 'view_flows' | curl.exe -q -sS -H '@-' '${ORIGIN}/x'`,
    ],
  ] as const)('[C39] takes a %s token', (_kind, token, line) => {
    const written = renderPowerShell(base, { origin: ORIGIN, token });
    expect(written.replace(/^& \{ (.*) \}$/, '$1')).toBe(line);
  });

  it('[C39] sends no write without a header', () => {
    const token = { kind: 'fetched', socket: 's', scope: 'manage_flows' } as const;
    const line = renderPowerShell(recipe('delete-flow'), {
      origin: ORIGIN,
      token,
      values: { flow_id: 'f-1' },
    });
    expect(line).toBe(
      `& { $header = globus-token header 'manage_flows'; if ($header) { $header | curl.exe -q -sS -H '@-' -X 'DELETE' '${ORIGIN}/flows/f-1' } }`,
    );
  });

  it('[C40] throws before anything is sent when a value is missing', () => {
    const line = renderPowerShell(recipe('get-flow'), { origin: ORIGIN, token: { kind: 'dots' } });
    expect(line).toMatch(
      /^& \{ if \(-not \$env:FLOW_ID\) \{ throw 'set FLOW_ID to the ID of a flow' \}; curl\.exe /,
    );
    expect(line).toContain(`"${ORIGIN}/flows/\${env:FLOW_ID}"`);
  });

  it('[C40] takes a value for a body from its variable', () => {
    const line = renderPowerShell(recipe('cancel-runs'), { origin: ORIGIN, token: { kind: 'dots' } });
    const words = curlOf(line, { RUN_ID: 'r-1' });
    expect(words).toContain('{"filters":{"run_ids":["r-1"]},"set":{"status":"cancel"}}');
  });

  it('[C40] [C16] hands hostile values to curl as values, before and after PowerShell 7.3', () => {
    const segments = hostileText.filter((value) => value !== '.' && value !== '..');
    fc.assert(
      fc.property(segments, hostileText, bearerTokens, fc.boolean(), (segment, text, token, withBody) => {
        const request: Recipe = {
          ...base,
          ...(withBody ? { method: 'POST', body: { given: ['{text}'] } } : {}),
          path: '/flows/{flow_id}/end',
          query: [['given', '{text}']],
          placeholders: ['flow_id', 'text'],
        };
        const line = renderPowerShell(request, {
          origin: ORIGIN,
          token: { kind: 'literal', token },
          values: { flow_id: segment, text },
        });
        expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        const [name, silent, h, header, ...rest] = curlOf(line, {});
        expect([name, silent, h, header]).toEqual([
          'curl.exe',
          '-sS',
          '-H',
          `Authorization: Bearer ${token}`,
        ]);
        const url = new URL(rest.pop() ?? '');
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'flows', segment, 'end']);
        expect([...url.searchParams]).toEqual([['given', text]]);
        if (withBody) {
          expect(rest.slice(0, -1)).toEqual(['-X', 'POST', '-H', 'Content-Type: application/json', '--data']);
          expect(JSON.parse(rest.at(-1) ?? '')).toEqual({ given: [text] });
        } else expect(rest).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/** The argv of the line's curl: PowerShell's words, its older way of joining them, the C runtime's splitting. */
function curlOf(line: string, env: Record<string, string>): string[] {
  // The check of a missing value stands in front, and is tested above.
  const inside = line.replace(/^& \{ (.*) \}$/, '$1').replace(/^if \([^)]*\) \{ [^}]* \}; /, '');
  const commands = powerShellWords(inside, env);
  const legacy = commands.some(([name]) => name === '$PSNativeCommandArgumentPassing');
  const words = commands.find(([name]) => name === 'curl.exe') ?? [];
  // What the newer way would change, a line without its own choice must not contain.
  if (!legacy) expect(words.join('')).not.toContain('"');
  return nativeArguments(words);
}
