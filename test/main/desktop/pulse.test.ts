import { describe, expect, it } from 'vitest';
import { pulse } from '../../../main/desktop/pulse.ts';
import { FakeClock } from '../../support/agent-parts.ts';

function setup() {
  const clock = new FakeClock(0);
  const runs: number[] = [];
  const beat = pulse(() => void runs.push(clock.now()), 50, clock);
  return { clock, runs, beat };
}

describe('pulse', () => {
  it('[C57] runs at once, and once more for a hundred calls that follow', () => {
    const { clock, runs, beat } = setup();
    for (let call = 0; call < 101; call += 1) beat();
    expect(runs).toEqual([0]);
    clock.advance(200);
    expect(runs).toEqual([0, 50]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps the gap while calls go on, and loses none', () => {
    const { clock, runs, beat } = setup();
    for (let call = 0; call < 10; call += 1) {
      beat();
      clock.advance(20);
    }
    clock.advance(100);
    expect(runs).toEqual([0, 50, 100, 150, 200]);
  });

  it('runs at once again after a quiet time', () => {
    const { clock, runs, beat } = setup();
    beat();
    clock.advance(70);
    beat();
    expect(runs).toEqual([0, 70]);
  });

  it('takes a call from within the run', () => {
    const clock = new FakeClock(0);
    let runs = 0;
    const beat = pulse(
      () => {
        runs += 1;
        if (runs < 3) beat();
      },
      50,
      clock,
    );
    beat();
    clock.advance(500);
    expect(runs).toBe(3);
  });

  it('[C57] stops for good, without a timer left', () => {
    const { clock, runs, beat } = setup();
    beat();
    beat();
    beat.stop();
    expect(clock.pendingTimers).toBe(0);
    beat();
    clock.advance(100);
    expect(runs).toEqual([0]);
    expect(clock.pendingTimers).toBe(0);
  });
});
