import { closeSync, openSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { ScriptClaim } from '../types.ts';
import { parseCmdline, parseStat, unitOfCgroup } from './proc-text.ts';
import type { KeptProcessTable, ProcInfo } from './process-table.ts';
import { ScriptFiles } from './script-files.ts';
import { spooled } from './spooled.ts';

/** Handles kept open, three per process: enough for the chains of a busy machine, far below any limit. */
const KEPT = 64;
/** Of those, left free by `tidy`, so that who connects next does not wait for others' to be closed. */
const FREE = 4;
/** Arguments past this many bytes are not looked at; options and script stand in front. */
const BUFFER_BYTES = 64 * 1024;
/** Longer than any line of /proc/<pid>/stat. */
const STAT_BYTES = 2_048;

interface Place {
  readonly path: string;
  /** False when the process has another file there, as in a sandbox: its contents are not for us to say. */
  readonly ours: boolean;
}

interface Handle {
  readonly stat: number;
  readonly cmdline: number;
  /** Null where it must not be read. */
  readonly environ: number | null;
  info: ProcInfo | null;
  arguments: Buffer;
}

/**
 * The process table of Linux's /proc. Reading a chain costs more than all the rest of a request, so two files
 * per process stay open: such a handle belongs to that very process and fails with ESRCH once it is gone, even
 * if the pid is in use again; its contents are made anew by every read. The executable's link is read by path.
 * A `ProcInfo` is handed out again only when start time and executable were read again and equal it.
 */
export class LinuxProcessTable implements KeptProcessTable {
  readonly #handles = new Map<number, Handle>();
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  readonly #files: ScriptFiles;
  readonly #arguments = new WeakMap<ProcInfo, Map<string, Place>>();
  readonly #shares = new WeakMap<ProcInfo, boolean>();

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#files = new ScriptFiles(now);
  }

  read(pid: number): ProcInfo | null {
    const known = this.#handles.get(pid);
    // After an exec the open `environ` is of the program before.
    if (known !== undefined && (known.environ === null || hasMemory(known.environ, this.#buffer))) {
      const info = this.#refresh(pid, known);
      if (info !== null) return info;
    }
    if (known !== undefined) this.#drop(pid, known);
    const handle = openHandle(pid);
    if (handle === null) return null;
    const info = this.#refresh(pid, handle);
    if (info === null) closeHandle(handle);
    else this.#keep(pid, handle);
    return info;
  }

  recall(pid: number): ProcInfo | null {
    const known = this.#handles.get(pid)?.info ?? null;
    return known !== null && this.isUntouched(known) ? known : this.read(pid);
  }

  /**
   * An open `environ` belongs to the memory that the process had then, and has nothing to read once no process
   * uses that memory: after an exec, after the end. Its first byte is read, and not looked at.
   */
  isUntouched(info: ProcInfo): boolean {
    const handle = this.#handles.get(info.pid);
    if (handle?.info !== info || handle.environ === null) return false;
    return hasMemory(handle.environ, this.#buffer);
  }

  unit(info: ProcInfo): string | null {
    const text = valueOf(() => readFileSync(`/proc/${info.pid}/cgroup`, 'utf8'));
    return text === null ? null : unitOfCgroup(text);
  }

  stdinIsTerminal(info: ProcInfo): boolean {
    const target = valueOf(() => readlinkSync(`/proc/${info.pid}/fd/0`));
    return target !== null && /^\/dev\/(?:pts\/\d|tty|console|hvc)/.test(target);
  }

  sharesOurFiles(info: ProcInfo): boolean {
    let shares = this.#shares.get(info);
    if (shares === undefined) {
      shares = info.executable !== null && namesTheSameFile(info.executable, `/proc/${info.pid}/exe`);
      this.#shares.set(info, shares);
    }
    return shares;
  }

  script(info: ProcInfo, argument: string): ScriptClaim {
    // Resolved once, at the first sight of these very arguments: a script changes its folder later on.
    let resolved = this.#arguments.get(info);
    if (resolved === undefined) this.#arguments.set(info, (resolved = new Map<string, Place>()));
    let place = resolved.get(argument);
    if (place === undefined) resolved.set(argument, (place = placeOf(info.pid, argument)));
    return place.ours ? spooled(this.#files.claim(place.path)) : { path: place.path, binding: null };
  }

  get crowded(): boolean {
    return this.#handles.size > KEPT - FREE;
  }

  tidy(): void {
    this.#leave(KEPT - FREE);
  }

  /** Closes all handles. */
  close(): void {
    for (const [pid, handle] of this.#handles) this.#drop(pid, handle);
  }

  #refresh(pid: number, handle: Handle): ProcInfo | null {
    try {
      const buffer = this.#buffer;
      const stat = parseStat(buffer.toString('latin1', 0, readSync(handle.stat, buffer, 0, STAT_BYTES, 0)));
      if (stat === null) return null;
      const executable = valueOf(() => readlinkSync(`/proc/${pid}/exe`));
      const old = handle.info;
      // With an `environ` that still reads it is the same program, whose arguments only it itself can rewrite:
      // the first sight of them counts.
      const sameArguments = (old !== null && handle.environ !== null) || this.#rereadArguments(handle);
      if (
        old !== null &&
        sameArguments &&
        old.executable === executable &&
        old.startTime === stat.startTime &&
        old.parent === stat.parent &&
        old.session === stat.session &&
        old.tty === stat.tty &&
        old.name === stat.name
      )
        return old;
      const argv = parseCmdline(handle.arguments.toString('utf8'));
      handle.info = { pid, ...stat, executable, argv };
      return handle.info;
    } catch {
      return null;
    }
  }

  /** @returns whether they are what they were */
  #rereadArguments(handle: Handle): boolean {
    const buffer = this.#buffer;
    const size = readSync(handle.cmdline, buffer, 0, buffer.length, 0);
    if (handle.arguments.compare(buffer, 0, size) === 0) return true;
    handle.arguments = Buffer.from(buffer.subarray(0, size));
    return false;
  }

  #keep(pid: number, handle: Handle): void {
    this.#leave(KEPT - 1);
    this.#handles.set(pid, handle);
  }

  /** Drops the oldest ones past `most`. */
  #leave(most: number): void {
    for (const [pid, handle] of this.#handles) {
      if (this.#handles.size <= most) return;
      this.#drop(pid, handle);
    }
  }

  #drop(pid: number, handle: Handle): void {
    this.#handles.delete(pid);
    closeHandle(handle);
  }
}

function openHandle(pid: number): Handle | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  // The main thread's: who it is stands there as in the process's own, for which the kernel adds up all threads.
  const stat = valueOf(() => openSync(`/proc/${pid}/task/${pid}/stat`, 'r'));
  if (stat === null) return null;
  const cmdline = valueOf(() => openSync(`/proc/${pid}/cmdline`, 'r'));
  // Before all that is read: what is read afterwards, while it lives, is of the same program.
  const environ = valueOf(() => openSync(`/proc/${pid}/environ`, 'r'));
  if (cmdline !== null) return { stat, cmdline, environ, info: null, arguments: Buffer.alloc(0) };
  if (environ !== null) closeSync(environ);
  closeSync(stat);
  return null;
}

function closeHandle(handle: Handle): void {
  closeSync(handle.stat);
  closeSync(handle.cmdline);
  if (handle.environ !== null) closeSync(handle.environ);
}

/**
 * Where a script argument points. A relative one is looked for in the process's folder of now, unless it is a
 * shell's open script that says otherwise: bash reads its script through descriptor 255, dash through 10.
 */
function placeOf(pid: number, argument: string): Place {
  const at = (path: string) => ({ path, ours: namesTheSameFile(path, `/proc/${pid}/root${path}`) });
  if (argument.startsWith('/')) return at(argument);
  for (const fd of [255, 10]) {
    const open = valueOf(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
    if (open?.startsWith('/') === true && basename(open) === basename(argument)) return at(open);
  }
  const folder = valueOf(() => readlinkSync(`/proc/${pid}/cwd`));
  return folder === null ? { path: argument, ours: false } : at(resolve(folder, argument));
}

function namesTheSameFile(path: string, link: string): boolean {
  const ours = valueOf(() => statSync(path, { bigint: true }));
  const theirs = valueOf(() => statSync(link, { bigint: true }));
  return ours !== null && theirs !== null && ours.dev === theirs.dev && ours.ino === theirs.ino;
}

function hasMemory(environ: number, buffer: Buffer): boolean {
  return valueOf(() => readSync(environ, buffer, 0, 1, 0)) === 1;
}

/** /proc answers with errors all day: gone (ENOENT, ESRCH), another user's (EACCES). All mean "not known". */
function valueOf<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
