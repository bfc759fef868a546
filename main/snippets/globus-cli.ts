import { quotePosix, quoteWord, type WordPart } from './posix.ts';
import { fillRequest, onOneLine, type SnippetOptions } from './request.ts';
import { fillTemplate, pathSegment, toJson } from './template.ts';
import type { Recipe } from './types.ts';

/**
 * Writes the command of the Globus CLI that does the same as the recipe, as one line for sh, bash, zsh and
 * fish; null where the CLI has none. It uses the CLI's own sign-in, no token of ours.
 *
 * @throws as renderCurl does
 */
export function renderGlobusCli(recipe: Recipe, options: SnippetOptions): string | null {
  // For its checks: the CLI gets the IDs, not the request.
  fillRequest(recipe, options);
  const words = COMMANDS[recipe.id]?.(recipe);
  if (words === undefined) return null;
  const fill = (word: string): WordPart[] =>
    fillTemplate(word, recipe.placeholders ?? [], options.values ?? {}, (value) => identifier(value));
  return onOneLine(`globus flows ${words.map((word) => write(fill(word))).join(' ')}`);
}

/** An ID as one path segment, which the CLI would read as an option if it began with a dash. */
function identifier(value: string): string {
  const text = pathSegment(value);
  if (text.startsWith('-')) throw new RangeError('an ID cannot begin with a dash');
  return text;
}

function write(parts: readonly WordPart[]): string {
  const [first] = parts;
  if (parts.length === 1 && typeof first === 'string' && /^[A-Za-z0-9-]+$/.test(first)) return first;
  return parts.every((part) => typeof part === 'string') ? quotePosix(parts.join('')) : quoteWord(parts);
}

/** Words behind `globus flows`, by recipe ID (globus/globus-cli commands/flows/). */
const COMMANDS: Readonly<Record<string, ((recipe: Recipe) => string[]) | undefined>> = {
  'list-flows': () => ['list', '--filter-role', 'flow_owner', '--orderby', 'updated_at:DESC'],
  'get-flow': () => ['show', '{flow_id}'],
  'validate-flow': (recipe) => [
    ...['validate', json(recipe, 'definition')],
    ...['--input-schema', json(recipe, 'input_schema')],
  ],
  'create-flow': (recipe) => [
    ...['create', text(recipe, 'title'), json(recipe, 'definition')],
    ...['--input-schema', json(recipe, 'input_schema')],
  ],
  'update-flow': (recipe) => ['update', '{flow_id}', '--subtitle', text(recipe, 'subtitle')],
  'delete-flow': () => ['delete', '{flow_id}'],
  'start-flow': (recipe) => ['start', '{flow_id}', ...start(recipe)],
  'flow-start': (recipe) => ['start', identifier(recipe.flowId ?? ''), ...start(recipe)],
  'flow-runs': (recipe) => ['run', 'list', '--filter-flow-id', identifier(recipe.flowId ?? '')],
  'flow-resume': () => ['run', 'resume', '{run_id}'],
  'list-runs-of-flow': () => ['run', 'list', '--filter-flow-id', '{flow_id}'],
  'list-flow-runs': () => ['run', 'list', '--filter-flow-id', '{flow_id}'],
  'get-run': () => ['run', 'show', '{run_id}'],
  'get-run-log': () => ['run', 'show-logs', '{run_id}', '--limit', '100'],
  'update-run': (recipe) => [
    ...['run', 'update', '{run_id}', '--label', text(recipe, 'label')],
    ...['--tags', strings(recipe, 'tags').join(',')],
  ],
  'cancel-run': () => ['run', 'cancel', '{run_id}'],
  'release-run': () => ['run', 'delete', '{run_id}'],
  'list-web-inputs': () => ['web-input', 'list', '--filter-state', 'open'],
  'get-web-input': () => ['web-input', 'show', '{web_input_id}'],
  'answer-web-input': () => ['web-input', 'respond', '{web_input_id}', '{option_id}'],
  'list-registered-apis': () => [
    ...['registered-api', 'list', '--filter-role', 'owner', '--filter-role', 'administrator'],
    ...['--filter-role', 'viewer', '--limit', '100'],
  ],
  'get-registered-api': () => ['registered-api', 'show', '{registered_api_id}'],
};

function start(recipe: Recipe): string[] {
  return [
    ...['--input', json(recipe, 'body'), '--label', text(recipe, 'label')],
    ...strings(recipe, 'tags').flatMap((tag) => ['--tag', tag]),
  ];
}

function field(recipe: Recipe, name: string): unknown {
  return typeof recipe.body === 'object' && recipe.body !== null
    ? (recipe.body as Record<string, unknown>)[name]
    : undefined;
}

/** The CLI reads a word that is a file's name as that file; JSON of an object never is one here. */
function json(recipe: Recipe, name: string): string {
  return toJson(field(recipe, name) ?? {});
}

function text(recipe: Recipe, name: string): string {
  const value = field(recipe, name);
  return typeof value === 'string' ? value : '';
}

function strings(recipe: Recipe, name: string): string[] {
  const value = field(recipe, name);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
