import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { waitForName } from './session-bus.ts';
import { startTrayHost, type TrayHost } from './tray-host.ts';

export interface DesktopSession {
  /** Environment for whatever runs in this session: display, bus, home and XDG folders of its own. */
  readonly env: Record<string, string>;
  readonly home: string;
  readonly display: string;
  readonly busAddress: string;
  /** Null when the session was started without one. */
  readonly tray: TrayHost | null;
  /** Ends everything that was started in the session, whoever started it, and removes its folders. */
  close(): Promise<void>;
}

export interface DesktopSessionOptions {
  /** A real gnome-keyring with an unlocked `login` collection; default true. */
  keyring?: boolean;
  /** A stand-in StatusNotifierWatcher; default true. */
  tray?: boolean;
  /** Of the virtual screen, pixels; default 1280 × 900. */
  screen?: { width: number; height: number };
}

/** Without service folders: nothing that a test did not start can be activated on this bus. */
const BUS_CONFIG = (folder: string): string => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** A private desktop: X server, session bus, keyring and tray, in temporary folders. */
export async function startDesktopSession(options: DesktopSessionOptions = {}): Promise<DesktopSession> {
  const home = await mkdtemp(join(tmpdir(), 'desktop-session-'));
  const children: ChildProcess[] = [];
  let tray: TrayHost | null = null;
  const close = async (): Promise<void> => {
    await tray?.close();
    await endAll(home, children);
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  try {
    const env = await environment(home);
    const [display, busAddress] = await Promise.all([
      startDisplay(children, options.screen ?? { width: 1280, height: 900 }),
      startBus(children, home, env),
    ]);
    Object.assign(env, { DISPLAY: display, DBUS_SESSION_BUS_ADDRESS: busAddress });
    if (options.keyring !== false) await startKeyring(children, env);
    if (options.tray !== false) tray = await startTrayHost(busAddress);
    return { env, home, display, busAddress, tray, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function environment(home: string): Promise<Record<string, string>> {
  const folders = {
    XDG_RUNTIME_DIR: join(home, 'run'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    TMPDIR: join(home, 'tmp'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    ...folders,
    HOME: home,
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    XDG_SESSION_TYPE: 'x11',
    NO_AT_BRIDGE: '1',
    GTK_A11Y: 'none',
  };
}

async function startDisplay(
  children: ChildProcess[],
  { width, height }: { width: number; height: number },
): Promise<string> {
  // The server picks a free number and writes it to descriptor 3 when it is ready.
  const child = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '-noreset'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  children.push(child);
  return `:${await firstLine(child, child.stdio[3] as Readable)}`;
}

async function startBus(
  children: ChildProcess[],
  home: string,
  env: Record<string, string>,
): Promise<string> {
  const config = join(home, 'bus.conf');
  await writeFile(config, BUS_CONFIG(join(home, 'run')));
  const child = spawn('dbus-daemon', ['--nofork', '--print-address', `--config-file=${config}`], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  return firstLine(child, child.stdout);
}

async function startKeyring(children: ChildProcess[], env: Record<string, string>): Promise<void> {
  const child = spawn('gnome-keyring-daemon', ['--unlock', '--foreground', '--components=secrets'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  children.push(child);
  child.stdin.end('password');
  await waitForName(env['DBUS_SESSION_BUS_ADDRESS'] ?? '', 'org.freedesktop.secrets');
}

async function firstLine(child: ChildProcess, stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end).trim();
  }
  throw new Error(`${child.spawnfile} ended before it was ready`);
}

/** The session's home in a process's environment tells that it belongs to it. */
async function endAll(home: string, children: readonly ChildProcess[]): Promise<void> {
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
  for (const pid of await processesOf(home)) signal(pid, 'SIGKILL');
  await Promise.all(
    running.map(async (child) => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }),
  );
}

/** @returns pids of the processes whose HOME is this folder; needs /proc. */
export async function processesOf(home: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environ.split('\0').includes(`HOME=${home}`) ? Number(pid) : null;
    }),
  );
  return found.filter((pid) => pid !== null);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in the meantime.
  }
}
