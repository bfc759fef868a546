import { pipeHeader } from './fetched.ts';
import { renderHeader } from './header.ts';
import { quotePosix, quoteWord } from './posix.ts';
import { fillRequest, onOneLine, targetOf, type SnippetOptions } from './request.ts';
import type { Recipe, TokenInSnippet } from './types.ts';

/**
 * Writes a recipe for HTTPie 3.1 or later as one line for sh, bash, zsh and fish. The query is percent-encoded
 * in the URL and the body is `--raw`, because HTTPie's own `name==value` items have escapes of their own.
 * A fetched token reaches HTTPie through its standard input (`Authorization:@/dev/stdin`), never its argv;
 * without one it does not start.
 *
 * @throws as renderCurl does
 */
export function renderHttpie(recipe: Recipe, options: SnippetOptions): string {
  const request = fillRequest(recipe, options);
  const { token, origin } = options;
  const words = [
    request.method,
    quoteWord([origin, ...targetOf(request)]),
    ...(request.json === null
      ? []
      : [quotePosix('Content-Type:application/json'), `--raw ${quoteWord(request.json)}`]),
  ];
  if (token.kind === 'fetched') {
    // HTTPie takes METHOD and URL before its items, so the header's item goes behind them.
    const item = 'Authorization:@/dev/stdin';
    return onOneLine(pipeHeader(token, 'http --ignore-stdin', [...words, item], 'value'));
  }
  return onOneLine(['http', '--ignore-stdin', ...words, authorization(token)].join(' '));
}

function authorization(token: Exclude<TokenInSnippet, { kind: 'fetched' }>): string {
  switch (token.kind) {
    case 'literal':
      return quotePosix(renderHeader(token.token).replace(': ', ':'));
    case 'dots':
      return quotePosix('Authorization:Bearer ••••••••');
    case 'variable':
      return quoteWord(['Authorization:Bearer ', { variable: 'TOKEN' }]);
  }
}
