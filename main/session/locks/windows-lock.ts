import { lstatSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type koffi from 'koffi';
import type { LockFile, LockedFile } from './lock-file.ts';

/** The functions of kernel32 that are needed, by their own names and arguments; handles are numbers. */
export interface WindowsCalls {
  createFile(
    path: string,
    access: number,
    share: number,
    disposition: number,
    flags: number,
  ): number | bigint;
  /** `overlapped` is a struct OVERLAPPED of 64-bit Windows: 32 bytes, offsets at 16 and 20. */
  lockFileEx(handle: number | bigint, flags: number, low: number, high: number, overlapped: Buffer): boolean;
  unlockFileEx(handle: number | bigint, low: number, high: number, overlapped: Buffer): boolean;
  closeHandle(handle: number | bigint): boolean;
  getLastError(): number;
}

/** winnt.h, fileapi.h and winerror.h. */
const GENERIC_READ_WRITE = 0xc000_0000;
const FILE_SHARE_ALL = 1 | 2 | 4;
const OPEN_ALWAYS = 4;
const FILE_FLAG_OPEN_REPARSE_POINT = 0x0020_0000;
const LOCKFILE_FAIL_IMMEDIATELY_EXCLUSIVE = 1 | 2;
const ERROR_LOCK_VIOLATION = 33;
const ERROR_IO_PENDING = 997;
/** ERROR_INVALID_FUNCTION, ERROR_NOT_SUPPORTED, ERROR_CALL_NOT_IMPLEMENTED: what shares without locks say. */
const UNSUPPORTED: readonly number[] = [1, 50, 120];
/**
 * High half of the locked byte's offset (2^62). Locked bytes can be neither read nor written by others, so
 * the lock lies where no note ever reaches; locking beyond the end of a file is allowed.
 */
const FAR_BEYOND = 0x4000_0000;
/** Characters; ours are below it. */
const NOTE_LENGTH = 1_024;

/**
 * Locks with LockFileEx, which Windows ends with the process. The handle comes from CreateFileW, because
 * Node shows none for its descriptors; without security attributes no child inherits it. `loadCalls` runs
 * at the first attempt.
 */
export function createWindowsLock(loadCalls: () => WindowsCalls): LockFile {
  let loaded: WindowsCalls | null = null;
  return (path) => {
    const calls = (loaded ??= loadCalls());
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false)
      throw new Error(`the lock file ${path} cannot be used: it is no plain file`);
    const flags = FILE_FLAG_OPEN_REPARSE_POINT;
    const handle = calls.createFile(path, GENERIC_READ_WRITE, FILE_SHARE_ALL, OPEN_ALWAYS, flags);
    // INVALID_HANDLE_VALUE
    if (Number(handle) === -1)
      throw new Error(`the lock file ${path} cannot be opened (error ${calls.getLastError()})`);
    if (calls.lockFileEx(handle, LOCKFILE_FAIL_IMMEDIATELY_EXCLUSIVE, 1, 0, farByte()))
      return { kind: 'locked', file: lockedFile(path, handle, calls) };
    const error = calls.getLastError();
    calls.closeHandle(handle);
    if (error === ERROR_LOCK_VIOLATION || error === ERROR_IO_PENDING) return { kind: 'taken' };
    if (UNSUPPORTED.includes(error)) return { kind: 'unsupported' };
    throw new Error(`${path} could not be locked (error ${error})`);
  };
}

function lockedFile(path: string, handle: number | bigint, calls: WindowsCalls): LockedFile {
  return {
    write: (text) => overwrite(path, text),
    release() {
      try {
        overwrite(path, '');
      } finally {
        calls.unlockFileEx(handle, 1, 0, farByte());
        calls.closeHandle(handle);
      }
    },
  };
}

/** Padded with blanks, which JSON allows, so that the end of a file with a locked byte need not move. */
function overwrite(path: string, text: string): void {
  writeFileSync(path, text.padEnd(NOTE_LENGTH), { flag: 'r+' });
}

function farByte(): Buffer {
  const overlapped = Buffer.alloc(32);
  overlapped.writeUInt32LE(FAR_BEYOND, 20);
  return overlapped;
}

/** kernel32 through koffi; it keeps GetLastError's value away from Node's own calls. */
export function systemWindowsCalls(): WindowsCalls {
  const library = createRequire(import.meta.url)('koffi') as typeof koffi;
  const kernel = library.load('kernel32.dll');
  const bind = (name: keyof typeof PROTOTYPES) => {
    const bound: unknown = kernel.func(PROTOTYPES[name]);
    if (typeof bound !== 'function') throw new Error(`${name} is missing`);
    return (...args: unknown[]): unknown => Reflect.apply(bound, undefined, args);
  };
  const create = bind('CreateFileW');
  const lock = bind('LockFileEx');
  const unlock = bind('UnlockFileEx');
  const close = bind('CloseHandle');
  const lastError = bind('GetLastError');
  return {
    createFile: (path, access, share, disposition, flags) =>
      handleOf(create(path, access, share, null, disposition, flags, 0)),
    lockFileEx: (handle, flags, low, high, overlapped) => lock(handle, flags, 0, low, high, overlapped) !== 0,
    unlockFileEx: (handle, low, high, overlapped) => unlock(handle, 0, low, high, overlapped) !== 0,
    closeHandle: (handle) => close(handle) !== 0,
    getLastError: () => Number(lastError()),
  };
}

/** As in fileapi.h, errhandlingapi.h and handleapi.h; BOOL is an int, HANDLE as wide as a pointer. */
export const PROTOTYPES = {
  CreateFileW:
    'intptr_t __stdcall CreateFileW(str16, uint32_t, uint32_t, void *, uint32_t, uint32_t, intptr_t)',
  LockFileEx: 'int __stdcall LockFileEx(intptr_t, uint32_t, uint32_t, uint32_t, uint32_t, void *)',
  UnlockFileEx: 'int __stdcall UnlockFileEx(intptr_t, uint32_t, uint32_t, uint32_t, void *)',
  CloseHandle: 'int __stdcall CloseHandle(intptr_t)',
  GetLastError: 'uint32_t __stdcall GetLastError()',
} as const;

function handleOf(value: unknown): number | bigint {
  return typeof value === 'number' || typeof value === 'bigint' ? value : -1;
}
