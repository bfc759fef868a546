import { pipeHeader } from './fetched.ts';
import { renderHeader } from './header.ts';
import { quotePosix, quoteWord, type WordPart } from './posix.ts';
import { fillRequest, isPlainText, onOneLine, targetOf, type FilledRequest } from './request.ts';
import type { SnippetOptions } from './request.ts';
import { hasControls, percentEncode } from './template.ts';
import type { Recipe, TokenInSnippet } from './types.ts';

export type CurlOptions = SnippetOptions;

/**
 * Writes a recipe as one line for sh, bash, zsh and fish, in the forms of GLOBUS.md §5. A placeholder without
 * a value becomes `"${FLOW_ID:?set FLOW_ID to the ID of a flow}"`: pasted as it is, the shell prints that
 * sentence and sends nothing; with the variable set, the same line works. (fish refuses the line, too.)
 *
 * The token stands in the Authorization header and nowhere else (RFC 6750 §2.1, §2.3). A literal one can be
 * seen in the process list and the shell's history while and after the command runs; a fetched one cannot.
 *
 * @throws TypeError for a token that is none, an origin that is none, or plain http beyond loopback
 * @throws RangeError for a value that its place cannot hold, or that contains the token
 */
export function renderCurl(recipe: Recipe, options: CurlOptions): string {
  const request = fillRequest(recipe, options);
  const { token, origin } = options;
  const words = requestWords(request, origin);
  if (token.kind !== 'fetched') {
    return onOneLine(['curl', '-sS', ...words(['-H', authorization(token)])].join(' '));
  }
  // The second curl holds the token, too: without -q a trace line in ~/.curlrc would write it to a file.
  const command = origin.startsWith('http:') ? "curl -q -sS --noproxy '*' -H @-" : 'curl -q -sS -H @-';
  // In `sh -c '…'` the proxy's asterisk would need other quotes; unquoted it could match files. \* is one word.
  const guarded = command.replace("'*'", '\\*');
  return onOneLine(
    recipe.method === 'GET'
      ? pipeHeader(token, command, words([]), null)
      : pipeHeader(token, guarded, words([]), 'header'),
  );
}

/** Words of the request, quoted; the header's stand where §5 has them, behind the method. */
function requestWords(request: FilledRequest, origin: string): (header: readonly string[]) => string[] {
  const { method, path, query, json } = request;
  const inUrl = json !== null || query.every(({ value }) => value.every(isPlainText));
  const flags = inUrl ? [] : query.flatMap(({ name, value }) => dataFlag(name, value));
  return (header) => [
    ...(flags.length > 0 ? ['-G'] : []),
    ...(method === 'GET' ? [] : ['-X', method]),
    ...header,
    ...(json === null ? [] : ['-H', quotePosix('Content-Type: application/json'), '--data', quoteWord(json)]),
    ...flags,
    quoteWord([origin, ...targetOf({ path, query: inUrl ? query : [] })]),
  ];
}

function authorization(token: Exclude<TokenInSnippet, { kind: 'fetched' }>): string {
  switch (token.kind) {
    case 'literal':
      return quotePosix(renderHeader(token.token));
    case 'dots':
      return quotePosix('Authorization: Bearer ••••••••');
    case 'variable':
      return quoteWord(['Authorization: Bearer ', { variable: 'TOKEN' }]);
  }
}

/**
 * One pair of a query that people can read and change; curl encodes it. With `=` present curl reads neither
 * form as "@file". `--data` sends its text as it stands: for values with control characters, which may not
 * enter a line that people paste into a terminal.
 */
function dataFlag(name: string, value: readonly WordPart[]): string[] {
  const controls = value.some((part) => typeof part === 'string' && hasControls(part));
  if (!controls) return ['--data-urlencode', quoteWord([`${name}=`, ...value])];
  const encoded = value.map((part) => (typeof part === 'string' ? percentEncode(part) : part));
  return ['--data', quoteWord([`${name}=`, ...encoded])];
}
