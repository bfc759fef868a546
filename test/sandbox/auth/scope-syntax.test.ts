import { describe, expect, it } from 'vitest';
import { parseScopes, ScopeSyntaxError } from './scope-syntax.ts';

describe('parseScopes', () => {
  it('reads nested and optional dependencies', () => {
    expect(parseScopes('openid flow[transfer[*data] *mail]')).toEqual([
      { scope: 'openid', optional: false, dependencies: [] },
      {
        scope: 'flow',
        optional: false,
        dependencies: [
          {
            scope: 'transfer',
            optional: false,
            dependencies: [{ scope: 'data', optional: true, dependencies: [] }],
          },
          { scope: 'mail', optional: true, dependencies: [] },
        ],
      },
    ]);
  });

  it('merges a scope that is named twice, and lets the required mention win', () => {
    expect(parseScopes('a[*b] a[b c]')).toEqual([
      {
        scope: 'a',
        optional: false,
        dependencies: [
          { scope: 'b', optional: false, dependencies: [] },
          { scope: 'c', optional: false, dependencies: [] },
        ],
      },
    ]);
  });

  it.each([
    ['a space before the bracket', 'a [b]'],
    ['a space after the star', 'a[* b]'],
    ['empty brackets', 'a[]'],
    ['brackets with a space alone', 'a[ ]'],
    ['an open bracket', 'a[b'],
    ['a bracket too many', 'a[b]]'],
    ['text right after a bracket', 'a[b]c'],
    ['a star inside a scope', 'a*b'],
    ['two stars', 'a[**b]'],
    ['a scope below itself', 'a[b[a]]'],
  ])('refuses %s', (_, text) => {
    expect(() => parseScopes(text)).toThrow(ScopeSyntaxError);
  });
});
