import { bearerToken, renderHeader } from './header.ts';
import { quotePosix, quoteWord, type WordPart } from './posix.ts';
import { fillTemplate, hasControls, pathSegment, percentEncode, toJson, type Values } from './template.ts';
import type { Recipe, TokenInSnippet } from './types.ts';

export interface CurlOptions {
  /** Origin of the API without a slash at the end: `https://flows.automate.globus.org`. */
  readonly origin: string;
  readonly token: TokenInSnippet;
  /** Values of placeholders by name; others than the recipe's are not looked at, empty ones count as absent. */
  readonly values?: Values;
}

/**
 * Writes a recipe as one line for sh, bash and zsh, in the forms of GLOBUS.md §5. A placeholder without a
 * value becomes `"${FLOW_ID:?set FLOW_ID to the ID of a flow}"`: pasted as it is, the shell prints that
 * sentence and sends nothing; with the variable set, the same line works. (fish refuses the line, too.)
 *
 * The token stands in the Authorization header and nowhere else (RFC 6750 §2.1, §2.3). A literal one can be
 * seen in the process list and the shell's history while and after the command runs.
 *
 * @throws TypeError for a token that is none, an origin that is none, or plain http beyond loopback
 * @throws RangeError for a value that its place cannot hold, or that contains the token
 */
export function renderCurl(recipe: Recipe, options: CurlOptions): string {
  const values = options.values ?? {};
  checkOrigin(options.origin);
  keepTokenOut(values, options.token);

  const query = renderQuery(recipe, values);
  const words = ['curl', '-sS'];
  if (query.flags.length > 0) words.push('-G');
  if (recipe.method !== 'GET') words.push('-X', recipe.method);
  words.push('-H', authorization(options.token));
  words.push(...renderBody(recipe, values), ...query.flags);
  const path = fillTemplate(recipe.path, recipe.placeholders ?? [], values, pathSegment);
  words.push(quoteWord([options.origin, ...path, ...query.inUrl]));
  return onOneLine(words.join(' '));
}

function authorization(token: TokenInSnippet): string {
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
 * A query that is plain or must share the request with a body stays in the URL; any other goes through
 * `-G --data-urlencode`, where people can read and change it.
 */
function renderQuery(recipe: Recipe, values: Values): { inUrl: readonly WordPart[]; flags: string[] } {
  const pairs = (recipe.query ?? []).map(([name, template]) => ({
    name: percentEncode(name),
    value: fillTemplate(template, recipe.placeholders ?? [], values, (value) => value),
  }));
  const plain = pairs.every(({ value }) => value.every(isPlainText));
  if (plain || recipe.body !== undefined) {
    const inUrl = pairs.flatMap(({ name, value }, index) => [
      `${index === 0 ? '?' : '&'}${name}=`,
      ...value.map((part) => (typeof part === 'string' && !isPlainText(part) ? percentEncode(part) : part)),
    ]);
    return { inUrl, flags: [] };
  }
  return { inUrl: [], flags: pairs.flatMap(({ name, value }) => dataFlag(name, value)) };
}

/** Text that reads the same with and without percent-encoding; a comma separates items in Globus filters. */
function isPlainText(part: WordPart): boolean {
  return typeof part === 'string' && /^[A-Za-z0-9._~,-]*$/.test(part);
}

/**
 * With `=` present curl reads neither form as "@file". `--data` sends its text as it stands: for values with
 * control characters, which may not enter a line that people paste into a terminal.
 */
function dataFlag(name: string, value: readonly WordPart[]): string[] {
  const controls = value.some((part) => typeof part === 'string' && hasControls(part));
  if (!controls) return ['--data-urlencode', quoteWord([`${name}=`, ...value])];
  const encoded = value.map((part) => (typeof part === 'string' ? percentEncode(part) : part));
  return ['--data', quoteWord([`${name}=`, ...encoded])];
}

function renderBody(recipe: Recipe, values: Values): string[] {
  if (recipe.body === undefined) return [];
  // Placeholders stand inside JSON strings; an object's own brace is always followed by a quote or a brace.
  const json = fillTemplate(toJson(recipe.body), recipe.placeholders ?? [], values, (value) =>
    toJson(value).slice(1, -1),
  );
  return ['-H', quotePosix('Content-Type: application/json'), '--data', quoteWord(json)];
}

/** Environments are compiled in (CHECKLIST 18); this is the second lock on the same door. */
function checkOrigin(origin: string): void {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  if (url?.origin !== origin) throw new TypeError('not an origin');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && url.hostname === '127.0.0.1')) {
    throw new TypeError('a token goes over https only, or to the loopback address of the demo');
  }
}

/** A token pasted into a field by mistake would travel in a URL and end in server logs (RFC 9700 §4.3.2). */
function keepTokenOut(values: Values, token: TokenInSnippet): void {
  if (token.kind !== 'literal') return;
  const secret = bearerToken(token.token);
  if (Object.values(values).some((value) => value.includes(secret))) {
    throw new RangeError('a value contains the access token, which belongs in the header alone');
  }
}

/** Last look at the finished text: it will be pasted into a terminal, so it must be nothing but visible. */
function onOneLine(text: string): string {
  if (hasControls(text)) throw new RangeError('a recipe contains a control character');
  return text;
}
