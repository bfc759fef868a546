import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { KeyringSession, type KeyringKind } from './keyring-session.ts';
import { until } from './processes.ts';
import { startTrayHost, type TrayHost } from './tray-host.ts';

export interface DesktopSession {
  /** Environment for whatever runs in this session: display, bus, home and XDG folders of its own. */
  readonly env: Record<string, string>;
  readonly home: string;
  /** `:7` */
  readonly display: string;
  readonly busAddress: string;
  /** The keyring and the bus below it: to lock, stop or kill. */
  readonly keyring: KeyringSession;
  /** Null when the session was started without one. */
  readonly tray: TrayHost | null;
  /**
   * Takes a detached child for one of the session's: Chromium writes its title over the environment that
   * would tell.
   */
  adopt(pid: number): void;
  /** Needs /proc. @returns pids of the session's programs, those that outlived their parents too. */
  processes(): Promise<number[]>;
  /** Ends everything that runs in the session, whoever started it, and removes its folders. */
  close(): Promise<void>;
}

export interface DesktopSessionOptions {
  /** A real gnome-keyring in that state; default `unlocked`. */
  keyring?: KeyringKind;
  /** A stand-in StatusNotifierWatcher; default true. */
  tray?: boolean;
  /** Of the virtual screen, pixels; default 1280 × 900. */
  screen?: { width: number; height: number };
}

/** A private desktop: X server, session bus, keyring and tray, in temporary folders. */
export async function startDesktopSession(options: DesktopSessionOptions = {}): Promise<DesktopSession> {
  const keyring = await KeyringSession.open({ keyring: options.keyring ?? 'unlocked' });
  const { HOME: home = '', DBUS_SESSION_BUS_ADDRESS: busAddress = '' } = keyring.env;
  let screen: ChildProcess | null = null;
  let tray: TrayHost | null = null;
  const leaders = new Set<number>();
  const processes = (): Promise<number[]> => processesOf(home, leaders);
  const close = async (): Promise<void> => {
    await tray?.close();
    await endAll(processes);
    if (screen !== null) await end(screen);
    await keyring.close();
  };
  try {
    const { child, display } = await startScreen(options.screen ?? { width: 1280, height: 900 });
    screen = child;
    if (options.tray !== false) tray = await startTrayHost(busAddress);
    const env = { ...keyring.env, ...(await desktopVariables(home)), DISPLAY: display };
    return {
      env,
      home,
      display,
      busAddress,
      keyring,
      tray,
      adopt: (pid) => leaders.add(pid),
      processes,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function desktopVariables(home: string): Promise<Record<string, string>> {
  const temporary = join(home, 'tmp');
  await mkdir(temporary, { mode: 0o700 });
  return {
    TMPDIR: temporary,
    XDG_SESSION_TYPE: 'x11',
    // No accessibility bus: it would be one more process to end.
    NO_AT_BRIDGE: '1',
    GTK_A11Y: 'none',
  };
}

/** The server picks a free number and writes it to descriptor 3 when it is ready. */
async function startScreen({
  width,
  height,
}: {
  width: number;
  height: number;
}): Promise<{ child: ChildProcess; display: string }> {
  const child = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '-noreset'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  try {
    const number = await Promise.race([
      firstLine(child.stdio[3] as Readable),
      once(child, 'error').then(([error]) => Promise.reject(error as Error)),
    ]);
    return { child, display: `:${number.trim()}` };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
  }
  throw new Error('the X server ended before it was ready');
}

/** Asked first, so that the X server takes its socket and its lock file with it. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await exited;
  clearTimeout(limit);
}

/** Resolves when the last thread is gone: until then the folders can still grow. */
async function endAll(processes: () => Promise<number[]>): Promise<void> {
  const killed = new Set<number>();
  await until('the end of all processes', async () => {
    for (const pid of await processes()) {
      killed.add(pid);
      signal(pid, 'SIGKILL');
    }
    const left = await Promise.all([...killed].map(isRunning));
    return left.includes(true) ? undefined : true;
  });
}

/** Of this HOME or led by one of these, but for the keyring's daemons, which `KeyringSession` ends. */
async function processesOf(home: string, leaders: ReadonlySet<number>): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const ours = environ.split('\0').includes(`HOME=${home}`) || leaders.has((await statOf(pid)).session);
      return ours && (await isRunning(pid)) && !(await isDaemon(pid)) ? pid : null;
    }),
  );
  return found.filter((pid) => pid !== null);
}

/** A zombie whose other threads still run can write files. */
async function isRunning(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  return threads.length > 1 || (threads.length === 1 && (await statOf(pid)).state !== 'Z');
}

async function statOf(pid: number): Promise<{ state: string; session: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name before it may hold anything.
  const [state = '', , , session = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, session: Number(session) };
}

async function isDaemon(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return ['dbus-daemon', 'gnome-keyring-d'].includes(name.trim());
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in the meantime.
  }
}
