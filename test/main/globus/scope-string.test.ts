import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatScope,
  MAX_SCOPE_DEPTH,
  MAX_SCOPE_LENGTH,
  mergeScopes,
  parseScope,
  parseScopes,
  rootOf,
  type ScopeNode,
  splitScopes,
} from '../../../main/globus/scope-string.ts';
import { parseScopes as sandboxParse, ScopeSyntaxError } from '../../sandbox/auth/scope-syntax.ts';

const TRANSFER = 'urn:globus:auth:scope:transfer.api.globus.org:all';

function canonical(text: string): string {
  const parsed = parseScope(text);
  return parsed.ok ? formatScope(parsed.scope) : `fault: ${parsed.why}`;
}

/** Trees whose scopes are all different, so that nothing in them merges and nothing is a cycle. */
const trees = fc
  .array(fc.record({ parent: fc.nat(), optional: fc.boolean() }), { maxLength: 30 })
  .map((rows) => {
    const nodes = [{ scope: TRANSFER, optional: false, dependencies: [] as ScopeNode[], depth: 1 }];
    for (const { parent, optional } of rows) {
      const above = nodes.filter(({ depth }) => depth < MAX_SCOPE_DEPTH);
      const chosen = above[parent % above.length];
      const depth = (chosen?.depth ?? 0) + 1;
      const node = { scope: `${TRANSFER}/${nodes.length}`, optional, dependencies: [], depth };
      chosen?.dependencies.push(node);
      nodes.push(node);
    }
    return plain(nodes[0] ?? { scope: TRANSFER, optional: false, dependencies: [] });
  });

function plain({ scope, optional, dependencies }: ScopeNode): ScopeNode {
  return { scope, optional, dependencies: dependencies.map(plain) };
}

const garbage = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', 'b', '[', ']', '*', ' ') }),
);

describe('parseScope', () => {
  it.each([
    [TRANSFER, TRANSFER],
    [`  ${TRANSFER} `, TRANSFER],
    ['a[b]', 'a[b]'],
    ['a[*b]', 'a[*b]'],
    ['a[ b  c ]', 'a[b c]'],
    ['a[b *c[d]]', 'a[b *c[d]]'],
    ['a[b *b]', 'a[b]'],
    ['a[*b *b[c]]', 'a[*b[c]]'],
    ['a a', 'a'],
    ['a[b] a[c]', 'a[b c]'],
  ])('[C15] reads %j as %j', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each([
    ['', 0, /no scope/],
    ['a b', 1, /more than one/],
    ['*a', 0, /optional/],
    ['a [b]', 2, /expected/],
    ['a[* b]', 3, /follow "\*"/],
    ['a[**b]', 3, /follow "\*"/],
    ['a*', 1, /cannot be/],
    ['a[]', 1, /empty/],
    ['a[ ]', 1, /empty/],
    ['a[b', 1, /never closed/],
    ['a]', 1, /without/],
    ['a[b]]', 4, /without/],
    ['a[b]c', 4, /space/],
    ['a[b][c]', 4, /space/],
    ['a[a]', 0, /itself/],
    ['a[b[c[b]]]', 2, /itself/],
    ['a[b[c] c[b]]', 2, /itself/],
    ['a\tb', 1, /cannot be/],
    ['a"b', 1, /cannot be/],
    ['é', 0, /expected/],
    ['a[b\nc]', 3, /cannot be/],
  ])('says where %j is wrong: at %i', (text, at, why) => {
    const parsed = parseScope(text);
    expect(parsed).toMatchObject({ ok: false, at });
    expect(parsed.ok ? '' : parsed.why).toMatch(why);
  });

  it('refuses what is longer or deeper than any real scope', () => {
    const deep = (levels: number) =>
      Array.from({ length: levels }, (_, level) => `s${level}`).join('[') + ']'.repeat(levels - 1);
    expect(parseScope(deep(MAX_SCOPE_DEPTH)).ok).toBe(true);
    expect(parseScope(deep(MAX_SCOPE_DEPTH + 1))).toMatchObject({ ok: false, why: /levels/ });
    expect(parseScope('x'.repeat(MAX_SCOPE_LENGTH)).ok).toBe(true);
    expect(parseScope('x'.repeat(MAX_SCOPE_LENGTH + 1))).toMatchObject({ ok: false, why: /longer/ });
    expect(parseScope('['.repeat(MAX_SCOPE_LENGTH)).ok).toBe(false);
  });

  it('gives back every tree that was written', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const text = formatScope(tree);
        fc.pre(text.length <= MAX_SCOPE_LENGTH);
        expect(parseScope(text)).toEqual({ ok: true, scope: tree });
      }),
    );
  });

  it('never throws, and reads its own words again unchanged', () => {
    fc.assert(
      fc.property(garbage, (text) => {
        const parsed = parseScopes(text);
        if (!parsed.ok) return;
        const written = parsed.scopes.map(formatScope).join(' ');
        expect(parseScopes(written)).toEqual(parsed);
      }),
      { numRuns: 1_000 },
    );
  });

  it('agrees with the fake Globus about what is well formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '[', ']', '*', ' ') }), (text) => {
        const ours = parseScopes(text);
        // The sandbox sees only a cycle along one path; ours may be the stricter one there.
        if (ours.ok) expect(() => sandboxParse(text)).not.toThrow();
        else if (!ours.why.includes('itself')) expect(() => sandboxParse(text)).toThrow(ScopeSyntaxError);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('lists of scopes', () => {
  it('splits on spaces outside of brackets only', () => {
    expect(splitScopes(' openid a[b *c[d e]]  f ')).toEqual(['openid', 'a[b *c[d e]]', 'f']);
    expect(splitScopes('')).toEqual([]);
    expect(splitScopes('a] b[c d')).toEqual(['a]', 'b[c d']);
  });

  it('loses no character but outer spaces', () => {
    fc.assert(
      fc.property(garbage, (text) => {
        expect(splitScopes(text).join(' ').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  it.each([
    ['a[b]', 'a'],
    ['*a[b]', 'a'],
    [' a', 'a'],
    ['a', 'a'],
    ['[', ''],
    ['', ''],
  ])('finds the root of %j', (text, root) => {
    expect(rootOf(text)).toBe(root);
  });

  it('[C15] merges entries of one root, and lets a required mention beat an optional one', () => {
    expect(mergeScopes(['a[*b]', 'openid', 'a[b]', 'a[*c[d]]', 'a[*c[*d]]', 'openid'])).toEqual([
      'a[b *c[d]]',
      'openid',
    ]);
  });

  it('keeps what it cannot read, and what would become a cycle', () => {
    expect(mergeScopes(['a[', 'b', 'a['])).toEqual(['b', 'a[']);
    expect(mergeScopes(['a[b]', 'b[a]'])).toEqual(['a[b]', 'b[a]']);
  });

  it('merges the same way twice, and asks for no root more or less', () => {
    fc.assert(
      fc.property(fc.array(garbage, { maxLength: 4 }), (texts) => {
        const merged = mergeScopes(texts);
        expect(mergeScopes(merged)).toEqual(merged);
        const roots = (list: string[]) => new Set(list.flatMap(splitScopes).map(rootOf));
        expect(roots(merged)).toEqual(roots(texts));
      }),
      { numRuns: 500 },
    );
  });
});
