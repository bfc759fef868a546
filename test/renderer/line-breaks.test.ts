import { describe, expect, test } from 'vitest';
import { pieces } from '../../renderer/line-breaks.ts';

describe('a long line', () => {
  test.each([
    [
      `'https://flows.example.org/flows?filter=a&orderby=b%20DESC'`,
      [`'https://flows.example.org/`, 'flows?', 'filter=a&', `orderby=b%20DESC'`],
    ],
    [
      'https://auth.example.org/scopes/0a-0b/flow_0a_user',
      ['https://auth.example.org/', 'scopes/', '0a-0b/', 'flow_0a_user'],
    ],
    ['curl -sS \\\n  -H @-', ['curl ', '-sS', ' \\\n  ', '-H', ' @-']],
    [
      `--unix-socket '/run/user/1000/broker.sock'`,
      ['--unix-socket', ` '/run/`, 'user/', '1000/', `broker.sock'`],
    ],
    ['', ['']],
  ])('%j may go on after a part of an address, and nowhere within one', (text, expected) => {
    const made = pieces(text).map((piece) => piece.text);
    expect(made).toEqual(expected);
    expect(made.join('')).toBe(text);
  });

  test('begins with no space, and breaks no option at its hyphen', () => {
    const made = pieces('globus flows show "0a-0b" --jmespath \'x\' -Funix');
    expect(made.filter(({ whole }) => whole).map(({ text }) => text)).toEqual(['--jmespath', '-Funix']);
    expect(made.filter(({ mayBegin }) => mayBegin).map(({ text }) => text)).toEqual(['--jmespath', '-Funix']);
  });
});
