import { concatenate, literal, missingNames, type Language } from './code.ts';
import { brokerTarget, type Fetched } from './fetched.ts';
import { bearerToken } from './header.ts';
import { checkText } from './posix.ts';
import { fillRequest, targetOf, type SnippetOptions } from './request.ts';
import { toJson } from './template.ts';
import type { Recipe, TokenInSnippet } from './types.ts';

const JAVASCRIPT: Language = {
  text: quoteJavaScript,
  name: (variable) =>
    variable.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  constant: String,
  // A plain "__proto__" in an object literal would set the prototype; a computed key is a key.
  key: (name) => (name === '__proto__' ? '["__proto__"]' : quoteJavaScript(name)),
};

/**
 * Writes a recipe as a small ES module with `fetch`, for Node 18 or later. A placeholder without a value is
 * read from the environment; a missing one ends the program before anything is sent.
 *
 * @throws as renderCurl does
 */
export function renderJavaScript(recipe: Recipe, options: SnippetOptions): string {
  const request = fillRequest(recipe, options);
  const { imports, lines } = tokenLines(options.token);
  const url = concatenate(
    JAVASCRIPT,
    [options.origin, ...targetOf(request)],
    (name) => `encodeURIComponent(${name})`,
  );
  const json = recipe.body === undefined ? null : literal(JAVASCRIPT, recipe.body, recipe, options);
  return [
    ...imports,
    ...missingNames(recipe, options).flatMap((name) => [
      `const ${JAVASCRIPT.name(name)} = process.env.${name};`,
      `if (!${JAVASCRIPT.name(name)}) throw new Error("set ${name}");`,
    ]),
    ...lines,
    `const response = await fetch(${url}, {`,
    ...(request.method === 'GET' ? [] : [`  method: "${request.method}",`]),
    '  headers: {',
    '    Authorization: "Bearer " + token,',
    ...(json === null ? [] : ['    "Content-Type": "application/json",']),
    '  },',
    ...(json === null ? [] : [`  body: JSON.stringify(${json}),`]),
    '});',
    'console.log(await response.text());',
  ].join('\n');
}

/**
 * JSON is a subset of JavaScript's literals (ECMA-262, since 2019), and `toJson` leaves nothing in it that an
 * editor could act on.
 *
 * @throws RangeError for NUL and for half a surrogate pair
 */
export function quoteJavaScript(value: string): string {
  checkText(value);
  return toJson(value);
}

function tokenLines(token: TokenInSnippet): { imports: string[]; lines: string[] } {
  switch (token.kind) {
    case 'literal':
      return { imports: [], lines: [`const token = ${quoteJavaScript(bearerToken(token.token))};`] };
    case 'dots':
      return { imports: [], lines: ['const token = "••••••••";'] };
    case 'variable':
      return {
        imports: [],
        lines: ['const token = process.env.TOKEN;', 'if (!token) throw new Error("set TOKEN");'],
      };
    case 'fetched':
      return { imports: ["import { get } from 'node:http';"], lines: fromSocket(token) };
  }
}

/** node:http speaks to a Unix socket and to a Windows pipe alike. */
function fromSocket(fetched: Fetched): string[] {
  return [
    'const token = await new Promise((resolve, reject) => {',
    '  const broker = {',
    `    socketPath: ${quoteJavaScript(fetched.socket)},`,
    `    path: ${quoteJavaScript(brokerTarget('/v1/token', fetched))},`,
    '    headers: { Host: "localhost", Accept: "text/plain" },',
    '  };',
    '  get(broker, (answer) => {',
    '    let text = "";',
    '    answer.on("data", (chunk) => (text += chunk));',
    '    answer.on("end", () => (answer.statusCode === 200 ? resolve(text.trim()) : reject(new Error(text))));',
    '  }).on("error", reject);',
    '});',
  ];
}
