import { concatenate, literal, missingNames } from './code.ts';
import { PYTHON, pythonToken, pythonVariables } from './python.ts';
import { fillRequest, targetOf, type SnippetOptions } from './request.ts';
import type { Recipe } from './types.ts';

/**
 * Writes a recipe as a small program with the `requests` package. A placeholder without a value is read from
 * the environment; a missing one ends the program before anything is sent.
 *
 * @throws as renderCurl does
 */
export function renderPythonRequests(recipe: Recipe, options: SnippetOptions): string {
  const request = fillRequest(recipe, options);
  const missing = missingNames(recipe, options);
  const token = pythonToken(options.token);
  const url = concatenate(
    PYTHON,
    [options.origin, ...targetOf(request)],
    (name) => `quote(${name}, safe="")`,
  );
  const imports = new Set([...token.imports, ...(missing.length > 0 ? ['os'] : []), 'requests']);
  const quotes = url.includes('quote(');
  return [
    ...[...imports].sort().map((name) => `import ${name}`),
    ...(quotes ? ['from urllib.parse import quote'] : []),
    '',
    ...pythonVariables(missing),
    ...token.lines,
    'response = requests.request(',
    `    "${request.method}",`,
    `    ${url},`,
    '    headers={"Authorization": "Bearer " + token},',
    ...(recipe.body === undefined ? [] : [`    json=${literal(PYTHON, recipe.body, recipe, options)},`]),
    '    timeout=60,',
    ')',
    'print(response.text)',
  ].join('\n');
}
