import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { type Reason, REASONS, VAULT_TROUBLES } from '../../main/broker/contract.ts';
import { problemDocument } from '../../main/broker/problems.ts';
import { renewalProblem } from '../../main/tokens/problems.ts';
import { OAuthFailure } from '../../main/oauth/failure.ts';
import { ROOT } from '../../scripts/build-targets.mjs';

/** What is said of the tokens: something about them, who gets them, or that nothing was done; or a text put in. */
const OF_TOKENS =
  /token|sign-in|signed in|grant|nothing|kept|as (?:it|they) (?:is|was|were)|still|fine|access|valid|expired|revoked|safe|others|asked about|…/i;

interface Found {
  readonly place: string;
  readonly node: ts.Node;
}

/** Every node of these rooms' TypeScript that `wanted` takes. */
function nodesOf(rooms: readonly string[], wanted: (node: ts.Node) => boolean): Found[] {
  const found: Found[] = [];
  for (const room of rooms) {
    for (const name of readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!name.endsWith('.ts')) continue;
      const text = readFileSync(join(ROOT, room, name), 'utf8');
      const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        if (wanted(node)) found.push({ place: `${room}/${name}:${line + 1}`, node });
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  }
  return found;
}

const property = (node: ts.Node, name: string): ts.Expression | null => {
  if (!ts.isObjectLiteralExpression(node)) return null;
  const own = node.properties.find((one) => one.name?.getText() === name);
  return own !== undefined && ts.isPropertyAssignment(own) ? own.initializer : null;
};

/** The texts that an expression can be, as far as they are written there. */
function textsIn(expression: ts.Expression): string[] {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isTemplateExpression(expression)) {
    return [[expression.head.text, ...expression.templateSpans.map(({ literal }) => literal.text)].join('…')];
  }
  if (ts.isConditionalExpression(expression))
    return [...textsIn(expression.whenTrue), ...textsIn(expression.whenFalse)];
  return [];
}

describe('every problem that is written down', () => {
  const problems = nodesOf(
    ['main', 'renderer', 'preload'],
    (node) => property(node, 'title') !== null && property(node, 'tokens') !== null,
  );
  const said = (part: string, text: (text: string) => boolean): string[] =>
    problems.flatMap(({ place, node }) => {
      const expression = property(node, part);
      const texts = expression === null ? [] : textsIn(expression);
      return texts.filter((one) => !text(one)).map((one) => `${place}: ${JSON.stringify(one)}`);
    });

  it('[C59] says what happened', () => {
    expect(problems.length).toBeGreaterThan(80);
    expect(said('title', (text) => /^[\p{Lu}“…]/u.test(text) && !text.endsWith('.'))).toEqual([]);
  });

  it('[C59] says what it means for the tokens', () => {
    expect(said('tokens', (text) => OF_TOKENS.test(text) && /[.…]$/.test(text))).toEqual([]);
  });

  it('[C59] names a next step', () => {
    const without = problems.filter(({ node }) => property(node, 'next') === null);
    expect(without.map(({ place }) => place)).toEqual([]);
    expect(said('next', (text) => /^[\p{Lu}“…].*[.…?)]$|^[\p{Lu}].*: ?\S+/su.test(text))).toEqual([]);
  });
});

describe('every failure of the command line', () => {
  it('[C59] has a hint', () => {
    const failures = nodesOf(
      ['cli'],
      (node) => ts.isNewExpression(node) && node.expression.getText() === 'Failure',
    );
    expect(failures.length).toBeGreaterThan(60);
    const bare = failures.filter(({ node }) => {
      const [, detail, next] = (ts.isNewExpression(node) ? node.arguments : undefined) ?? [];
      // Without words it is an exit code and nothing that anybody reads.
      if (detail !== undefined && ts.isStringLiteralLike(detail) && detail.text === '') return false;
      return next === undefined || next.getText() === 'null' || textsIn(next).includes('');
    });
    expect(bare.map(({ place }) => place)).toEqual([]);
  });
});

describe('every refusal of the broker', () => {
  it.each(Object.keys(REASONS) as Reason[])(
    '[C59] says what happened, what that means, and what is next: %s',
    (reason) => {
      const documents = [
        problemDocument(reason),
        ...(reason === 'vault-trouble' ? VAULT_TROUBLES : []).map((trouble) =>
          problemDocument(reason, { trouble }),
        ),
      ];
      for (const { title, detail, next } of documents) {
        expect(title).toMatch(/\w/);
        expect(detail).toMatch(/^\p{Lu}.*\.$/su);
        expect(next).toMatch(/^\p{Lu}.*\S$/su);
        expect(new Set([title, detail, next]).size).toBe(3);
      }
    },
  );
});

describe('what a renewal can end with', () => {
  it.each(['network', 'unavailable', 'refused', 'untrusted'] as const)(
    '[C59] keeps the sign-in, and says so: %s',
    (kind) => {
      const { title, tokens, next } = renewalProblem(new OAuthFailure(kind, 'why'));
      expect(tokens).toContain('Your sign-in is kept');
      expect([title, next].every((text) => text.length > 10)).toBe(true);
    },
  );

  it('[C59] says of the server’s definite word that the refresh token is gone', () => {
    expect(renewalProblem(new OAuthFailure('invalid_grant', 'why'))).toMatchObject({
      tokens: expect.stringContaining('no longer works') as string,
      next: expect.stringMatching(/^Sign in again/) as string,
    });
  });
});
