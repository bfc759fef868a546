import { describe, expect, it } from 'vitest';
import { Schedule } from '../../../../main/desktop/updates/schedule.ts';
import { FakeClock } from '../../../support/agent-parts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 1_760_000_000_000;

/** What happens is noted with the minutes since the start. */
function setup({ random = 0.5, works = true } = {}) {
  const clock = new FakeClock(START);
  const ran: number[] = [];
  const state = { busy: false, works };
  const schedule = new Schedule({
    clock,
    random: () => random,
    busy: () => state.busy,
    run: () => {
      ran.push(Math.round((clock.now() - START) / MINUTE));
      return Promise.resolve(state.works);
    },
  });
  return { clock, ran, state, schedule };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Minute by minute, so that what is awaited in between is done. */
async function pass(clock: FakeClock, milliseconds: number): Promise<void> {
  for (let gone = 0; gone < milliseconds; gone += 5 * MINUTE) {
    clock.advance(5 * MINUTE);
    await settled();
  }
}

describe('the feed is asked', () => {
  it.each([
    [0, 5],
    [0.999, 10],
  ])('some minutes after the start, with a chance of %d after %d', async (random, minutes) => {
    const { clock, ran, schedule } = setup({ random });
    schedule.start();
    schedule.start();
    await pass(clock, 10 * MINUTE);
    expect(ran).toEqual([minutes]);
  });

  it('about once a day from then on', async () => {
    const { clock, ran, schedule } = setup();
    schedule.start();
    await pass(clock, 10 * 24 * HOUR);
    expect(ran.length).toBe(10);
    const gaps = ran.slice(1).map((at, index) => at - (ran[index] ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(22 * 60);
    for (const gap of gaps) expect(gap).toBeLessThanOrEqual(26.5 * 60);
  });

  it('again after some hours when it failed', async () => {
    const { clock, ran, schedule } = setup({ works: false });
    schedule.start();
    await pass(clock, 24 * HOUR);
    expect(ran.length).toBeGreaterThanOrEqual(5);
    expect(ran.length).toBeLessThanOrEqual(8);
  });

  it('not while the app is locked or offline, and soon afterwards', async () => {
    const { clock, ran, state, schedule } = setup();
    state.busy = true;
    schedule.start();
    await pass(clock, 3 * HOUR);
    expect(ran).toEqual([]);
    state.busy = false;
    await pass(clock, 31 * MINUTE);
    expect(ran).toHaveLength(1);
  });

  it('[C54] soon after a long sleep, and not for years after a clock that was set back', async () => {
    const { clock, ran, schedule } = setup();
    schedule.start();
    await pass(clock, HOUR);
    expect(ran).toHaveLength(1);
    // Timers stand still in sleep: one comes due long after its time.
    clock.advance(40 * 24 * HOUR);
    await settled();
    expect(ran.length).toBeGreaterThanOrEqual(2);
    const before = ran.length;
    const wrong = new FakeClock(START + 400 * 24 * HOUR);
    const other: number[] = [];
    const set = new Schedule({
      // An hour after its start the clock is right again, more than a year back.
      clock: {
        now: () => (wrong.now() > START + 400 * 24 * HOUR + HOUR ? START : wrong.now()),
        after: wrong.after,
      },
      random: () => 0.5,
      busy: () => false,
      run: () => Promise.resolve((other.push(1), true)),
    });
    set.start();
    await pass(wrong, 3 * HOUR);
    expect(other.length).toBeGreaterThanOrEqual(2);
    expect(ran).toHaveLength(before);
  });

  it('a day after somebody asked by hand', async () => {
    const { clock, ran, schedule } = setup();
    schedule.start();
    schedule.asked(true);
    await pass(clock, 20 * HOUR);
    expect(ran).toEqual([]);
    await pass(clock, 7 * HOUR);
    expect(ran).toHaveLength(1);
  });

  it('[C57] never after the end, of which no timer is left', async () => {
    const { clock, ran, schedule } = setup();
    schedule.asked(true);
    expect(clock.pendingTimers).toBe(0);
    schedule.start();
    schedule.stop();
    expect(clock.pendingTimers).toBe(0);
    await pass(clock, 48 * HOUR);
    expect(ran).toEqual([]);
  });
});
