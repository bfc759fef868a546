import { PRODUCTION } from '../globus/environments.ts';
import { concatenate, literal, missingNames } from './code.ts';
import { PYTHON, pythonToken, pythonVariables, quotePython } from './python.ts';
import { fillRequest, type FilledRequest, type SnippetOptions } from './request.ts';
import { SDK_CALLS, type SdkCall } from './sdk-calls.ts';
import { fillTemplate, pathSegment } from './template.ts';
import type { Recipe } from './types.ts';

/**
 * Writes a recipe for the Globus SDK for Python: the method that does the same request, or the client's own
 * `get`, `post`, … where it has none.
 *
 * @throws as renderCurl does
 */
export function renderPythonSdk(recipe: Recipe, options: SnippetOptions): string {
  const request = fillRequest(recipe, options);
  const missing = missingNames(recipe, options);
  const token = pythonToken(options.token);
  const call = SDK_CALLS[recipe.id];
  const elsewhere = recipe.service !== 'auth' && options.origin !== PRODUCTION.flows;
  const answer = writeCall(recipe, options, request, call);
  const imports = [...token.imports, ...(missing.length > 0 || elsewhere ? ['os'] : [])];
  return [
    ...[...new Set(imports)].sort().map((name) => `import ${name}`),
    ...(answer.includes('quote(') ? ['from urllib.parse import quote'] : []),
    'import globus_sdk',
    '',
    ...pythonVariables(missing),
    // The SDK reads this when a client is made (GLOBUS.md §1.1); there is no such argument on every client.
    ...(elsewhere
      ? [`os.environ["GLOBUS_SDK_SERVICE_URL_FLOWS"] = ${quotePython(`${options.origin}/`)}`]
      : []),
    ...token.lines,
    'authorizer = globus_sdk.AccessTokenAuthorizer(token)',
    `client = ${client(recipe, options, call)}`,
    `print(${answer})`,
  ].join('\n');
}

function client(recipe: Recipe, options: SnippetOptions, call: SdkCall | undefined): string {
  if (recipe.service === 'auth') return 'globus_sdk.AuthClient(authorizer=authorizer)';
  if (call?.specific !== true) return 'globus_sdk.FlowsClient(authorizer=authorizer)';
  const flow =
    recipe.flowId === undefined
      ? positional('flow_id', recipe, options)
      : quotePython(pathSegment(recipe.flowId));
  return `globus_sdk.SpecificFlowClient(${flow}, authorizer=authorizer)`;
}

function writeCall(
  recipe: Recipe,
  options: SnippetOptions,
  request: FilledRequest,
  call: SdkCall | undefined,
): string {
  if (call === undefined) {
    const path = concatenate(PYTHON, request.path, (name) => `quote(${name}, safe="")`);
    const body = recipe.body === undefined ? '' : `, data=${literal(PYTHON, recipe.body, recipe, options)}`;
    return `client.${request.method.toLowerCase()}(${path}${body}).text`;
  }
  const words = (call.positional ?? []).map((name) => positional(name, recipe, options));
  for (const [name, value] of Object.entries(call.keywords ?? bodyFields(recipe))) {
    words.push(`${name}=${literal(PYTHON, value, recipe, options)}`);
  }
  const query = request.query.map(({ name, value }, index) => {
    const fixed = recipe.query?.[index]?.[1] ?? '';
    return [name, FIXED[fixed] ?? (/^[0-9]+$/.test(fixed) ? fixed : concatenate(PYTHON, value))] as const;
  });
  if (call.queryParams === true) {
    words.push(`query_params={${query.map(([name, value]) => `${quotePython(name)}: ${value}`).join(', ')}}`);
  } else {
    words.push(...query.map(([name, value]) => `${name}=${value}`));
  }
  return `client.${call.method}(${words.join(', ')}).text`;
}

/** The SDK puts an ID into the path as it is, so a given one is encoded here; for a UUID that is the same. */
function positional(name: string, recipe: Recipe, options: SnippetOptions): string {
  return concatenate(
    PYTHON,
    fillTemplate(`{${name}}`, recipe.placeholders ?? [], options.values ?? {}, pathSegment),
  );
}

function bodyFields(recipe: Recipe): Record<string, unknown> {
  return typeof recipe.body === 'object' && recipe.body !== null ? { ...recipe.body } : {};
}

/** Truth values of a query, as the methods' parameters have them; numbers stand as they are. */
const FIXED: Readonly<Record<string, string | undefined>> = { true: 'True', false: 'False' };
