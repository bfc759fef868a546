/**
 * The options of curl that `globus-token curl` passes on, by what they take. Everything else is refused by name:
 * curl gets new options with each version, and one that is not known here might send the token elsewhere or
 * write it to a file.
 *
 * What leads the connection elsewhere without leaving the host (`--resolve`, `--connect-to`, proxies) is taken:
 * the certificate of the scope's own host is asked for all the same, and `-k` is not taken. With a certificate
 * authority of the caller's own that would be no check any more, so the two are not taken together; `detour.ts` says
 * the same of the environment's proxies.
 */
export const OWN_AUTHORITY: readonly string[] = ['cacert', 'capath'];
export const REROUTES: readonly string[] = [
  ...['resolve', 'connect-to', 'dns-servers', 'dns-interface'],
  ...['proxy', 'proxy1.0', 'preproxy', 'socks4', 'socks4a', 'socks5', 'socks5-hostname'],
];

/** Without a value. */
export const FLAGS: readonly string[] = [
  ...['compressed', 'tr-encoding', 'raw', 'no-buffer', 'buffer', 'ignore-content-length'],
  ...['fail', 'fail-with-body', 'fail-early', 'location', 'post301', 'post302', 'post303', 'path-as-is'],
  ...['get', 'head', 'include', 'globoff', 'junk-session-cookies', 'form-escape'],
  ...['remote-name', 'remote-header-name', 'remote-time', 'create-dirs', 'remove-on-error', 'no-clobber'],
  ...['clobber', 'xattr', 'silent', 'show-error', 'verbose', 'progress-bar', 'progress-meter'],
  ...['trace-time', 'trace-ids', 'styled-output', 'suppress-connect-headers'],
  ...['retry-all-errors', 'retry-connrefused', 'keepalive', 'tcp-nodelay', 'tcp-fastopen', 'sessionid'],
  ...['http1.0', 'http1.1', 'http2', 'http3', 'http3-only', 'http2-prior-knowledge', 'ipv4', 'ipv6'],
  ...['tlsv1.2', 'tlsv1.3', 'alpn', 'cert-status', 'proxytunnel', 'proxy-basic', 'proxy-digest'],
  ...['proxy-ntlm', 'proxy-negotiate', 'proxy-anyauth', 'disallow-username-in-url', 'skip-existing'],
];

/** Those that take the next word. */
export const VALUED: readonly string[] = [
  ...['request', 'header', 'user-agent', 'referer', 'cookie', 'cookie-jar', 'range', 'time-cond'],
  ...['data', 'data-ascii', 'data-binary', 'data-raw', 'data-urlencode', 'json', 'url-query'],
  ...['form', 'form-string', 'upload-file', 'continue-at', 'etag-save', 'etag-compare'],
  ...['output', 'output-dir', 'create-file-mode', 'dump-header', 'write-out', 'max-filesize', 'max-redirs'],
  ...['max-time', 'connect-timeout', 'expect100-timeout', 'happy-eyeballs-timeout-ms', 'keepalive-time'],
  ...['retry', 'retry-delay', 'retry-max-time', 'speed-limit', 'speed-time', 'limit-rate', 'rate'],
  ...['cacert', 'capath', 'crlfile', 'cert', 'cert-type', 'key', 'key-type', 'pinnedpubkey', 'tls-max'],
  ...['proxy', 'proxy1.0', 'preproxy', 'noproxy', 'proxy-user', 'proxy-header', 'proxy-cacert'],
  ...['proxy-capath', 'socks4', 'socks4a', 'socks5', 'socks5-hostname', 'resolve', 'connect-to'],
  ...['interface', 'local-port', 'dns-interface', 'dns-servers', 'trace-config'],
];

/** Handled here: what they write goes through the mask first. */
export const WRITES_TRACE: readonly string[] = ['trace', 'trace-ascii'];

export const SHORT: Readonly<Record<string, string>> = {
  ...{ X: 'request', H: 'header', A: 'user-agent', e: 'referer', b: 'cookie', c: 'cookie-jar', r: 'range' },
  ...{ z: 'time-cond', d: 'data', F: 'form', T: 'upload-file', C: 'continue-at', o: 'output' },
  ...{ D: 'dump-header', w: 'write-out', m: 'max-time', Y: 'speed-limit', y: 'speed-time', E: 'cert' },
  ...{ x: 'proxy', U: 'proxy-user', f: 'fail', L: 'location', G: 'get', I: 'head', i: 'include' },
  ...{ g: 'globoff', j: 'junk-session-cookies', O: 'remote-name', J: 'remote-header-name' },
  ...{ R: 'remote-time', s: 'silent', S: 'show-error', v: 'verbose', '#': 'progress-bar', N: 'no-buffer' },
  ...{ 0: 'http1.0', 4: 'ipv4', 6: 'ipv6', p: 'proxytunnel', q: 'disable' },
  ...{ k: 'insecure', K: 'config', u: 'user', n: 'netrc', ':': 'next', Z: 'parallel', V: 'version' },
  ...{ h: 'help', M: 'manual' },
};

const ONE_SIGN_IN = 'the token is the one sign-in that this request has';
const ELSEWHERE = 'it would send the token to another place';
const RUN_CURL = 'it is curl’s own; run curl itself';

/** Why each is refused: the end of "--x is not taken: …". */
export const REFUSED: Readonly<Record<string, string>> = {
  insecure: 'a server that nobody has checked would get the token',
  config: 'what is in a file is not checked',
  'location-trusted': 'it would send the token to any host that a redirect names; -L does not',
  libcurl: 'it would write the token to a file',
  url: 'the address is the word behind the scope',
  next: 'one command makes one request',
  parallel: 'one command makes one request',
  user: ONE_SIGN_IN,
  'oauth2-bearer': ONE_SIGN_IN,
  basic: ONE_SIGN_IN,
  digest: ONE_SIGN_IN,
  ntlm: ONE_SIGN_IN,
  negotiate: ONE_SIGN_IN,
  anyauth: ONE_SIGN_IN,
  'aws-sigv4': ONE_SIGN_IN,
  netrc: ONE_SIGN_IN,
  'netrc-file': ONE_SIGN_IN,
  'netrc-optional': ONE_SIGN_IN,
  'unix-socket': ELSEWHERE,
  'abstract-unix-socket': ELSEWHERE,
  proto: 'the address decides it',
  'proto-default': 'the address decides it',
  'proto-redir': 'it is set already: redirects are followed to https only',
  variable: 'what it makes of the other options is not checked',
  version: RUN_CURL,
  help: RUN_CURL,
  manual: RUN_CURL,
};
