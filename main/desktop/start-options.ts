import { StartRefused, demoPort, isClientId, type DemoOptions } from '../host/start.ts';

export interface StartOptions {
  demo: DemoOptions | null;
  /** Start to the tray, without a window. */
  hidden: boolean;
  /** Open the palette: in the app that runs, or hidden in this one. */
  palette: boolean;
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

/**
 * Reads our own switches: `--demo=<auth port>,<flows port>`, `--demo-client=<uuid>`, `--hidden`, `--palette`.
 * Chromium's and Electron's own switches are left alone.
 * @throws StartRefused when one of ours is malformed: a demo must never fall back to production.
 */
export function parseStartOptions(argv: readonly string[]): StartOptions {
  const palette = asksForPalette(argv);
  const hidden = palette || argv.includes('--hidden');
  const demo = lastValue(argv, 'demo');
  const clientId = lastValue(argv, 'demo-client');
  if (clientId !== null && !isClientId(clientId))
    throw new StartRefused('--demo-client takes a client ID (UUID)');
  if (demo === null) {
    if (clientId !== null) throw new StartRefused('--demo-client needs --demo');
    return { demo: null, hidden, palette };
  }
  const [auth, flows, ...more] = demo.split(',').map(demoPort);
  if (auth === undefined || flows === undefined || more.length > 0) {
    throw new StartRefused('--demo takes two ports: --demo=<auth>,<flows>');
  }
  return { demo: { auth, flows, clientId }, hidden, palette };
}

/** Also of the arguments of a second start, which Chromium puts in another order. */
export function asksForPalette(argv: readonly string[]): boolean {
  return argv.includes('--palette');
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

function lastValue(argv: readonly string[], name: string): string | null {
  const values = argv.filter((argument) => argument === `--${name}` || argument.startsWith(`--${name}=`));
  return values.at(-1)?.slice(name.length + 3) ?? null;
}
