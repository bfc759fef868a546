import { mkdtempSync, readdirSync, utimesSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LockEffects } from '../../../../main/session/locks/effects.ts';
import { openLocks } from '../../../../main/session/locks/os-locks.ts';
import type { HeldLock, Locks } from '../../../../main/session/locks/types.ts';
import { StandingClock, lockMachine } from '../../../support/lock-machine.ts';

const A = 'a'.repeat(16);
const B = 'b'.repeat(16);
const C = 'c'.repeat(16);
const ABOUT = { kind: 'headless', socket: null };

let folder: string;
let clock: StandingClock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-folder-'));
  clock = new StandingClock();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const on = (machine: string, more?: Partial<LockEffects>) =>
  openLocks(folder, lockMachine(clock, machine, more));
const target = () => join(folder, 'agent.lock.d');
const isHeld = (locks: Locks) => locks.attempt('agent', ABOUT).kind === 'held';

function hold(locks: Locks): HeldLock {
  const attempt = locks.attempt('agent', ABOUT);
  if (attempt.kind === 'taken') throw new Error('taken');
  return attempt.lock;
}

describe('a lock folder held on another machine', () => {
  it('names its holder and where that listens', () => {
    const lock = hold(on(A));
    const since = clock.now();
    clock.advance(1_000);
    lock.note({ kind: 'headless', socket: '/run/broker.sock' });
    const holder = { kind: 'headless', socket: '/run/broker.sock', pid: 4242, host: 'host-aa', since };
    expect(on(B).attempt('agent', ABOUT)).toEqual({ kind: 'taken', holder });
  });

  it('stays held for as long as its holder gives signs of life', () => {
    hold(on(A));
    const other = on(B);
    for (let minute = 0; minute < 5; minute++) {
      clock.advance(60_000);
      expect(isHeld(other)).toBe(false);
    }
  });

  it('is taken over 30 s after the last sign of life, and not before', () => {
    const stopped = new StandingClock();
    hold(on(A, { clock: stopped }));
    const other = on(B);
    clock.advance(29_999);
    expect(isHeld(other)).toBe(false);
    clock.advance(1);
    expect(isHeld(other)).toBe(true);
    expect(isHeld(on(C))).toBe(false);
  });

  it('tells a holder that slept: its late beat, note and release touch nothing of the next one', () => {
    const stopped = new StandingClock();
    const slept = hold(on(A, { clock: stopped }));
    clock.advance(30_000);
    const next = hold(on(B));
    const [file = ''] = readdirSync(target());

    stopped.advance(60_000);
    expect(stopped.timers).toBe(0);
    slept.note({ kind: 'desktop', socket: '/wrong' });
    slept.release();
    expect(readdirSync(target())).toEqual([file]);
    expect(on(C).attempt('agent', ABOUT)).toMatchObject({ holder: { host: 'host-bb', socket: null } });
    next.release();
    expect(isHeld(on(C))).toBe(true);
  });

  it('goes by the times of the files alone: a clock that is wrong by minutes steals nothing', () => {
    hold(on(A));
    const early = new StandingClock();
    early.advance(10 * 60_000);
    expect(isHeld(on(B, { clock: early }))).toBe(false);
  });
});

describe('a lock folder held on this machine', () => {
  const processOf = (pid: number, alive: ReadonlyMap<number, string>) =>
    on(A, {
      processes: {
        own: { pid, host: 'host-aa', started: alive.get(pid) ?? '0', machine: A },
        startOf: (asked) => alive.get(asked) ?? null,
      },
    });

  it.each([
    ['is gone', new Map([[2, '20']])],
    [
      'has left its number to another process',
      new Map([
        [1, '11'],
        [2, '20'],
      ]),
    ],
  ])('is taken over at once when its process %s', (_title, later) => {
    hold(processOf(1, new Map([[1, '10']])));
    expect(isHeld(processOf(2, later))).toBe(true);
  });

  it('where no start time can be told: is free when the process is gone, else after 30 s', () => {
    const alive = new Map([[1, '0'], [2, '0']]); // prettier-ignore
    hold(processOf(1, alive));
    const [file = ''] = readdirSync(target());
    expect(isHeld(processOf(2, alive))).toBe(false);
    expect(isHeld(processOf(2, new Map([[2, '0']])))).toBe(true);
    const [next = ''] = readdirSync(target());
    expect(next).not.toBe(file);
    utimesSync(join(target(), next), clock.now() / 1_000 - 30, clock.now() / 1_000 - 30);
    expect(isHeld(processOf(1, alive))).toBe(true);
  });

  it('is not taken from a process that is there, however late its beat (as after a sleep)', () => {
    const alive = new Map([[1, '10'], [2, '20']]); // prettier-ignore
    hold(processOf(1, alive));
    const [file = ''] = readdirSync(target());
    utimesSync(join(target(), file), 1, 1);
    expect(isHeld(processOf(2, alive))).toBe(false);
  });
});

describe('several takers of one abandoned lock', () => {
  it('only one wins, also when another was faster between looking and taking', () => {
    hold(on(A, { clock: new StandingClock() }));
    const [old = ''] = readdirSync(target());
    clock.advance(30_000);
    const faster = on(C);
    let fasterHeld: boolean | null = null;
    const effects = lockMachine(clock, B);
    const slower = on(B, {
      touch(path) {
        // The slower one has judged and is about to take.
        if (path.endsWith(old) && fasterHeld === null) fasterHeld = isHeld(faster);
        effects.touch(path);
      },
    });
    expect(isHeld(slower)).toBe(false);
    expect(fasterHeld).toBe(true);
    expect(readdirSync(target())).toHaveLength(1);
  });

  it('one that was freed and taken anew in between is not taken away', () => {
    const slept = hold(on(A, { clock: new StandingClock() }));
    const [old = ''] = readdirSync(target());
    clock.advance(30_000);
    const effects = lockMachine(clock, B);
    const slower = on(B, {
      touch(path) {
        if (path.endsWith(old)) {
          slept.release();
          hold(on(C));
        }
        effects.touch(path);
      },
    });
    expect(slower.attempt('agent', ABOUT)).toMatchObject({ kind: 'taken', holder: { host: 'host-cc' } });
  });
});

describe('what lies around', () => {
  it('leaves nothing behind: neither after a release nor after a try in vain', () => {
    const lock = hold(on(A));
    expect(isHeld(on(B))).toBe(false);
    expect(readdirSync(folder)).toEqual(['agent.lock.d']);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  it('takes an empty folder for a free lock, and removes drafts of processes that died trying', async () => {
    await mkdir(target());
    const draft = `agent.lock.d.${C}-1-1-0123`;
    await mkdir(join(folder, draft));
    utimesSync(join(folder, draft), 1, 1);
    hold(on(A));
    expect(readdirSync(folder)).toEqual(['agent.lock.d']);
  });

  it('[C28] refuses a symlink in its place', async () => {
    await mkdir(join(folder, 'elsewhere'));
    await symlink(join(folder, 'elsewhere'), target());
    expect(() => isHeld(on(A))).toThrow('a symlink or a file');
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
  });

  it('a note that is torn or foreign names nobody, and the lock stays taken', async () => {
    hold(on(A));
    const [file = ''] = readdirSync(target());
    const whole = await readFile(join(target(), file), 'utf8');
    for (const text of [whole.slice(0, 20), '', '{"pid":"1"}', '[]', `${whole}x`]) {
      await writeFile(join(target(), file), text);
      utimesSync(join(target(), file), clock.now() / 1_000, clock.now() / 1_000);
      expect(on(B).attempt('agent', ABOUT)).toEqual({ kind: 'taken', holder: null });
    }
  });
});
