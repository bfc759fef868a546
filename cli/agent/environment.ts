type Environment = Readonly<Record<string, string | undefined>>;

/** What an agent has a use for: where things are, the session’s buses and displays, the way to the network. */
const KEPT = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR'],
  ...['DBUS_SESSION_BUS_ADDRESS', 'DBUS_SYSTEM_BUS_ADDRESS', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY'],
  ...['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GLOBUS_TOKEN_SOCK'],
  // Windows.
  ...['APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'USERNAME', 'SystemRoot', 'windir', 'TEMP', 'TMP', 'Path'],
]);

/**
 * The environment of an agent that stays: nothing else of the shell or job that happened to start it. A token that
 * `globus-token exec` put there, another program’s key or NODE_OPTIONS would live in it, readable, for weeks.
 */
export function agentEnvironment(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (pair): pair is [string, string] =>
        pair[1] !== undefined && (KEPT.has(pair[0]) || /^(?:LC|XDG)_[A-Z_]+$/.test(pair[0])),
    ),
  );
}
