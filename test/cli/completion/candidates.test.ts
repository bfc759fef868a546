import { describe, expect, it } from 'vitest';
import { complete, type CompletionParts } from '../../../cli/completion/candidates.ts';
import type { Command } from '../../../cli/types.ts';

const check: Command = {
  name: 'check',
  summary: 'tell whether a token will last',
  arguments: [{ name: 'scope', help: '', required: false, completes: 'scope' }],
  options: {
    for: { type: 'string', value: '<duration>', help: 'how long' },
    account: { type: 'string', short: 'a', help: 'whose', completes: 'account' },
    quiet: { type: 'boolean', short: 'q', help: 'say nothing' },
    out: { type: 'string', help: 'where to', completes: 'file' },
  },
  examples: [],
  exits: [],
  run: () => Promise.resolve(0),
};
const exec: Command = {
  ...check,
  name: 'exec',
  arguments: [{ name: 'command', help: '', required: true, rest: true }],
  options: { scope: { type: 'string', help: 'which', completes: 'scope', multiple: true } },
  passesOn: true,
};
const scopes: Command = {
  ...check,
  name: 'scopes',
  arguments: [
    { name: 'action', help: '', required: false, choices: ['add', 'remove'] },
    { name: 'scope', help: '', required: false, completes: 'scope' },
  ],
};

const parts: CompletionParts = {
  commands: ['check', 'curl', 'exec', 'scopes'].map((value) => ({ value, help: `about ${value}` })),
  load: (name) => Promise.resolve([check, exec, scopes].find((one) => one.name === name) ?? null),
  values: (what) =>
    Promise.resolve(
      (what === 'scope' ? ['view_flows', 'run', 'flow:1'] : ['ada@uni.example']).map((value) => ({
        value,
        help: 'ready',
      })),
    ),
};

async function offered(...words: string[]): Promise<string[] | 'files'> {
  const found = await complete(words, parts);
  return found.kind === 'files' ? 'files' : found.words.map(({ value }) => value);
}

describe('what may stand at the cursor', () => {
  it.each([
    [['c'], ['check', 'curl']],
    [['--'], ['--help', '--version']],
    [['help', 'ex'], ['exec']],
    [['nonsense', ''], []],
    [
      ['check', ''],
      ['view_flows', 'run', 'flow:1'],
    ],
    [['check', 'vi'], ['view_flows']],
    [['check', 'flow:'], ['flow:1']],
    [['check', 'view_flows', ''], []],
    [['check', '--f'], ['--for']],
    [
      ['check', '-'],
      ['--for', '--account', '--quiet', '--out', '--json', '--help'],
    ],
    [['check', '--account', ''], ['ada@uni.example']],
    [['check', '--account=a'], ['--account=ada@uni.example']],
    [['check', '-a', ''], ['ada@uni.example']],
    [
      ['check', '-q', ''],
      ['view_flows', 'run', 'flow:1'],
    ],
    [['check', '--for', ''], []],
    [['check', '--for', '72h', 'r'], ['run']],
    [['check', '--out', ''], 'files'],
    [
      ['scopes', ''],
      ['add', 'remove'],
    ],
    [['scopes', 'add', 'v'], ['view_flows']],
    [['exec', '--scope', 'run'], ['run']],
    [['exec', '--scope', 'run', '--', ''], 'files'],
  ])('[C52] %j offers %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  it('tells what each is', async () => {
    expect(await complete(['check', 'vi'], parts)).toEqual({
      kind: 'words',
      words: [{ value: 'view_flows', help: 'ready' }],
    });
  });
});
