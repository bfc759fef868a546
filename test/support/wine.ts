import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from '../../scripts/build.mjs';
import { cacheFolder } from '../../scripts/electron-runtime.mjs';
import { ensureWindowsRuntime } from '../../scripts/windows-runtime.mjs';
import { copyProduct } from './installed.ts';
import { until } from './processes.ts';

/** Up to release 13 Debian has it there, and later beside what it is made of. */
const OLD = '/usr/lib/wine/wine64';
const NEW = '/usr/lib/x86_64-linux-gnu/wine/wine';
export const WINE = existsSync(OLD) ? OLD : NEW;
const SERVER = existsSync(OLD) ? '/usr/lib/wine/wineserver64' : '/usr/lib/x86_64-linux-gnu/wine/wineserver';
/** What it starts is slow on a busy machine. */
const LIMIT_MS = 45_000;

export interface WineRun {
  /** Over the driver's own; undefined takes one away. */
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** Written to stdin, which then ends; absent: stdin is empty. */
  stdin?: string;
  /** The arguments are parts of a command line, put together as they are. */
  verbatim?: boolean;
}

export interface WineEnd {
  /** Exit code; a name where it did not start. */
  code: number | string;
  stdout: string;
  stderr: string;
}

export interface WineProcess {
  /** Resolves with everything that it said so far when that holds the text. */
  says(text: string | RegExp): Promise<string>;
  write(text: string): void;
  /** Ends it as Windows' Task Manager does. */
  kill(): void;
  readonly done: Promise<WineEnd>;
}

/** A Windows of its own: Wine, with Windows' own Node and the built program in it. */
export interface Wine {
  /** Of this Linux. */
  readonly env: Readonly<Record<string, string>>;
  /** Drive C: on this Linux. */
  readonly drive: string;
  /** node.exe, as Windows names it. */
  readonly node: string;
  /** globus-token.js, as Windows names it. */
  readonly cli: string;
  start(program: string, args: readonly string[], how?: WineRun): WineProcess;
  run(program: string, args: readonly string[], how?: WineRun): Promise<WineEnd>;
  /** `globus-token` under node.exe. */
  gt(words: readonly string[], how?: WineRun): Promise<WineEnd>;
  end(): Promise<void>;
}

/** As Windows names a path of this Linux. */
export function onZ(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

export async function startWine(): Promise<Wine> {
  const [runtime] = await Promise.all([
    ensureWindowsRuntime(cacheFolder(), (line) => process.stderr.write(`${line}\n`)),
    build({ only: ['cli', 'headless'] }),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'windows-'));
  const prefix = join(folder, 'prefix');
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    WINEPREFIX: prefix,
    WINEDEBUG: '-all',
    // Nothing of .NET or of a browser is offered for download, and no menu of a desktop is made.
    WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=',
  };
  const linux = (program: string, args: readonly string[]) =>
    ended(spawn(program, args, { env, stdio: 'ignore' }));
  const remove = async () => {
    await linux(SERVER, ['-k']);
    await linux(SERVER, ['-w']);
    await rm(await serverFolder(prefix), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await linux(WINE, ['wineboot', '-i']);
    // Wine 8 begins as Windows 7, which Node does not run on.
    await linux(WINE, ['reg', 'add', String.raw`HKCU\Software\Wine`, '/v', 'Version', '/d', 'win10', '/f']);
    const drive = join(prefix, 'drive_c');
    await install(join(drive, 'Program Files', 'Tray'), runtime);
    const node = String.raw`C:\Program Files\Tray\node.exe`;
    const cli = String.raw`C:\Program Files\Tray\dist\cli\globus-token.js`;
    const driver = await startDriver(env, node);
    const run: Wine['run'] = (program, args, how = {}) =>
      driver.start(program, args, how, how.stdin ?? '').done;
    return {
      ...{ env, drive, node, cli, run },
      start: (program, args, how = {}) => driver.start(program, args, how, null),
      gt: (words, how) => run(node, [cli, ...words], how),
      async end() {
        driver.end();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What wineserver leaves behind. It is not told of another place: with TMPDIR Wine 10 aborts. */
async function serverFolder(prefix: string): Promise<string> {
  const { dev, ino } = await stat(prefix);
  return `/tmp/.wine-${String(process.getuid?.())}/server-${dev.toString(16)}-${ino.toString(16)}`;
}

/** As a package for Windows has it: the bundles, and of the native parts the halves for Windows. */
async function install(place: string, runtime: { node: string; koffi: string }): Promise<void> {
  const modules = join(place, 'node_modules');
  await mkdir(join(modules, '@koromix'), { recursive: true });
  await symlink(runtime.node, join(place, 'node.exe'));
  await symlink(runtime.koffi, join(modules, '@koromix', 'koffi-win32-x64'));
  await copyProduct(place, ['keytar', 'koffi'], (path) => !/\/prebuilds\/(?!win32-x64)[^/]+$/.test(path));
}

interface Driver {
  start(program: string, args: readonly string[], how: WineRun, stdin: string | null): WineProcess;
  end(): void;
}

async function startDriver(env: Record<string, string>, node: string): Promise<Driver> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  const script = onZ(join(import.meta.dirname, 'wine-driver.mjs'));
  const child = spawn(WINE, [node, script, String(port)], { env, stdio: 'ignore' });
  const socket = await connected(server, child);
  server.close();
  return driverOf(socket);
}

async function connected(server: Server, child: ChildProcess): Promise<Socket> {
  const [socket] = (await Promise.race([
    once(server, 'connection'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`Wine’s Node ended: ${String(code)}`))),
  ])) as [Socket];
  return socket;
}

interface Told {
  readonly id: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number | string;
}

function driverOf(socket: Socket): Driver {
  const running = new Map<number, (told: Told) => void>();
  let next = 0;
  const tell = (what: Record<string, unknown>) => socket.write(`${JSON.stringify(what)}\n`);
  createInterface({ input: socket }).on('line', (line) => {
    const told = JSON.parse(line) as Told;
    running.get(told.id)?.(told);
  });
  socket.on('error', () => undefined);
  return {
    start(program, args, { env, cwd, verbatim = false }, stdin) {
      const id = (next += 1);
      const end: WineEnd = { code: '', stdout: '', stderr: '' };
      let over = false;
      const done = new Promise<WineEnd>((resolve) => {
        running.set(id, ({ stdout = '', stderr = '', code }) => {
          end.stdout += stdout;
          end.stderr += stderr;
          if (code === undefined || over) return;
          over = true;
          resolve({ ...end, code });
        });
      });
      const changed = Object.entries(env ?? {}).map(([name, value]) => [name, value ?? null] as const);
      tell({ id, program, args, cwd, verbatim, env: Object.fromEntries(changed) });
      if (stdin !== null) tell({ id, stdin, ends: true });
      return {
        done,
        write: (text) => tell({ id, stdin: text }),
        kill: () => tell({ id, kills: true }),
        says: (text) => {
          const look = () => {
            const said = end.stdout + end.stderr;
            if (typeof text === 'string' ? said.includes(text) : text.test(said))
              return Promise.resolve(said);
            if (over) throw new Error(`it ended with ${end.code}: ${said}`);
            return Promise.resolve(undefined);
          };
          return until(`${String(text)} of ${program}`, look, LIMIT_MS);
        },
      };
    },
    end: () => socket.destroy(),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  await once(child, 'exit');
}
