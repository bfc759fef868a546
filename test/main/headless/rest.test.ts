import { describe, expect, it } from 'vitest';
import { releaseMemory, restWhenIdle } from '../../../main/headless/rest.ts';
import { FakeClock } from '../../support/agent-parts.ts';

const quiet = () => () => undefined;

describe('an agent that waits', () => {
  it('gives memory back after the start, and now and then from there on, until it ends', () => {
    const clock = new FakeClock();
    let times = 0;
    const stop = restWhenIdle(clock, () => (times += 1), quiet);
    clock.advance(1_999);
    expect(times).toBe(0);
    clock.advance(1);
    expect(times).toBe(1);
    clock.advance(60 * 60_000);
    expect(times).toBe(7);
    stop();
    clock.advance(60 * 60_000);
    expect(times).toBe(7);
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives back soon what a sign-in or a renewal left behind, once it is over', () => {
    const clock = new FakeClock();
    let times = 0;
    let changed = (): void => undefined;
    let watched = true;
    const stop = restWhenIdle(
      clock,
      () => (times += 1),
      (listener) => {
        changed = listener;
        return () => (watched = false);
      },
    );
    clock.advance(60_000);
    expect(times).toBe(1);
    changed();
    clock.advance(1_500);
    changed();
    clock.advance(1_500);
    expect(times).toBe(1);
    clock.advance(500);
    expect(times).toBe(2);
    stop();
    expect(watched).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each(['linux', 'darwin'] as const)('loses what nothing holds any more (%s)', (platform) => {
    const garbage = { held: Array.from({ length: 200_000 }, (_, at) => ({ at })) };
    const before = process.memoryUsage().heapUsed;
    garbage.held = [];
    releaseMemory(platform);
    expect(process.memoryUsage().heapUsed).toBeLessThan(before - 5_000_000);
  });
});
