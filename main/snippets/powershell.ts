import { accountOption } from './fetched.ts';
import { checkText, type WordPart } from './posix.ts';
import { fillRequest, onOneLine, type SnippetOptions } from './request.ts';
import type { Recipe } from './types.ts';
import { curlArguments, missingVariables, type Argument } from './windows.ts';

/**
 * Writes a recipe as one line for Windows PowerShell 5.1 and PowerShell 7. `curl.exe`, because `curl` is an
 * alias of Invoke-WebRequest in 5.1. Before 7.3 PowerShell passed quotes inside an argument on as they were,
 * later it escapes them: the line asks for the older way, inside its own block, and escapes them itself.
 * A placeholder without a value throws before anything is sent.
 *
 * @throws as renderCurl does
 */
export function renderPowerShell(recipe: Recipe, options: SnippetOptions): string {
  const { token } = options;
  const words = curlArguments(fillRequest(recipe, options), options);
  const curl = ['curl.exe', ...words.map(writeWord)].join(' ');
  const legacy = words.some((word) => word.some((part) => typeof part === 'string' && part.includes('"')));
  const commands = missingVariables(words).map(
    ({ variable, required }) => `if (-not $env:${variable}) { throw ${quotePowerShell(required)} }`,
  );
  if (legacy) commands.push(`$PSNativeCommandArgumentPassing = 'Legacy'`);
  if (token.kind === 'fetched') {
    const asked = [token.scope, ...accountOption(token)].map(quotePowerShell);
    const header = `globus-token header ${asked.join(' ')}`;
    // A variable of the block's own: it ends with the line. Without a header nothing is sent.
    if (recipe.method === 'GET') commands.push(`${header} | ${curl}`);
    else commands.push(`$header = ${header}`, `if ($header) { $header | ${curl} }`);
  } else {
    commands.push(curl);
  }
  return onOneLine(commands.length === 1 ? (commands[0] ?? '') : `& { ${commands.join('; ')} }`);
}

/**
 * A verbatim string (about_Quoting_Rules): only the quote itself is special, and is doubled. PowerShell takes
 * the typographic single quotes for quotes as well.
 *
 * @throws RangeError for NUL and for half a surrogate pair
 */
export function quotePowerShell(value: string): string {
  checkText(value);
  return `'${value.replace(/['‘’‚‛]/g, '$&$&')}'`;
}

function writeWord(word: Argument): string {
  const [first] = word;
  if (word.length === 1 && typeof first === 'string' && /^-{1,2}[A-Za-z]+$/.test(first)) return first;
  const text = word.map((part) => (typeof part === 'string' ? part : '')).join('');
  if (word.every((part) => typeof part === 'string')) return quotePowerShell(escapeQuotes(text));
  if (!/^[A-Za-z0-9 ,.:/?&=@%+~_-]*$/.test(text)) return `(${word.map(writeTerm).join(' + ')})`;
  return `"${word.map((part) => (typeof part === 'string' ? part : `\${env:${part.variable}}`)).join('')}"`;
}

function writeTerm(part: WordPart): string {
  return typeof part === 'string' ? quotePowerShell(escapeQuotes(part)) : `$env:${part.variable}`;
}

/** For the C runtime of curl.exe; the JSON of `curlArguments` has no backslash in front of a quote. */
function escapeQuotes(text: string): string {
  return text.replaceAll('"', '\\"');
}
