import { quotePosix } from './posix.ts';
import { percentEncode } from './template.ts';

export interface Fetched {
  readonly socket: string;
  readonly scope: string;
  /** A `sub`; absent: the account in use. */
  readonly account?: string;
}

/**
 * The command that prints the whole Authorization header of a scope, for `curl -H @-`. The socket's path
 * stands in it as it is, so that the line works in any terminal of the user, with or without our variables.
 *
 * `-q` comes first, and alone: a trace line in ~/.curlrc would write the token to a file, and curl before 7.75 hears
 * no `-q` that stands together with others. `-f` turns a refusal into no output, so that a problem document never
 * becomes a header. `--noproxy` keeps ALL_PROXY from a local socket.
 *
 * @throws RangeError for a socket or a scope that no command line can hold
 */
export function fetchHeader(fetched: Fetched): string {
  const { socket, scope } = fetched;
  if (isWindowsPipe(socket)) {
    return ['globus-token header', quotePosix(scope), ...accountOption(fetched).map(quotePosix)].join(' ');
  }
  const target = `http://localhost${brokerTarget('/v1/header', fetched)}`;
  return `curl -q -fsS --noproxy '*' --unix-socket ${quotePosix(socket)} ${quotePosix(target)}`;
}

/**
 * Pipes the header into a command that reads it from its standard input.
 *
 * When the broker refuses, a plain pipe (`whole` null) still sends the request, without a token, and the
 * server answers 401: the short form, for GET. Otherwise the header has to be there first: without one the
 * command does not start, the line fails, and no body leaves the machine. The header passes through
 * builtins alone (`read`, `echo`), so that no argv ever holds it.
 *
 * @param command its name and the fixed words before the request's own: `curl -q -sS -H @-`
 * @param words the request's words, quoted
 * @param whole what the command reads: the whole header line, or its value alone
 */
export function pipeHeader(
  fetched: Fetched,
  command: string,
  words: readonly string[],
  whole: 'header' | 'value' | null,
): string {
  const rest = words.join(' ');
  if (whole === null) return `${fetchHeader(fetched)} | ${command} ${rest}`;
  const text = whole === 'header' ? '$h' : '${h#*: }';
  return `${fetchHeader(fetched)} | sh -c 'read -r h; test "$h" && echo "${text}" | ${command} "$@"' sh ${rest}`;
}

/** Request target on the broker's socket: `/v1/header?scope=flow:<id>`. RFC 3986 §3.4 leaves `:` and `/` as they are. */
export function brokerTarget(
  route: '/v1/header' | '/v1/token',
  { scope, account }: Omit<Fetched, 'socket'>,
): string {
  const value = percentEncode(scope).replaceAll('%3A', ':').replaceAll('%2F', '/');
  return `${route}?scope=${value}${account === undefined ? '' : `&account=${percentEncode(account)}`}`;
}

/** Words for the CLI that name the account; none for the one in use. */
export function accountOption({ account }: Pick<Fetched, 'account'>): string[] {
  return account === undefined ? [] : ['--account', account];
}

/** curl and Python reach no named pipe; there the CLI asks the broker. */
export function isWindowsPipe(socket: string): boolean {
  return socket.startsWith('\\\\');
}
