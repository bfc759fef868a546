import { expect, test } from 'vitest';
import type { Managed } from '../../../../main/broker/manage-port.ts';
import { Attempts } from '../../../../main/host/manage/attempts.ts';
import { FakeClock } from '../../../support/agent-parts.ts';

const OPEN: Managed<null> = { kind: 'done', value: null };
const WRONG: Managed<null> = { kind: 'refused', reason: 'vault-trouble', trouble: 'wrong-passphrase' };

function parts() {
  const clock = new FakeClock();
  let last: Promise<unknown> = Promise.resolve();
  const attempts = new Attempts(clock, (run) => {
    const turn = last.then(run);
    last = turn.catch(() => undefined);
    return turn;
  });
  const made: string[] = [];
  /** An attempt that ends when its end is called. */
  const attempt = (name: string, outcome = OPEN) => {
    let resolve: (outcome: Managed<null>) => void = () => undefined;
    const promise = new Promise<Managed<null>>((done) => (resolve = done));
    const begin = () => {
      made.push(name);
      return promise;
    };
    return { begin, end: () => resolve(outcome) };
  };
  return { clock, attempts, made, attempt };
}

/** Lets go on what waits for nothing but its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('[C57] few wait for their turn; one more is told that others wait', async () => {
  const { attempts, made, attempt } = parts();
  const four = ['a', 'b', 'c', 'd'].map((name) => attempt(name));
  const answers = four.map(({ begin }) => attempts.make(begin));
  expect(await attempts.make(attempt('e').begin)).toMatchObject({ kind: 'refused', reason: 'busy' });
  await settled();
  expect(made).toEqual(['a']);
  for (const { end } of four) end();
  expect(await Promise.all(answers)).toEqual([OPEN, OPEN, OPEN, OPEN]);
  expect(await attempts.make(() => Promise.resolve(OPEN))).toEqual(OPEN);
});

test('is not made for a caller who has gone meanwhile', async () => {
  const { attempts, made, attempt } = parts();
  const first = attempt('first');
  const [gone, stays] = [new AbortController(), attempt('stays')];
  const answers = [
    attempts.make(first.begin),
    attempts.make(attempt('gone').begin, gone.signal),
    attempts.make(stays.begin, new AbortController().signal),
  ];
  await settled();
  gone.abort();
  first.end();
  stays.end();
  expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual(['done', 'refused', 'done']);
  expect(made).toEqual(['first', 'stays']);
});

test('after a wrong one the next has to wait a second, and gives up with its caller', async () => {
  const { clock, attempts, made, attempt } = parts();
  const wrong = attempt('wrong', WRONG);
  const [gone, right] = [new AbortController(), attempt('right')];
  const first = attempts.make(wrong.begin);
  wrong.end();
  expect(await first).toEqual(WRONG);
  const impatient = attempts.make(attempt('impatient').begin, gone.signal);
  const patient = attempts.make(right.begin);
  await settled();
  gone.abort();
  expect(await impatient).toMatchObject({ kind: 'refused' });
  clock.advance(999);
  await settled();
  expect(made).toEqual(['wrong']);
  clock.advance(1);
  right.end();
  expect(await patient).toEqual(OPEN);
  expect(made).toEqual(['wrong', 'right']);
});
