import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  PROTOTYPES,
  createWindowsLock,
  type WindowsCalls,
} from '../../../../main/session/locks/windows-lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windows-lock-'));
  path = join(folder, 'agent.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** kernel32 as far as it matters: writes down each call, answers what the test wants. */
function kernel(answers: { handle?: number; locks?: boolean; error?: number } = {}) {
  const { handle = 0x2a8, locks = true, error = 0 } = answers;
  const calls: unknown[][] = [];
  const fake: WindowsCalls = {
    createFile(...args) {
      calls.push(['CreateFileW', ...args]);
      if (handle !== -1) writeFileSync(path, '', { flag: 'a' });
      return handle;
    },
    lockFileEx(...args) {
      calls.push(['LockFileEx', ...args]);
      return locks;
    },
    unlockFileEx(...args) {
      calls.push(['UnlockFileEx', ...args]);
      return true;
    },
    closeHandle(...args) {
      calls.push(['CloseHandle', ...args]);
      return true;
    },
    getLastError: () => error,
  };
  return { calls, lock: createWindowsLock(() => fake) };
}

/** struct OVERLAPPED: Internal, InternalHigh, Offset, OffsetHigh, hEvent. */
const FAR = Buffer.from(`${'00'.repeat(20)}00000040${'00'.repeat(8)}`, 'hex');

describe('a lock on Windows', () => {
  it('[C20] is one byte far beyond the note, exclusive, at once or not at all', () => {
    const { calls, lock } = kernel();
    expect(lock(path).kind).toBe('locked');
    expect(calls).toEqual([
      ['CreateFileW', path, 0xc0000000, 7, 4, 0x00200000],
      ['LockFileEx', 0x2a8, 3, 1, 0, FAR],
    ]);
  });

  it('keeps the note readable, and the end of the file where it is', () => {
    const attempt = kernel().lock(path);
    if (attempt.kind !== 'locked') throw new Error(attempt.kind);
    attempt.file.write('{"pid":4711}');
    const { length } = readFileSync(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ pid: 4711 });
    attempt.file.write('{}');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({});
    expect(readFileSync(path)).toHaveLength(length);
  });

  it('is given back in order: note, lock, handle', () => {
    const { calls, lock } = kernel();
    const attempt = lock(path);
    if (attempt.kind !== 'locked') throw new Error(attempt.kind);
    attempt.file.write('{}');
    attempt.file.release();
    expect(readFileSync(path, 'utf8').trim()).toBe('');
    expect(calls.slice(2)).toEqual([
      ['UnlockFileEx', 0x2a8, 1, 0, FAR],
      ['CloseHandle', 0x2a8],
    ]);
  });

  it.each([
    [33, 'taken'],
    [997, 'taken'],
    [1, 'unsupported'],
    [50, 'unsupported'],
    [120, 'unsupported'],
  ])('error %i of LockFileEx means %s, and the handle is closed', (error, kind) => {
    const { calls, lock } = kernel({ locks: false, error });
    expect(lock(path)).toEqual({ kind });
    expect(calls.at(-1)).toEqual(['CloseHandle', 0x2a8]);
  });

  it('any other failure is told with its number', () => {
    expect(() => kernel({ locks: false, error: 6 }).lock(path)).toThrow('error 6');
    expect(() => kernel({ handle: -1, error: 5 }).lock(path)).toThrow('cannot be opened (error 5)');
  });

  it('refuses what is no plain file, before it is opened', async () => {
    await mkdir(path);
    const { calls, lock } = kernel();
    expect(() => lock(path)).toThrow('no plain file');
    expect(calls).toEqual([]);
  });

  it('loads kernel32 at the first attempt and once', () => {
    let loads = 0;
    const lock = createWindowsLock(() => {
      loads += 1;
      throw new Error('not here');
    });
    expect(loads).toBe(0);
    expect(() => lock(path)).toThrow('not here');
    expect(loads).toBe(1);
  });

  it('is declared in words that the native library understands', () => {
    for (const text of Object.values(PROTOTYPES)) {
      const type: unknown = koffi.proto(text.replace(/(\w+)\(/, 'test_$1('));
      expect(type).toBeTypeOf('object');
    }
  });
});
