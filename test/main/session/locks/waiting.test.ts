import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemLockEffects } from '../../../../main/session/locks/effects.ts';
import { openLocks } from '../../../../main/session/locks/os-locks.ts';
import type { HeldLock, LockAttempt, Locks } from '../../../../main/session/locks/types.ts';
import { LockBusyError, duringLock, waitForLock } from '../../../../main/session/locks/waiting.ts';
import { StandingClock } from '../../../support/lock-machine.ts';

const ABOUT = { kind: 'desktop', socket: null };
const TAKEN: LockAttempt = {
  kind: 'taken',
  holder: { kind: 'headless', socket: null, pid: 4711, host: 'login1', since: 1_780_000_000_000 },
};
const lock: HeldLock = { note: () => undefined, release: () => undefined };

let folder: string;
let clock: StandingClock;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waiting-'));
  clock = new StandingClock();
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const open = (): Locks => openLocks(folder, systemLockEffects(clock));

/** Lets the waiting one run up to its next timer. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('waiting for a lock', () => {
  it('tries again after 10, 20, 40 … and at most 200 ms', async () => {
    const times: number[] = [];
    const start = clock.now();
    const waiting = waitForLock(() => (times.push(clock.now() - start), TAKEN), clock, 1_000);
    for (let step = 0; step < 1_100; step++) {
      clock.advance(1);
      await settle();
    }
    expect(await waiting).toBe(TAKEN);
    expect(times).toEqual([0, 10, 30, 70, 150, 310, 510, 710, 910, 1_000]);
  });

  it('gets it at the try after its release', async () => {
    const first = open().attempt('agent', ABOUT);
    const waiting = open().wait('agent', ABOUT, 60_000);
    await settle();
    if (first.kind === 'held') first.lock.release();
    clock.advance(10);
    expect((await waiting).kind).toBe('held');
    expect(clock.timers).toBe(0);
  });

  it('ends at once when it is aborted, with no timer and no lock left', async () => {
    const first = open().attempt('agent', ABOUT);
    const controller = new AbortController();
    const waiting = open().wait('agent', ABOUT, 60_000, controller.signal);
    await settle();
    controller.abort();
    expect(await waiting).toMatchObject({ kind: 'taken', holder: { pid: process.pid } });
    expect(clock.timers).toBe(0);
    if (first.kind === 'held') first.lock.release();
    expect(await open().wait('agent', ABOUT, 60_000, controller.signal)).toEqual({
      kind: 'taken',
      holder: null,
    });
    expect(open().attempt('agent', ABOUT).kind).toBe('held');
  });
});

describe('working while holding a lock', () => {
  it('gives back what the work gives, and the lock also when it throws', () => {
    const locks = open();
    expect(locks.during('settings', () => 42)).toBe(42);
    expect(() =>
      locks.during('settings', () => {
        throw new RangeError('of its own');
      }),
    ).toThrow(RangeError);
    expect(locks.during('settings', () => open().attempt('settings', ABOUT).kind)).toBe('taken');
    expect(open().attempt('settings', ABOUT).kind).toBe('held');
  });

  it('waits 10 s for another, then says which lock it is and who holds it', () => {
    let slept = 0;
    const busy = () =>
      duringLock(
        'settings',
        () => TAKEN,
        (pause) => (slept += pause),
        () => expect.fail(),
      );
    const since = new Date(1_780_000_000_000).toISOString();
    expect(busy).toThrow(LockBusyError);
    expect(slept).toBeGreaterThanOrEqual(10_000);
    expect(slept).toBeLessThan(10_100);
    expect(busy).toThrow(
      `the lock "settings" was still held after 10 s, by process 4711 on login1 (headless) since ${since}`,
    );
  });

  it('goes on as soon as the other is done', () => {
    const answers: LockAttempt[] = [TAKEN, TAKEN, { kind: 'held', lock }];
    const slept: number[] = [];
    duringLock(
      'settings',
      () => answers.shift() ?? TAKEN,
      (pause) => slept.push(pause),
      () => undefined,
    );
    expect(slept).toEqual([1, 2]);
  });

  it('does not wait for itself', () => {
    const locks = open();
    expect(() => locks.during('settings', () => locks.during('settings', () => 1))).toThrow('already');
    expect(locks.during('settings', () => 1)).toBe(1);
  });
});
