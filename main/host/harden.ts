import { createRequire } from 'node:module';
import type koffi from 'koffi';

/** libc, as far as this needs it; 0: done. */
export interface ProcessCalls {
  setrlimit(resource: number, soft: number, hard: number): number;
  /** Linux. */
  prlimit(pid: number, resource: number, soft: number, hard: number): number;
  /** Linux. */
  prctl(option: number, value: number): number;
  /** macOS. */
  ptrace(request: number): number;
}

export interface HardenOptions {
  platform: NodeJS.Platform;
  /**
   * Keeps debuggers of the same user out, as ssh-agent does. Not for the desktop: on Linux it hides /proc/<pid>/root,
   * and xdg-desktop-portal answers no program whose root it cannot see (flatpak/xdg-desktop-portal issue 785; with
   * Electron bitwarden/clients issue 20915), so that file dialogs, global shortcuts and the colour scheme were gone.
   */
  debuggers: 'kept out' | 'let in';
  /**
   * Linux: processes that were started before and have their limits from then, such as Chromium's network service,
   * through which every request with a token goes.
   */
  helpers?: () => readonly number[];
}

/** sys/resource.h, the same on Linux and macOS. */
export const RLIMIT_CORE = 4;
/** linux/prctl.h */
export const PR_SET_DUMPABLE = 4;
/** sys/ptrace.h of macOS */
export const PT_DENY_ATTACH = 31;

/**
 * Keeps the memory of this process, in which tokens are, off the disk and away from debuggers. To be called before
 * the first token is there. Never throws: it makes an attack harder that it cannot prevent, and an agent without it
 * is better than none.
 *
 * @returns what could not be done, a phrase each
 */
export function hardenProcess(options: HardenOptions, load = loadCalls): string[] {
  const { platform, debuggers, helpers } = options;
  if (debuggers === 'kept out') closeInspector(platform);
  if (platform !== 'linux' && platform !== 'darwin') return [];
  try {
    const calls = load(platform);
    const failed: string[] = [];
    if (!withoutCore(calls, platform, helpers?.() ?? [])) failed.push('a crash may write its memory to disk');
    if (debuggers === 'kept out' && !withoutTracer(calls, platform))
      failed.push('a debugger may read its memory');
    return failed;
  } catch {
    return ['its memory is not protected from debuggers and core dumps: libc cannot be called'];
  }
}

/**
 * On Linux a limit of 1 byte, and not 0, which counts for files alone: where core_pattern is a pipe (systemd-coredump,
 * apport), the kernel gives that program the whole memory whatever the limit is, unless it is 1 (fs/coredump.c). A
 * unit may have set the hard limit to 0 before us, above which nobody gets. A helper that has ended meanwhile has none.
 */
function withoutCore(calls: ProcessCalls, platform: 'linux' | 'darwin', helpers: readonly number[]): boolean {
  if (platform === 'darwin') return calls.setrlimit(RLIMIT_CORE, 0, 0) === 0;
  const limit = [1, 0].find((one) => calls.setrlimit(RLIMIT_CORE, one, one) === 0);
  if (limit === undefined) return false;
  for (const pid of helpers) calls.prlimit(pid, RLIMIT_CORE, limit, limit);
  return true;
}

function withoutTracer(calls: ProcessCalls, platform: 'linux' | 'darwin'): boolean {
  return (platform === 'linux' ? calls.prctl(PR_SET_DUMPABLE, 0) : calls.ptrace(PT_DENY_ATTACH)) === 0;
}

/**
 * Node opens its inspector, a TCP port without a password, on SIGUSR1 (Node's documentation, “Signal events”; the
 * flag against it came with 22). A listener takes the signal away from it. Electron's fuse does that for a package.
 */
function closeInspector(platform: NodeJS.Platform): void {
  if (platform !== 'win32') process.on('SIGUSR1', () => undefined);
}

function loadCalls(platform: 'linux' | 'darwin'): ProcessCalls {
  const library = createRequire(import.meta.url)('koffi') as typeof koffi;
  const libc = library.load(platform === 'darwin' ? '/usr/lib/libSystem.B.dylib' : null);
  const call = (prototype: string, ...args: unknown[]): number =>
    Number(Reflect.apply(libc.func(prototype), undefined, args));
  return {
    setrlimit: (resource, soft, hard) => call('int setrlimit(int, unsigned long *)', resource, [soft, hard]),
    prlimit: (pid, resource, soft, hard) =>
      call('int prlimit(int, int, unsigned long *, void *)', pid, resource, [soft, hard], null),
    prctl: (option, value) =>
      call(
        'int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)',
        ...[option, value, 0, 0, 0],
      ),
    ptrace: (request) => call('int ptrace(int, int, void *, int)', request, 0, null, 0),
  };
}
