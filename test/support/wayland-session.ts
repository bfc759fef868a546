import { execFile, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startDesktopSession, type DesktopSession } from './desktop-session.ts';
import { until } from './processes.ts';

/** For the app: Electron 33 draws at an X server unless it is told otherwise. */
export const ON_WAYLAND = '--ozone-platform=wayland';

export interface WaylandSession extends DesktopSession {
  /** What a program of this desktop prints. */
  run(program: string, ...args: string[]): Promise<string>;
  /** A key of a real keyboard, for whoever has the focus; `wtype`'s names. */
  press(key: string): Promise<void>;
  /** The share of the screen, by another program's picture of it, that is as white as our page by day. */
  white(): Promise<number>;
  /** Titles of the windows that the compositor shows, the one with the keyboard with a star before it. */
  windows(): Promise<string[]>;
}

/**
 * A desktop without an X server: sway without a screen, mako for notifications, and bus, keyring and tray host of
 * the X11 session. Nobody draws, points or types but the tests.
 */
export async function startWaylandSession(): Promise<WaylandSession> {
  const session = await startDesktopSession();
  try {
    const env = await startSway(session);
    spawn('mako', [], { env, stdio: 'ignore' });
    const pictures = promisify(execFile);
    const run = async (program: string, ...args: string[]): Promise<string> =>
      (await promisify(execFile)(program, args, { env })).stdout;
    await until('a notification server', () => run('makoctl', 'list').catch(() => undefined));
    return {
      ...session,
      env,
      run,
      // The keyboard is there for this one key: programs need a moment to hear that it is, and then of its end.
      press: async (key) => void (await run('wtype', '-s', '300', '-k', key, '-s', '100')),
      white: async () => whiteOf((await pictures('grim', ['-t', 'ppm', '-'], { env, ...PIXELS })).stdout),
      windows: async () => titles(JSON.parse(await run('swaymsg', '-t', 'get_tree')) as Container),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

const PIXELS = { encoding: 'buffer', maxBuffer: 16 * 2 ** 20 } as const;

/** @param picture PPM: a head of three lines, then three bytes for each pixel */
function whiteOf(picture: Buffer): number {
  let start = 0;
  for (let line = 0; line < 3; line += 1) start = picture.indexOf('\n', start) + 1;
  const pixels = picture.subarray(start);
  return pixels.filter((byte) => byte === 255).length / pixels.length;
}

/** @returns the environment for programs that are to draw there */
async function startSway({ env: x11, home }: DesktopSession): Promise<Record<string, string>> {
  const config = join(home, 'sway.conf');
  const up = join(home, 'sway.up');
  await writeFile(
    config,
    [
      'xwayland disable',
      'output * resolution 1280x900',
      `exec printf '%s\\n%s\\n' "$WAYLAND_DISPLAY" "$SWAYSOCK" > '${up}'`,
    ].join('\n'),
  );
  const { DISPLAY: _display, ...rest } = x11;
  const env = { ...rest, XDG_SESSION_TYPE: 'wayland', XDG_CURRENT_DESKTOP: 'sway' };
  // It will not run as root, and has no way of knowing who is behind a user namespace.
  const asUser = process.getuid?.() === 0 ? ['unshare', '--user', '--map-user=1000', '--map-group=1000'] : [];
  const [program = '', ...args] = [...asUser, 'sway', '--config', config];
  const headless = { WLR_BACKENDS: 'headless', WLR_RENDERER: 'pixman', WLR_LIBINPUT_NO_DEVICES: '1' };
  spawn(program, args, { env: { ...env, ...headless }, stdio: 'ignore' });
  const [display, socket] = await until('sway', async () => {
    const lines = (await readFile(up, 'utf8').catch(() => '')).split('\n');
    return lines.length === 3 ? lines : undefined;
  });
  return { ...env, WAYLAND_DISPLAY: display ?? '', SWAYSOCK: socket ?? '' };
}

interface Container {
  name: string | null;
  pid?: number;
  focused: boolean;
  nodes: Container[];
  floating_nodes: Container[];
}

function titles({ name, pid, focused, nodes, floating_nodes }: Container): string[] {
  const own = pid === undefined ? [] : [`${focused ? '*' : ''}${name ?? ''}`];
  return [...own, ...[...nodes, ...floating_nodes].flatMap(titles)];
}
