import { describe, expect, it } from 'vitest';
import { AppLock } from '../../../main/host/app-lock.ts';

/** A lock over an agent that announces every change. */
function setup() {
  const state = { locked: false, denied: 0 };
  const setLocked = (locked: boolean) => {
    if (state.locked === locked) return;
    state.locked = locked;
    lock.changed();
  };
  const lock = new AppLock({
    isLocked: () => state.locked,
    setLocked,
    onLock: () => (state.denied += 1),
  });
  return { state, lock, setLocked };
}

describe('AppLock', () => {
  it('[C29] locks with the screen, denies what is open once, and unlocks with it', () => {
    const { state, lock } = setup();
    lock.hold('screen');
    lock.hold('screen');
    expect(state).toEqual({ locked: true, denied: 1 });
    lock.release('screen');
    expect(state.locked).toBe(false);
  });

  it('[C29] stays locked when the machine wakes up behind a locked screen', () => {
    const { state, lock } = setup();
    lock.hold('sleep');
    lock.hold('screen');
    lock.release('sleep');
    expect(state.locked).toBe(true);
    lock.release('screen');
    expect(state.locked).toBe(false);
  });

  it('[C29] keeps the lock that somebody asked for when the screen is unlocked', () => {
    const { state, lock, setLocked } = setup();
    setLocked(true);
    expect(state.denied).toBe(1);
    lock.hold('screen');
    lock.release('screen');
    expect(state.locked).toBe(true);
  });

  it('does not undo a later lock by a late end of the screen’s', () => {
    const { state, lock, setLocked } = setup();
    lock.hold('screen');
    setLocked(false);
    setLocked(true);
    lock.release('screen');
    expect(state.locked).toBe(true);
  });

  it('does nothing for an end that had no beginning', () => {
    const { state, lock } = setup();
    lock.release('screen');
    lock.changed();
    expect(state).toEqual({ locked: false, denied: 0 });
  });
});
