import { parseArgs } from 'node:util';
import { StartRefused, demoPort, isClientId, type DemoOptions } from '../host/start.ts';

export type HeadlessOptions =
  | { readonly kind: 'help' | 'version' }
  | {
      readonly kind: 'run';
      readonly demo: DemoOptions | null;
      /** As given; null: the desktop app's own. */
      readonly dataFolder: string | null;
      /** Milliseconds from an unlock to the lock that follows it; null: none follows by itself. */
      readonly lockAfterMs: number | null;
      /** Clients of oidc-agent are answered too, whatever the settings say. */
      readonly oidcAgent: boolean;
    };

export const HELP = `usage: globus-token-agent [options]

The agent of Globus Token Tray without a window. It answers scripts on the same
socket, from the same keychain, as the desktop app does, and runs until it is
ended by a signal or the desktop app takes over.

options:
      --data-folder <path>  settings, rules and logs; the desktop app's folder
                            unless given
      --lock-after <duration>
                            lock that long after the start and after every
                            unlock: 90s, 30m, 8h, 7d
      --oidc-agent          answer clients of oidc-agent too (OIDC_SOCK)
      --demo <auth>,<flows>[,<client id>]
                            speak to a fake Globus on these two loopback ports
  -h, --help                print this text
  -V, --version             print the version

exit codes:
  0  ended by a signal or by the desktop app, or another agent serves already
  1  something went wrong that should not have
  2  unknown option, or a folder that cannot be used
  3  the socket could not be opened
`;

/** @throws StartRefused when an option is unknown or malformed: a demo must never fall back to production. */
export function parseHeadlessOptions(words: readonly string[]): HeadlessOptions {
  const { values } = parsed(words);
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const folder = values['data-folder'];
  if (folder === '') throw new StartRefused('--data-folder takes a path');
  const demo = values.demo === undefined ? null : demoOptions(values.demo);
  const lockAfter = values['lock-after'];
  const lockAfterMs = lockAfter === undefined ? null : duration(lockAfter);
  const oidcAgent = values['oidc-agent'] === true;
  return { kind: 'run', demo, dataFolder: folder ?? null, lockAfterMs, oidcAgent };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        demo: { type: 'string' },
        'data-folder': { type: 'string' },
        'lock-after': { type: 'string' },
        'oidc-agent': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
      },
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : 'an option is not understood';
    throw new StartRefused(text.split('\n', 1)[0]?.replace(/\. To specify.*$/, '') ?? text);
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** As the CLI takes them everywhere (cli/duration.ts). @returns milliseconds */
function duration(text: string): number {
  const [, digits = '', unit = 's'] = /^(\d{1,8})([smhd])?$/.exec(text) ?? [];
  const seconds = Number(digits) * (UNITS[unit] ?? 1);
  if (seconds === 0) throw new StartRefused('--lock-after takes a duration: 90s, 30m, 8h, 7d');
  return seconds * 1_000;
}

function demoOptions(text: string): DemoOptions {
  const [auth, flows, clientId, ...more] = text.split(',');
  if (auth === undefined || flows === undefined || more.length > 0) {
    throw new StartRefused('--demo takes two ports: --demo=<auth>,<flows>[,<client id>]');
  }
  if (clientId !== undefined && !isClientId(clientId)) {
    throw new StartRefused('the third part of --demo is a client ID (UUID)');
  }
  return { auth: demoPort(auth), flows: demoPort(flows), clientId: clientId ?? null };
}
