import { accountOption } from './fetched.ts';
import { quotePosix, quoteWord } from './posix.ts';
import { fillRequest, onOneLine, targetOf, type SnippetOptions } from './request.ts';
import type { Recipe } from './types.ts';

/**
 * Writes a recipe for our own CLI, which asks the broker and runs curl: `globus-token curl <scope> <path>`
 * and curl's own options behind it. One line for sh, bash, zsh and fish, and without a body for the Windows
 * shells, too. It never holds a token; the kind of token in the options names the scope at most.
 *
 * @throws as renderCurl does
 */
export function renderGlobusToken(recipe: Recipe, options: SnippetOptions): string {
  const request = fillRequest(recipe, options);
  const { token } = options;
  const scope = token.kind === 'fetched' ? token.scope : (recipe.scopes[0] ?? '');
  const account = token.kind === 'fetched' ? accountOption(token) : [];
  return onOneLine(
    [
      'globus-token',
      'curl',
      // Behind the scope they would be curl's.
      ...account.map(quotePosix),
      /^[A-Za-z0-9_]+$/.test(scope) ? scope : quotePosix(scope),
      quoteWord(targetOf(request)),
      ...(request.method === 'GET' ? [] : ['-X', request.method]),
      ...(request.json === null
        ? []
        : ['-H', quotePosix('Content-Type: application/json'), '--data', quoteWord(request.json)]),
    ].join(' '),
  );
}
