import { describe, expect, it } from 'vitest';
import { LockTimer } from '../../../main/headless/lock-timer.ts';
import { FakeClock } from '../../support/agent-parts.ts';

const HOUR = 3_600_000;

/** An agent as far as locks go. */
function rig(afterMs: number, locked = false) {
  const clock = new FakeClock(1_000_000);
  /** What the wall clock is ahead of the timers, which nobody sets and which stand still in sleep. Milliseconds. */
  const wall = { ahead: 0 };
  const state = { locked, locks: 0 };
  const timer: LockTimer = new LockTimer({
    afterMs,
    clock: { now: () => clock.now() + wall.ahead, after: clock.after },
    steady: clock.now,
    isLocked: () => state.locked,
    lock() {
      state.locks += 1;
      set(true);
    },
  });
  const set = (value: boolean) => {
    state.locked = value;
    timer.changed();
  };
  return { clock, wall, state, set, timer };
}

describe('[C29] a lock timer', () => {
  it('locks that long after the start, and not before', () => {
    const { clock, state } = rig(HOUR);
    clock.advance(HOUR - 1);
    expect(state.locks).toBe(0);
    clock.advance(1);
    expect(state).toEqual({ locked: true, locks: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('counts from every unlock anew, whatever happens in between', () => {
    const { clock, state, set, timer } = rig(HOUR);
    clock.advance(HOUR / 2);
    timer.changed();
    clock.advance(HOUR / 2);
    expect(state.locks).toBe(1);
    clock.advance(3 * HOUR);
    set(false);
    clock.advance(HOUR / 2);
    set(true);
    set(false);
    clock.advance(HOUR - 1);
    expect(state.locks).toBe(1);
    clock.advance(1);
    expect(state.locks).toBe(2);
  });

  it('starts with the first unlock where the vault is locked at the start', () => {
    const { clock, state, set } = rig(HOUR, true);
    expect(clock.pendingTimers).toBe(0);
    clock.advance(5 * HOUR);
    set(false);
    clock.advance(HOUR - 1);
    expect(state.locks).toBe(0);
    clock.advance(1);
    expect(state.locks).toBe(1);
  });

  it('locks soon after a sleep that was longer, since timers stand still meanwhile', () => {
    const { clock, wall, state } = rig(HOUR);
    expect(state.locks).toBe(0);
    wall.ahead += HOUR;
    clock.advance(30_000);
    expect(state.locks).toBe(1);
  });

  it('counts a sleep that was shorter', () => {
    const { clock, wall, state } = rig(8 * HOUR);
    clock.advance(2 * HOUR);
    wall.ahead += 5 * HOUR;
    clock.advance(HOUR - 1);
    expect(state.locks).toBe(0);
    clock.advance(1);
    expect(state.locks).toBe(1);
  });

  it.each([
    ['before the time is over', 7, 6],
    ['behind the unlock', 1, 24],
    ['at once', 0, 1],
  ])('takes no longer where the clock is set back %s', (_when, after, back) => {
    const { clock, wall, state } = rig(8 * HOUR);
    clock.advance(after * HOUR);
    wall.ahead -= back * HOUR;
    clock.advance((8 - after) * HOUR - 1);
    expect(state.locks).toBe(0);
    clock.advance(1);
    expect(state.locks).toBe(1);
  });

  it('forgets no sleep where the clock is set back after it', () => {
    const { clock, wall, state } = rig(8 * HOUR);
    wall.ahead += 5 * HOUR;
    clock.advance(HOUR);
    wall.ahead -= 6 * HOUR;
    clock.advance(2 * HOUR);
    expect(state.locks).toBe(1);
  });

  it('locks early rather than late where the clock is set forward, which a sleep looks like', () => {
    const { clock, wall, state } = rig(8 * HOUR);
    clock.advance(HOUR);
    wall.ahead += 3 * HOUR;
    clock.advance(4 * HOUR - 1);
    expect(state.locks).toBe(0);
    clock.advance(1);
    expect(state.locks).toBe(1);
  });

  it('takes longer than a timer of Node’s can, and stops when asked', () => {
    const { clock, state, timer } = rig(60 * 24 * HOUR);
    clock.advance(60 * 24 * HOUR - 1);
    expect(state.locks).toBe(0);
    timer.stop();
    clock.advance(HOUR);
    expect(state.locks).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
