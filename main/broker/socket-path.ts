import { BrokerStartError } from './start-error.ts';

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, there with the closing zero (unix(7), unix(4)). */
const LONGEST = { darwin: 103, other: 104 };

/**
 * Where the broker's socket is: `GLOBUS_TOKEN_SOCK`, else `$XDG_RUNTIME_DIR/globus-token/broker.sock`, else
 * `/tmp/globus-token-<uid>/broker.sock`; on Windows `\\.\pipe\globus-token-<user>`.
 *
 * Never under `$HOME`: login nodes share it over NFS, where a socket's name is seen by machines that
 * cannot reach it. A runtime directory there is passed over; an override there is refused.
 *
 * @param uid of the user; not used on Windows, where there is none
 * @throws BrokerStartError `path-relative`, `path-under-home`, `path-too-long`
 */
export function brokerSocketPath(
  env: Readonly<Record<string, string | undefined>>,
  uid: number | null,
  platform: string,
): string {
  const override = env['GLOBUS_TOKEN_SOCK'] ?? '';
  if (platform === 'win32') {
    return override === '' ? `\\\\.\\pipe\\globus-token-${pipeUser(env['USERNAME'])}` : pipeName(override);
  }
  const home = env['HOME'] ?? '';
  if (override !== '') return checked(override, home, platform);
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  // A relative runtime directory is invalid and to be ignored (XDG Base Directory Specification, "Basics").
  if (runtime.startsWith('/') && !isUnder(runtime, home)) {
    return checked(`${runtime.replace(/\/+$/, '')}/globus-token/broker.sock`, '', platform);
  }
  return checked(`/tmp/globus-token-${uid ?? 'user'}/broker.sock`, '', platform);
}

function checked(path: string, home: string, platform: string): string {
  if (!path.startsWith('/')) {
    throw new BrokerStartError('path-relative', `GLOBUS_TOKEN_SOCK must be an absolute path, not ${path}`);
  }
  if (isUnder(path, home)) {
    throw new BrokerStartError(
      'path-under-home',
      `${path} is under the home folder, which other machines may share; set GLOBUS_TOKEN_SOCK to a path elsewhere`,
    );
  }
  const limit = platform === 'darwin' ? LONGEST.darwin : LONGEST.other;
  const length = new TextEncoder().encode(path).length;
  if (length > limit) {
    throw new BrokerStartError(
      'path-too-long',
      `${path} has ${length} bytes, a socket's path at most ${limit}; set GLOBUS_TOKEN_SOCK to a shorter one`,
    );
  }
  return path;
}

/** `/` as home (services, containers) would forbid every path, so it counts as no home. */
function isUnder(path: string, home: string): boolean {
  const folder = home.replace(/\/+$/, '');
  return folder.startsWith('/') && `${normal(path)}/`.startsWith(`${normal(folder)}/`);
}

/** Without `.`, `..` and doubled slashes; node:path is not used, so that the CLI can bundle this for less. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** `\\host\pipe\…` would be another machine's, and anything else a file. */
function pipeName(override: string): string {
  if (/^\\\\[.?]\\pipe\\./i.test(override)) return override;
  throw new BrokerStartError(
    'path-relative',
    `GLOBUS_TOKEN_SOCK must be a pipe of this machine, \\\\.\\pipe\\<name>, not ${override}`,
  );
}

function pipeUser(name: string | undefined): string {
  return (name ?? 'user').replace(/[^\p{L}\p{N}._-]/gu, '_');
}
