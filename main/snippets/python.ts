import type { Language } from './code.ts';
import { accountOption, brokerTarget, type Fetched, isWindowsPipe } from './fetched.ts';
import { bearerToken } from './header.ts';
import { checkText } from './posix.ts';
import type { TokenInSnippet } from './types.ts';

export const PYTHON: Language = {
  text: quotePython,
  name: (variable) => variable.toLowerCase(),
  constant: (value) => (value === null ? 'None' : value ? 'True' : 'False'),
  key: quotePython,
};

/**
 * A string literal of Python 3 (Lexical analysis, "String and Bytes literals"). What an editor or a terminal
 * could act on instead of showing it is escaped; beyond 16 bits that takes `\U`, because two `\u` would be
 * two halves of a pair.
 *
 * @throws RangeError for NUL and for half a surrogate pair
 */
export function quotePython(value: string): string {
  checkText(value);
  const text = value.replace(/["\\]/g, '\\$&').replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point > 0xffff
      ? `\\U${point.toString(16).padStart(8, '0')}`
      : `\\u${point.toString(16).padStart(4, '0')}`;
  });
  return `"${text}"`;
}

/** Lines that end with the variable `token`, and the modules that they import. */
export function pythonToken(token: TokenInSnippet): { imports: string[]; lines: string[] } {
  switch (token.kind) {
    case 'literal':
      return { imports: [], lines: [`token = ${quotePython(bearerToken(token.token))}`] };
    case 'dots':
      return { imports: [], lines: ['token = "••••••••"'] };
    case 'variable':
      return { imports: ['os'], lines: ['token = os.environ["TOKEN"]'] };
    case 'fetched':
      return isWindowsPipe(token.socket) ? fromCommand(token) : fromSocket(token);
  }
}

/** Fails before anything is sent, with the variable's name, when one is missing. */
export function pythonVariables(names: readonly string[]): string[] {
  return names.map((name) => `${PYTHON.name(name)} = os.environ["${name}"]`);
}

/** http.client over the broker's socket: the standard library alone, and no proxy setting reaches it. */
function fromSocket(fetched: Fetched): { imports: string[]; lines: string[] } {
  return {
    imports: ['http.client', 'socket'],
    lines: [
      'broker = http.client.HTTPConnection("localhost")',
      'broker.sock = socket.socket(socket.AF_UNIX)',
      `broker.sock.connect(${quotePython(fetched.socket)})`,
      `broker.request("GET", ${quotePython(brokerTarget('/v1/token', fetched))}, headers={"Accept": "text/plain"})`,
      'answer = broker.getresponse()',
      'token = answer.read().decode().strip()',
      'if answer.status != 200:',
      '    raise SystemExit(token)',
    ],
  };
}

function fromCommand(fetched: Fetched): { imports: string[]; lines: string[] } {
  const words = ['globus-token', 'get', fetched.scope, ...accountOption(fetched)].map(quotePython);
  return {
    imports: ['subprocess'],
    lines: [
      `command = [${words.join(', ')}]`,
      'token = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()',
    ],
  };
}
