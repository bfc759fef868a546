import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LockEffects } from '../../../../main/session/locks/effects.ts';
import { systemLockEffects } from '../../../../main/session/locks/effects.ts';
import { LOCK_EX_NB, LOCK_UN, createFlock, systemFlock } from '../../../../main/session/locks/flock.ts';
import { openLocks } from '../../../../main/session/locks/os-locks.ts';
import type { HeldLock, Locks } from '../../../../main/session/locks/types.ts';
import { StandingClock } from '../../../support/lock-machine.ts';

const ABOUT = { kind: 'desktop', socket: null };
const { errno } = constants;

let base: string;
let folder: string;
let clock: StandingClock;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'os-locks-'));
  folder = join(base, 'data');
  clock = new StandingClock();
});
afterEach(() => rm(base, { recursive: true, force: true }));

const open = (more: Partial<LockEffects> = {}): Locks =>
  openLocks(folder, { ...systemLockEffects(clock), ...more });
const file = () => join(folder, 'agent.lock');

function hold(locks: Locks, name = 'agent'): HeldLock {
  const attempt = locks.attempt(name, ABOUT);
  if (attempt.kind === 'taken') throw new Error('taken');
  return attempt.lock;
}

describe('a lock file', () => {
  it('has no holder twice, not even within one process', () => {
    const lock = hold(open());
    expect(open().attempt('agent', ABOUT).kind).toBe('taken');
    lock.release();
    lock.release();
    hold(open());
  });

  it('a second release, or a late note, does nothing to the next holder', async () => {
    const locks = open();
    const first = hold(locks);
    first.release();
    const second = hold(locks);
    second.note({ kind: 'desktop', socket: '/run/second' });
    first.release();
    first.note({ kind: 'desktop', socket: '/run/first' });
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ socket: '/run/second' });
    expect(open().attempt('agent', ABOUT)).toMatchObject({ kind: 'taken', holder: { pid: process.pid } });
  });

  it('says on which desktop its holder is, where that is known', () => {
    const lock = hold(open());
    expect(open().attempt('agent', ABOUT)).not.toHaveProperty('holder.display');
    lock.note({ ...ABOUT, display: ':7' });
    expect(open().attempt('agent', ABOUT)).toHaveProperty('holder.display', ':7');
  });

  it('stays where it is after a release, because unlinking it would let two hold it', async () => {
    hold(open()).release();
    expect(await readdir(folder)).toEqual(['agent.lock']);
  });

  it('that somebody removed and made anew between opening and locking is not held', async () => {
    await mkdir(folder, { mode: 0o700 });
    const real = systemFlock(process.platform);
    const removed = file();
    const racing = createFlock((fd, operation) => {
      rmSync(removed);
      writeFileSync(removed, '');
      return real(fd, operation);
    });
    expect(open({ lockFile: racing }).attempt('agent', ABOUT).kind).toBe('taken');
  });

  it('[C28] a symlink in its place is refused, and what it points at is left alone', async () => {
    await mkdir(folder);
    await writeFile(join(base, 'precious'), 'mine');
    await symlink(join(base, 'precious'), file());
    expect(() => hold(open())).toThrow('it is a symlink');
    expect(await readFile(join(base, 'precious'), 'utf8')).toBe('mine');
  });

  it('[C28] a folder that is a symlink, and a lock that is a folder, are refused', async () => {
    await mkdir(join(base, 'real'));
    await symlink(join(base, 'real'), folder);
    expect(() => hold(open())).toThrow('a symlink or a file');
    await unlink(folder);
    await mkdir(file(), { recursive: true });
    expect(() => hold(open())).toThrow('cannot be used');
  });

  it('[C28] a wider one is narrowed before it is used', async () => {
    await mkdir(folder);
    await writeFile(file(), '');
    await chmod(file(), 0o666);
    hold(open());
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it.each(['', '.', '..', '../agent', 'a/b', 'a\0b', 'x'.repeat(101)])('cannot be called %j', (name) => {
    expect(() => open().attempt(name, ABOUT)).toThrow(TypeError);
  });

  it('names nobody when its note is of a process that is gone', async () => {
    const locks = open();
    hold(locks);
    const note = JSON.parse(await readFile(file(), 'utf8')) as object;
    await writeFile(file(), JSON.stringify({ ...note, pid: 2 ** 22 + 1 }));
    expect(open().attempt('agent', ABOUT)).toEqual({ kind: 'taken', holder: null });
  });

  it('keeps its lock on a full disk, without a note', () => {
    const real = createFlock(systemFlock(process.platform));
    const full = open({
      lockFile(path) {
        const attempt = real(path);
        if (attempt.kind !== 'locked') return attempt;
        const write = () => {
          throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        };
        return { kind: 'locked', file: { ...attempt.file, write } };
      },
    });
    hold(full);
    expect(open().attempt('agent', ABOUT)).toEqual({ kind: 'taken', holder: null });
  });
});

describe('flock on file systems that have none', () => {
  it.each(['ENOLCK', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'] as const)(
    '%s: a folder stands for it',
    async (code) => {
      const asked: number[] = [];
      const lockFile = createFlock((_fd, operation) => {
        asked.push(operation);
        return errno[code];
      });
      const locks = open({ lockFile });
      const lock = hold(locks);
      expect(await readdir(folder)).toEqual(['agent.lock', 'agent.lock.d']);
      expect(open({ lockFile }).attempt('agent', ABOUT)).toMatchObject({ holder: { pid: process.pid } });
      lock.release();
      hold(locks);
      // It is the file system that cannot: asked once per process that uses the folder.
      expect(asked).toEqual([LOCK_EX_NB, LOCK_EX_NB]);
    },
  );

  it('an interrupted call is made again; any other failure is told', () => {
    const answers = [errno.EINTR, errno.EINTR, 0];
    hold(open({ lockFile: createFlock(() => answers.shift() ?? 0) }));
    expect(answers).toEqual([]);
    expect(() => hold(open({ lockFile: createFlock(() => errno.EIO) }), 'other')).toThrow(
      `errno ${errno.EIO}`,
    );
  });

  it('gives the lock back by name before it closes the file', () => {
    const asked: number[] = [];
    const lockFile = createFlock((_fd, operation) => (asked.push(operation), 0));
    hold(open({ lockFile })).release();
    expect(asked).toEqual([LOCK_EX_NB, LOCK_UN]);
  });
});
