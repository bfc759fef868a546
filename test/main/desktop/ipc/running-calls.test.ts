import { describe, expect, it } from 'vitest';
import { RunningCalls } from '../../../../main/desktop/ipc/running-calls.ts';

const never = () => new Promise<string>(() => undefined);

describe('a call that is cancelled', () => {
  it('is over at once, and its signal says so', async () => {
    const calls = new RunningCalls();
    let heard: AbortSignal | null = null;
    const running = calls.run('k', (signal) => {
      heard = signal;
      return never();
    });
    calls.cancel('k');
    expect(await running).toBeNull();
    expect(heard).toMatchObject({ aborted: true });
  });

  it('leaves the others alone, and those that are over', async () => {
    const calls = new RunningCalls();
    expect(await calls.run('k', () => Promise.resolve('done'))).toBe('done');
    calls.cancel('k');
    const other = calls.run('o', () => Promise.resolve('other'));
    calls.cancel('k');
    expect(await other).toBe('other');
  });

  it('makes room for the next run of its key, which a late end does not touch', async () => {
    const calls = new RunningCalls();
    const first = calls.run('k', never);
    const second = calls.run('k', never);
    expect(await first).toBeNull();
    calls.cancel('k');
    expect(await second).toBeNull();
  });

  it('hands on what the call threw', async () => {
    const calls = new RunningCalls();
    await expect(calls.run('k', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
