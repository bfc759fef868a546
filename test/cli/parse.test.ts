import { describe, expect, it } from 'vitest';
import { durationText, parseDuration } from '../../cli/duration.ts';
import { nearest } from '../../cli/nearest.ts';
import { parse, wantsJson } from '../../cli/parse.ts';
import type { Command } from '../../cli/types.ts';

const command: Command = {
  name: 'try',
  summary: 'try things',
  arguments: [
    { name: 'scope', help: '', required: true },
    { name: 'more', help: '', required: false },
  ],
  options: {
    for: { type: 'string', help: '' },
    tool: { type: 'string', help: '', choices: ['curl', 'cmd'] },
    env: { type: 'string', short: 'e', help: '', multiple: true },
    fast: { type: 'boolean', short: 'f', help: '' },
  },
  examples: [],
  exits: [],
  run: () => Promise.resolve(0),
};
const passing: Command = {
  ...command,
  passesOn: true,
  arguments: [
    { name: 'scope', help: '', required: true },
    { name: 'word', help: '', required: false, rest: true },
  ],
};

describe('the words of a command', () => {
  it('are arguments and options, in any order', () => {
    expect(parse(command, ['a', '--for', '3', '-f', 'b', '--env=x=1', '-e', 'y', '--json'])).toEqual({
      input: { positionals: ['a', 'b'], options: { for: '3', fast: true, env: ['x=1', 'y'], json: true } },
      json: true,
      help: false,
    });
  });

  it('may start with a dash after --, or as a value after =', () => {
    expect(parse(command, ['--for=-1', '--', '--json']).input).toEqual({
      positionals: ['--json'],
      options: { for: '-1' },
    });
    expect(wantsJson(command, ['--', '--json'])).toBe(false);
  });

  it('are another program’s from the first argument on, where a command passes them on', () => {
    const { input, json } = parse(passing, [
      '--json',
      '-e',
      'x',
      'scope',
      '--json',
      '-X',
      'POST',
      '--',
      '-h',
    ]);
    expect(json).toBe(true);
    expect(input).toEqual({
      positionals: ['scope', '--json', '-X', 'POST', '--', '-h'],
      options: { json: true, env: ['x'] },
    });
    expect(parse(passing, ['-f', '--', '--for']).input.positionals).toEqual(['--for']);
    expect(wantsJson(passing, ['scope', '--json'])).toBe(false);
  });

  it.each([
    [[], 'try needs <scope>'],
    [['a', 'b', 'c'], 'try does not take "c"'],
    [['a', '--frob'], 'unknown option "--frob" of try'],
    [['a', '-x'], 'unknown option "-x" of try'],
    [['a', '--constructor'], 'unknown option "--constructor" of try'],
    [['a', '--for'], '--for needs a value: --for <value>'],
    [['a', '--for', '--fast'], '--for needs a value: --for <value>'],
    [['a', '--fast=yes'], '--fast takes no value'],
    [['a', '--tool', 'rm'], '--tool takes curl, cmd, not "rm"'],
  ])('[C48] %j: %s', (words, message) => {
    expect(() => parse(command, words)).toThrow(expect.objectContaining({ exit: 'usage', message }));
  });

  it('explain themselves before anything is missing', () => {
    expect(parse(command, ['--help']).help).toBe(true);
    expect(parse(command, ['-h']).help).toBe(true);
  });
});

describe('a duration', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['30m', 1_800],
    ['72h', 259_200],
    ['7d', 604_800],
    ['0', 0],
  ])('%s is %d s', (text, seconds) => expect(parseDuration(text)).toBe(seconds));
  it.each(['', 's', '1.5h', '-1', '1h30m', ' 1', '1 h', '1w', '999999999', '99999999d'])(
    '%j is none',
    (text) => expect(parseDuration(text)).toBeNull(),
  );
  it.each([
    [-1, 'now'],
    [59, '59 s'],
    [61, '1 min 1 s'],
    [7_200, '2 h'],
    [187_200, '2 d 4 h'],
  ])('of %d s reads %s', (seconds, text) => expect(durationText(seconds)).toBe(text));
});

describe('the nearest word', () => {
  const known = ['get', 'header', 'status', 'scopes', 'snippet', 'audit'];
  it.each([
    ['gte', 'get'],
    ['stauts', 'status'],
    ['scope', 'scopes'],
    ['heder', 'header'],
    ['sni', 'snippet'],
    ['xyzzy', null],
    ['', null],
  ])('to %j is %s', (typed, word) => expect(nearest(typed, known)).toBe(word));
});
