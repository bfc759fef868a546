import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { REASONS, VAULT_TROUBLES } from '../../../main/broker/contract.ts';
import { ROUTES } from '../../../main/broker/contract-routes.ts';
import { SCHEMAS } from '../../../main/broker/schemas.ts';
import type { Caller } from '../../../main/broker/types.ts';
import { ACCESS, brokerRig, program, VIEW_FLOWS } from '../../support/broker-rig.ts';

const DOCS = readFileSync(new URL('../../../docs/broker.md', import.meta.url), 'utf8');
const run = promisify(execFile);
const examples = [...DOCS.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
const process1 = program.peer;
const AT_TERMINAL: Caller = {
  ...program,
  subject: { kind: 'terminal', process: process1, terminal: { tty: 'pts/3', leader: process1 } },
};
/** First cells of the table rows of a section. */
const names = (section: string) => [...section.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]);
const section = (title: string) => DOCS.split(`### \`${title}\`\n`)[1]?.split(/^##/m)[0] ?? '';

it.each(examples.map((example) => [example.trim().split('\n').at(-1) ?? '', example]))(
  'the example of docs/broker.md runs in sh with the real curl: %s',
  async (_title, example) => {
    const rig = await brokerRig({
      isSibling: () => true,
      retire: () => Promise.resolve({ kind: 'retired', sealed: [] }),
      sealed: (grant) => Promise.resolve({ grant, salt: 's', sealed: 's' }),
    });
    rig.state.rules = [
      {
        id: 'r-1f3a',
        program: '/usr/bin/x',
        script: null,
        scope: VIEW_FLOWS,
        account: 'ada@uni.example',
        answer: 'allow',
        until: null,
      },
    ];
    rig.state.caller = AT_TERMINAL;
    const env = { PATH: process.env['PATH'] ?? '', SOCK: rig.path, GLOBUS_TOKEN_SOCK: rig.path };
    const { stdout, stderr } = await run('sh', ['-euc', example], { env });
    await rig.close();
    expect(stderr).toBe('');
    if (example.includes('/v1/header')) expect(stdout).toBe(`Authorization: Bearer ${ACCESS}\n`);
    else if (example.includes('text/plain') && !example.includes('no-such'))
      expect(stdout).toBe(`${ACCESS}\n`);
    else if (example.includes('no-such-scope')) expect(stdout).toMatch(/^unknown-scope\n.+\n.+\n$/);
    else expect(JSON.parse(stdout)).toBeTypeOf('object');
  },
);

it('has an example, the parameters and the fields of every call', () => {
  expect(ROUTES.length).toBeGreaterThan(0);
  for (const { method, path, parameters, body = [], schema } of ROUTES) {
    expect(names(DOCS)).toContain(`${method} ${path}`);
    const text = section(`${method} ${path}`);
    expect(text, `${method} ${path}`).toContain('```sh');
    // The header call refers to the token call's table.
    const told = path === '/v1/header' ? names(section('GET /v1/token')) : names(text);
    for (const { name } of [...parameters, ...body]) expect(told).toContain(name);
    const fields = Object.entries(SCHEMAS).find(([name]) => schema.replace('[]', '') === name)?.[1] ?? {};
    if (method === 'GET') for (const name of Object.keys(fields)) expect(told).toContain(name);
  }
});

it('has every trouble of the vault, and no other', () => {
  const rows = [...(DOCS.split('| trouble ')[1]?.split('\n\n')[0] ?? '').matchAll(/^\| `([a-z-]+)`/gm)];
  expect(rows.map((match) => match[1])).toEqual([...VAULT_TROUBLES]);
});

it('has every reason with its status, and no other', () => {
  const rows = [...DOCS.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) /gm)].map((match) => [
    match[1],
    Number(match[2]),
  ]);
  expect(rows).toEqual(Object.entries(REASONS).map(([reason, { status }]) => [reason, status]));
});
