import { PREVIEW, PRODUCTION, type Environment } from '../globus/environments.ts';
import { bearerToken } from './header.ts';
import type { WordPart } from './posix.ts';
import { fillTemplate, hasControls, pathSegment, percentEncode, toJson, type Values } from './template.ts';
import type { Recipe, ServiceName, TokenInSnippet } from './types.ts';

export interface SnippetOptions {
  /** Origin of the API without a slash at the end: `https://flows.automate.globus.org`. */
  readonly origin: string;
  readonly token: TokenInSnippet;
  /** Values of placeholders by name; others than the recipe's are not looked at, empty ones count as absent. */
  readonly values?: Values;
}

/** A recipe with its values, as every renderer takes it. Parts without a value are variables still. */
export interface FilledRequest {
  readonly method: Recipe['method'];
  /** Percent-encoded path, without the query. */
  readonly path: readonly WordPart[];
  /** Names percent-encoded, values as they are. */
  readonly query: readonly { readonly name: string; readonly value: readonly WordPart[] }[];
  /** JSON text of the body; null for none. */
  readonly json: readonly WordPart[] | null;
}

/**
 * Fills a recipe and checks what must hold for every tool.
 *
 * @throws TypeError for an origin that is none, plain http beyond loopback, or the origin of another service
 * @throws RangeError for a value that its place cannot hold, or that contains the token
 */
export function fillRequest(recipe: Recipe, options: SnippetOptions): FilledRequest {
  const { origin, token, values = {} } = options;
  checkOrigin(origin, recipe.service ?? 'flows');
  keepTokenOut(values, token);
  const fill = (template: string, encode: (value: string) => string) =>
    fillTemplate(template, recipe.placeholders ?? [], values, encode);
  return {
    method: recipe.method,
    path: fill(recipe.path, pathSegment),
    query: (recipe.query ?? []).map(([name, template]) => ({
      name: percentEncode(name),
      value: fill(template, (value) => value),
    })),
    // Placeholders stand inside JSON strings; an object's own brace is always followed by a quote or a brace.
    json: recipe.body === undefined ? null : fill(toJson(recipe.body), (value) => toJson(value).slice(1, -1)),
  };
}

/** Path and query behind the origin, percent-encoded: `/runs?orderby=start_time%20DESC`. */
export function targetOf({ path, query }: Pick<FilledRequest, 'path' | 'query'>): WordPart[] {
  const pairs = query.flatMap(({ name, value }, index) => [
    `${index === 0 ? '?' : '&'}${name}=`,
    ...value.map((part) => (typeof part === 'string' && !isPlainText(part) ? percentEncode(part) : part)),
  ]);
  return [...path, ...pairs];
}

/** Text that reads the same with and without percent-encoding; a comma separates items in Globus filters. */
export function isPlainText(part: WordPart): boolean {
  return typeof part === 'string' && /^[A-Za-z0-9._~,-]*$/.test(part);
}

/** Where the recipe's requests go in this environment (GLOBUS.md §1.1). */
export function originOfService(environment: Environment, recipe: Pick<Recipe, 'service'>): string {
  return recipe.service === 'auth' ? environment.issuer : environment.flows;
}

/** Last look at a finished line: it will be pasted into a terminal, so it must be nothing but visible. */
export function onOneLine(text: string): string {
  if (hasControls(text)) throw new RangeError('a recipe contains a control character');
  return text;
}

/** The token of Globus Auth is none of the business of the Flows service (CHECKLIST 17). */
const SERVICE_OF_ORIGIN: Readonly<Record<string, ServiceName>> = {
  [PRODUCTION.flows]: 'flows',
  'https://flows.globus.org': 'flows',
  [PREVIEW.flows]: 'flows',
};

/** Environments are compiled in (CHECKLIST 18); this is the second lock on the same door. */
function checkOrigin(origin: string, service: ServiceName): void {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  if (url?.origin !== origin) throw new TypeError('not an origin');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && url.hostname === '127.0.0.1')) {
    throw new TypeError('a token goes over https only, or to the loopback address of the demo');
  }
  if (service === 'auth' && SERVICE_OF_ORIGIN[origin] === 'flows') {
    throw new TypeError('this recipe belongs to another service than the one at this origin');
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
