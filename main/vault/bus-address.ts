/** Where a session bus listens: a socket path, or a name in Linux's abstract namespace behind a NUL. */
export type BusSocket = { path: string };

/**
 * The session bus that libdbus and GDBus, and so the keychain library, would use: `DBUS_SESSION_BUS_ADDRESS`
 * (D-Bus specification, "Server Addresses"), else `$XDG_RUNTIME_DIR/bus`. Only unix sockets count: a bus over
 * TCP would carry secrets in the clear, and `unixexec:` and `autolaunch:` start programs. Null: no usable bus.
 */
export function sessionBusSocket(env: Readonly<Record<string, string | undefined>>): BusSocket | null {
  const runtime = env['XDG_RUNTIME_DIR'];
  const runtimeBus = runtime === undefined || runtime === '' ? null : { path: `${runtime}/bus` };
  const addresses = env['DBUS_SESSION_BUS_ADDRESS'];
  if (addresses === undefined || addresses === '') return runtimeBus;
  for (const address of addresses.split(';')) {
    const socket = unixSocket(address, runtimeBus);
    if (socket !== null) return socket;
  }
  return null;
}

function unixSocket(address: string, runtimeBus: BusSocket | null): BusSocket | null {
  const colon = address.indexOf(':');
  if (colon < 0 || address.slice(0, colon) !== 'unix') return null;
  for (const pair of address.slice(colon + 1).split(',')) {
    const equals = pair.indexOf('=');
    const value = unescape(pair.slice(equals + 1));
    if (equals < 0 || value === null || value === '') continue;
    const key = pair.slice(0, equals);
    if (key === 'path') return { path: value };
    if (key === 'abstract') return { path: `\0${value}` };
    if (key === 'runtime' && value === 'yes') return runtimeBus;
  }
  return null;
}

/** Values are percent-escaped bytes in UTF-8. */
function unescape(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
