import { accountOption } from './fetched.ts';
import { checkText, type WordPart } from './posix.ts';
import { fillRequest, onOneLine, type SnippetOptions } from './request.ts';
import { hasControls } from './template.ts';
import type { Recipe } from './types.ts';
import { curlArguments, missingVariables, type Argument } from './windows.ts';

/**
 * Writes a recipe as one line for the prompt of cmd.exe (in a batch file a percent sign means something else).
 * A placeholder without a value becomes `if not defined FLOW_ID (echo …) else …`, which sends nothing.
 *
 * @throws as renderCurl does
 */
export function renderCmd(recipe: Recipe, options: SnippetOptions): string {
  const { token } = options;
  const words = curlArguments(fillRequest(recipe, options), options);
  const curl = ['curl.exe', ...words.map(writeWord)].join(' ');
  const command =
    token.kind === 'fetched'
      ? `globus-token header ${[token.scope, ...accountOption(token)].map((word) => writeWord([word])).join(' ')} | ${curl}`
      : curl;
  const checks = missingVariables(words).map(
    ({ variable, required }) => `if not defined ${variable} (echo ${required}) else `,
  );
  return onOneLine(`${checks.join('')}${command}`);
}

/**
 * One argument. The quotes are for the C runtime (backslashes before a quote doubled, the quote escaped); for
 * cmd they are escaped with carets, so that it is never inside a quoted stretch, where a caret would be text
 * and a percent sign could not be stopped. Every sign that cmd could act on has a caret in front; one behind
 * a percent sign, too, so that `%PATH%` is no variable's name any more.
 *
 * @throws RangeError for a control character: a line end would end the command
 */
export function quoteCmd(value: string): string {
  checkText(value);
  if (hasControls(value)) throw new RangeError('a line for cmd cannot hold a control character');
  return `^"${inside(value, true)}^"`;
}

function writeWord(word: Argument): string {
  const [first] = word;
  if (word.length === 1 && typeof first === 'string') {
    return /^[A-Za-z0-9_:@-]+$/.test(first) ? first : quoteCmd(first);
  }
  const last = word.length - 1;
  return `^"${word.map((part: WordPart, index) => (typeof part === 'string' ? inside(part, index === last) : `%${part.variable}%`)).join('')}^"`;
}

/** @param closes whether the closing quote follows, before which backslashes count double */
function inside(value: string, closes: boolean): string {
  const runtime = value.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, (run) => (closes ? run + run : run));
  return runtime.replace(/[^A-Za-z0-9 _:=+~/.,?;@\\-]/g, '^$&').replace(/%(?=[A-Za-z0-9_])/g, '%^');
}
