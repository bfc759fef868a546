import { describe, expect, it } from 'vitest';
import { RunningCalls } from '../../../main/desktop/running-calls.ts';

const K = { call: 'scope.renew', scope: 's' } as const;
const OTHER = { call: 'scope.renew', scope: 'o' } as const;

const never = () => new Promise<string>(() => undefined);

it('knows a call by what names it, in whatever order', async () => {
  const calls = new RunningCalls();
  const running = calls.run({ call: 'call.run', scope: 's', recipe: 'r', account: 'a' }, never);
  calls.cancel({ account: 'a', recipe: 'r', scope: 's', call: 'call.run' });
  expect(await running).toBeNull();
});

it('tells of every call that was ended what that means for the tokens', async () => {
  const calls = new RunningCalls();
  const answer = calls.answer({ call: 'signOut' }, () => new Promise(() => undefined));
  calls.cancel({ call: 'signOut' });
  expect(await answer).toMatchObject({ ok: false, problem: { reason: 'cancelled' } });
  // A revocation that is under way cannot be called back, and nobody says that it was.
  expect(JSON.stringify(await answer)).toContain('It goes on');
});

describe('a call that is cancelled', () => {
  it('is over at once, and its signal says so', async () => {
    const calls = new RunningCalls();
    let heard: AbortSignal | null = null;
    const running = calls.run(K, (signal) => {
      heard = signal;
      return never();
    });
    calls.cancel(K);
    expect(await running).toBeNull();
    expect(heard).toMatchObject({ aborted: true });
  });

  it('leaves the others alone, and those that are over', async () => {
    const calls = new RunningCalls();
    expect(await calls.run(K, () => Promise.resolve('done'))).toBe('done');
    calls.cancel(K);
    const other = calls.run(OTHER, () => Promise.resolve('other'));
    calls.cancel(K);
    expect(await other).toBe('other');
  });

  it('makes room for the next run of its key, which a late end does not touch', async () => {
    const calls = new RunningCalls();
    const first = calls.run(K, never);
    const second = calls.run(K, never);
    expect(await first).toBeNull();
    calls.cancel(K);
    expect(await second).toBeNull();
  });

  it('hands on what the call threw', async () => {
    const calls = new RunningCalls();
    await expect(calls.run(K, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
