import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../cli/commands.ts';
import { EXIT_CODES } from '../../../cli/exit-codes.ts';
import { allCommands } from '../../../cli/reference/all-commands.ts';
import { cliDocument, manual } from '../../../cli/reference/document.ts';
import { exitOf } from '../../../cli/reasons.ts';
import { VAULT_TROUBLES } from '../../../main/broker/contract.ts';
import { ROUTES } from '../../../main/broker/contract-routes.ts';

const FILE = join(import.meta.dirname, '../../../docs/cli.md');
const text = readFileSync(FILE, 'utf8');

describe('docs/cli.md', () => {
  it('is what `npm run docs` makes of the commands', async () => {
    const options = await prettier.resolveConfig(FILE);
    const made = await prettier.format(await cliDocument(text), { ...options, filepath: FILE });
    expect(text).toBe(made);
  });

  it('[C48] has every exit code with its meaning, and no other', () => {
    const part = /<!-- exit codes -->([\s\S]*)<!-- end of exit codes -->/.exec(text)?.[1] ?? '';
    const rows = [...part.matchAll(/^\| (\d+) +\| (\S+) +\| (.+?) +\|$/gm)];
    expect(rows.map(([, code, name, means]) => [Number(code), name, means])).toEqual(
      Object.entries(EXIT_CODES).map(([name, { code, means }]) => [code, name, means]),
    );
  });

  it('[C48] no two failures share a code', () => {
    const codes = Object.values(EXIT_CODES).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    // From 126 on shells have meanings of their own.
    expect(Math.max(...codes)).toBeLessThan(126);
  });
});

describe('every command', () => {
  it('has the name and the summary that the list has, examples, and codes that exist', async () => {
    const commands = await allCommands();
    expect(commands.map(({ name, summary }) => [name, summary])).toEqual(
      Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary]),
    );
    for (const { name, examples, exits } of commands) {
      expect(examples.length, name).toBeGreaterThan(0);
      for (const [line] of examples) expect(line, name).toContain('globus-token');
      expect(exits.filter((exit) => !(exit in EXIT_CODES))).toEqual([]);
    }
  });

  it('[C48] names every exit code that its route can refuse a token with', async () => {
    const commands = await allCommands();
    const route = ROUTES.find(({ path }) => path === '/v1/token');
    const troubles = VAULT_TROUBLES.filter((one) => one !== 'exists' && one !== 'wrong-passphrase');
    const possible = (route?.reasons ?? []).flatMap((reason) =>
      reason === 'vault-trouble' ? troubles.map((one) => exitOf(reason, one)) : [exitOf(reason, null)],
    );
    for (const name of ['get', 'header', 'curl', 'exec']) {
      const { exits = [] } = commands.find((one) => one.name === name) ?? {};
      expect(
        [...new Set(possible)].filter((exit) => !exits.includes(exit)),
        name,
      ).toEqual([]);
    }
  });

  it('is one of those that the design names', () => {
    expect(Object.keys(COMMANDS)).toEqual(
      expect.arrayContaining([
        ...['get', 'header', 'curl', 'snippet', 'exec', 'check', 'status', 'scopes', 'flows', 'login'],
        ...['logout', 'lock', 'unlock', 'audit', 'approvals', 'agent', 'doctor', 'completion', 'forward'],
      ]),
    );
  });
});

describe('the manual page', () => {
  it('names every command and exit code, and no line begins a request by accident', async () => {
    const page = await manual('1.2.3');
    for (const name of Object.keys(COMMANDS)) expect(page).toContain(`.SS ${name}`);
    for (const { code } of Object.values(EXIT_CODES)) expect(page).toContain(`.TP\n.B ${code}\n`);
    const requests = new Set([...page.matchAll(/^([.'][A-Za-z]*)/gm)].map(([, request]) => request));
    expect([...requests].sort()).toEqual([
      ...['.B', '.BR', '.I', '.PP', '.RI', '.SH', '.SS', '.TH', '.TP', '.fi', '.nf'],
    ]);
  });
});
