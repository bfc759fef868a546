export interface StartOptions {
  /** Ports of the fake Globus on loopback, and the client that it knows. */
  demo: { auth: number; flows: number; clientId: string | null } | null;
  /** Start to the tray, without a window. */
  hidden: boolean;
}

/** A start that must not happen; the message is for stderr. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** Switches that open TLS or write traffic down: refused whoever runs us (CHECKLIST 18). */
const NEVER = [
  'ignore-certificate-errors',
  'ignore-urlfetcher-cert-requests',
  'allow-insecure-localhost',
  'ssl-key-log-file',
  'log-net-log',
  'disable-web-security',
];
/** Refused in a package only: tests of a development build drive the app with them. */
const NEVER_PACKAGED = ['remote-debugging-', 'inspect', 'debug-port', 'js-flags', 'load-extension'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads our own switches: `--demo=<auth port>,<flows port>`, `--demo-client=<uuid>`, `--hidden`.
 * Chromium's and Electron's own switches are left alone.
 * @throws StartRefused when one of ours is malformed: a demo must never fall back to production.
 */
export function parseStartOptions(argv: readonly string[]): StartOptions {
  const demo = lastValue(argv, 'demo');
  const clientId = lastValue(argv, 'demo-client');
  if (clientId !== null && !UUID.test(clientId))
    throw new StartRefused('--demo-client takes a client ID (UUID)');
  if (demo === null) {
    if (clientId !== null) throw new StartRefused('--demo-client needs --demo');
    return { demo: null, hidden: argv.includes('--hidden') };
  }
  const [auth, flows, ...more] = demo.split(',').map(port);
  if (auth === undefined || flows === undefined || more.length > 0) {
    throw new StartRefused('--demo takes two ports: --demo=<auth>,<flows>');
  }
  return { demo: { auth, flows, clientId }, hidden: argv.includes('--hidden') };
}

/** The first switch that this start must not carry, or null. Chromium also takes a single dash and `/`. */
export function refusedSwitch(argv: readonly string[], packaged: boolean): string | null {
  const refused = packaged ? [...NEVER, ...NEVER_PACKAGED] : NEVER;
  for (const argument of argv.slice(1)) {
    const name = /^(?:--?|\/)([^=]+)/.exec(argument)?.[1]?.toLowerCase();
    if (name !== undefined && refused.some((prefix) => name.startsWith(prefix))) return argument;
  }
  return null;
}

/** Variables that weaken TLS or write its keys to a file are dropped before the first request. */
export function cleanEnvironment(env: NodeJS.ProcessEnv): void {
  delete env['NODE_TLS_REJECT_UNAUTHORIZED'];
  delete env['SSLKEYLOGFILE'];
}

function lastValue(argv: readonly string[], name: string): string | null {
  const values = argv.filter((argument) => argument === `--${name}` || argument.startsWith(`--${name}=`));
  return values.at(-1)?.slice(name.length + 3) ?? null;
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < 1 || number > 65_535) {
    throw new StartRefused(`--demo takes two ports, got "${text}"`);
  }
  return number;
}
