import { describe, expect, test } from 'vitest';
import { CallQueue } from '../../../main/vault/queue.ts';

/** Timers that fire when the test says so. */
function manualTimers() {
  const timers = new Set<{ at: number; run: () => void }>();
  let now = 0;
  return {
    after: (milliseconds: number, run: () => void) => {
      const timer = { at: now + milliseconds, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass: async (milliseconds: number) => {
      now += milliseconds;
      for (const timer of [...timers].filter((one) => one.at <= now).sort((a, b) => a.at - b.at)) {
        if (timers.delete(timer)) timer.run();
      }
      await settled();
    },
    get pending() {
      return timers.size;
    },
  };
}

/** All reactions to what has happened so far have run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function setup() {
  const timers = manualTimers();
  return { timers, queue: new CallQueue({ deadline: 10_000, after: timers.after }) };
}

describe('the call queue', () => {
  test('has one call in flight, in the order of asking', async () => {
    const { queue, timers } = setup();
    const order: string[] = [];
    const gates = ['a', 'b', 'c'].map((name) => ({ name, ...withResolvers<string>() }));
    const runs = gates.map((gate) =>
      queue.run(() => {
        order.push(gate.name);
        return gate.promise;
      }),
    );
    for (const [index, gate] of gates.entries()) {
      await settled();
      expect(order).toHaveLength(index + 1);
      gate.resolve(gate.name);
    }
    expect(await Promise.all(runs)).toEqual(['a', 'b', 'c'].map((value) => ({ kind: 'value', value })));
    expect(timers.pending).toBe(0);
  });

  test('tells a failed call from a slow one and goes on', async () => {
    const { queue } = setup();
    const error = new Error('no');
    expect(await queue.run(() => Promise.reject(error))).toEqual({ kind: 'failed', error });
    const thrown = queue.run<never>(() => {
      throw error;
    });
    expect(await thrown).toEqual({ kind: 'failed', error });
    expect(await queue.run(() => Promise.resolve(1))).toEqual({ kind: 'value', value: 1 });
  });

  test('[C27] answers slow at the deadline, to those who wait too, and at once to those who come later', async () => {
    const { queue, timers } = setup();
    const stuck = withResolvers<string>();
    let started = 0;
    const first = queue.run(() => stuck.promise);
    const waiting = Array.from({ length: 50 }, () => queue.run(() => Promise.resolve((started += 1))));
    await timers.pass(5_000);
    const later = queue.run(() => Promise.resolve((started += 1)));
    await timers.pass(4_999);
    expect(queue.overdue).toBe(false);
    await timers.pass(1);
    expect(await first).toEqual({ kind: 'slow' });
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => ({ kind: 'slow' })));
    // It has waited for 5 s only, but there is no use in waiting on.
    expect(await Promise.race([later, settled()])).toEqual({ kind: 'slow' });
    expect(await queue.run(() => Promise.resolve((started += 1)))).toEqual({ kind: 'slow' });
    expect(started).toBe(0);

    stuck.resolve('late');
    await settled();
    expect(queue.overdue).toBe(false);
    expect(await queue.run(() => Promise.resolve('again'))).toEqual({ kind: 'value', value: 'again' });
    expect(timers.pending).toBe(0);
  });

  test('opens again when the late call fails', async () => {
    const { queue, timers } = setup();
    const stuck = withResolvers<string>();
    const first = queue.run(() => stuck.promise);
    await timers.pass(10_000);
    stuck.reject(new Error('Timeout was reached'));
    expect(await first).toEqual({ kind: 'slow' });
    await settled();
    expect(await queue.run(() => Promise.resolve(2))).toEqual({ kind: 'value', value: 2 });
  });

  test('does not let a caller wait longer than the deadline behind others', async () => {
    const { queue, timers } = setup();
    const one = withResolvers<number>();
    const two = withResolvers<number>();
    const first = queue.run(() => one.promise);
    const second = queue.run(() => two.promise);
    const third = queue.run(() => Promise.resolve(3));
    await timers.pass(6_000);
    one.resolve(1);
    expect(await first).toEqual({ kind: 'value', value: 1 });
    await timers.pass(5_000);
    expect(await third).toEqual({ kind: 'slow' });
    expect(queue.overdue).toBe(false);
    two.resolve(2);
    expect(await second).toEqual({ kind: 'value', value: 2 });
  });
});
