import { renderHeader } from './header.ts';
import type { WordPart } from './posix.ts';
import { targetOf, type FilledRequest, type SnippetOptions } from './request.ts';

/** One argument of curl.exe, before the shell's quotes. */
export type Argument = readonly WordPart[];

/**
 * The arguments of curl.exe for both Windows shells. The query is percent-encoded in the URL and the body is
 * ASCII without spaces or nested quotes, so that the ways in which PowerShell, cmd, the C runtime and curl's
 * code page take arguments apart all agree on them.
 */
export function curlArguments(request: FilledRequest, { origin, token }: SnippetOptions): Argument[] {
  const local = origin.startsWith('http:') ? [['--noproxy'], ['*']] : [];
  return [
    ...(token.kind === 'fetched'
      ? [['-q'], ['-sS'], ...local, ['-H'], ['@-']]
      : [['-sS'], ['-H'], header(token)]),
    ...(request.method === 'GET' ? [] : [['-X'], [request.method]]),
    ...(request.json === null
      ? []
      : [['-H'], ['Content-Type: application/json'], ['--data'], request.json.map(simpleJson)]),
    [origin, ...targetOf(request)],
  ];
}

/** The variables that have no value yet, each once, in order. */
export function missingVariables(words: readonly Argument[]): { variable: string; required: string }[] {
  const missing = new Map<string, string>();
  for (const part of words.flat()) {
    if (typeof part !== 'string' && part.required !== undefined) missing.set(part.variable, part.required);
  }
  return [...missing].map(([variable, required]) => ({ variable, required }));
}

function header(token: Exclude<SnippetOptions['token'], { kind: 'fetched' }>): Argument {
  switch (token.kind) {
    case 'literal':
      return [renderHeader(token.token)];
    case 'dots':
      return ['Authorization: Bearer ••••••••'];
    case 'variable':
      return ['Authorization: Bearer ', { variable: 'TOKEN' }];
  }
}

/**
 * The same JSON, written so that its only quotes are those around its strings and nothing in it is a space,
 * a backslash before a quote, or beyond ASCII.
 */
function simpleJson(part: WordPart): WordPart {
  if (typeof part !== 'string') return part;
  return part
    .replace(/\\(.)/g, (escape, sign: string) => (sign === '"' || sign === '\\' ? unit(sign) : escape))
    .replace(/[^!-~]/g, unit);
}

function unit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
