import { Failure } from '../failure.ts';

/** Descriptors of the script; a shell redirects single digits only. */
export interface ScriptFds {
  /** Both ways to us: the header comes in, curl's process ID goes out. */
  readonly control: number;
  readonly header: number;
  readonly stdin: number;
  readonly stderr: number;
  readonly trace: number;
}

/** @param taken descriptors that the user's words name @throws Failure `usage` */
export function chooseFds(taken: readonly number[]): ScriptFds {
  const [control, header, stdin, stderr, trace] = [3, 4, 5, 6, 7, 8, 9].filter((fd) => !taken.includes(fd));
  if (
    control === undefined ||
    header === undefined ||
    stdin === undefined ||
    stderr === undefined ||
    trace === undefined
  ) {
    throw new Failure('usage', 'Too many of the descriptors 3 to 9 are in use here.', 'use files instead');
  }
  return { control, header, stdin, stderr, trace };
}

/**
 * A script for `sh -c` that runs its arguments with a header to read at /dev/fd/<header>. It has the header in
 * a variable, and writes it with a builtin into a pipe: it is in nobody's arguments and environment, and in no
 * file. A here-document would be one in some shells, and Node's own "pipes" are sockets, which cannot be opened
 * by name. stdin stays the user's. The inner shell tells its process ID and becomes curl, so that signals reach
 * curl itself; the outer one keeps to itself what it would say about them.
 */
export function curlScript({ control, header, stdin, stderr }: ScriptFds): string {
  const inner = `printf "%s\\n" "$$" >&${control}; exec "$@" ${control}>&-`;
  return [
    'set +x',
    `exec ${stdin}<&0 ${stderr}>&2 2>/dev/null`,
    `IFS= read -r line <&${control} || exit 1`,
    `printf '%s\\n' "$line" | /bin/sh -c '${inner}' sh "$@" ` +
      `2>&${stderr} ${stderr}>&- ${header}<&0 0<&${stdin} ${stdin}<&-`,
  ].join('\n');
}

/** Functions and settings that a bash exports to the shells below it. */
const OF_SHELLS = /^(BASH_FUNC_.*|BASH_ENV|ENV|SHELLOPTS|BASHOPTS|PS4|POSIXLY_CORRECT|IFS|NULLCMD)$/s;
/** They would have curl write the keys of the connection to a file, or trust somebody else’s certificates. */
const OF_TLS = /^(SSLKEYLOGFILE|CURL_CA_BUNDLE|OPENSSL_CONF|OPENSSL_MODULES)$/i;

/**
 * The environment without what could change the script, and without what takes away what TLS is for (CHECKLIST 17,
 * 18). SSL_CERT_FILE and SSL_CERT_DIR stay: sites with a certificate authority of their own set them for everybody.
 */
export function scriptEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (pair): pair is [string, string] =>
        pair[1] !== undefined && !OF_SHELLS.test(pair[0]) && !OF_TLS.test(pair[0]),
    ),
  );
}
