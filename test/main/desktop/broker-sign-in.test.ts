import { describe, expect, it } from 'vitest';
import type { Problem, Result } from '../../../main/effects.ts';
import type { Agent } from '../../../main/agent.ts';
import { brokerSignIn } from '../../../main/desktop/broker-sign-in.ts';

const DENIED: Problem = { reason: 'denied', title: 'It was denied', tokens: '', next: 'Start again.' };

function setup(phase: 'idle' | 'waiting' = 'idle') {
  const calls: unknown[] = [];
  let finish: (result: Result<null>) => void = () => undefined;
  const agent = {
    snapshot: () => ({ signIn: { phase } }),
    signIn: (request: unknown) => {
      calls.push(request);
      return new Promise<Result<null>>((resolve) => (finish = resolve));
    },
    cancelSignIn: () => void calls.push('cancel'),
  } as unknown as Pick<Agent, 'snapshot' | 'signIn' | 'cancelSignIn'>;
  return { agent, calls, finish: (result: Result<null>) => finish(result) };
}

describe('brokerSignIn', () => {
  it('asks in the browser for the scopes of the request alone, and waits for the end', async () => {
    const { agent, calls, finish } = setup();
    const outcome = brokerSignIn(agent, ['a b'], new AbortController().signal);
    expect(calls).toEqual([{ scopes: ['a b'], way: 'browser' }]);
    finish({ ok: true, value: null });
    expect(await outcome).toEqual({ kind: 'done' });
  });

  it('says why it came to nothing', async () => {
    const { agent, finish } = setup();
    const outcome = brokerSignIn(agent, ['a'], new AbortController().signal);
    finish({ ok: false, problem: DENIED });
    expect(await outcome).toEqual({
      kind: 'refused',
      reason: 'denied',
      detail: 'It was denied. Start again.',
    });
  });

  it('starts none beside the one that is under way, and so cannot end it either', async () => {
    const { agent, calls } = setup('waiting');
    const abort = new AbortController();
    expect(await brokerSignIn(agent, ['a'], abort.signal)).toMatchObject({ reason: 'busy' });
    abort.abort();
    expect(calls).toEqual([]);
  });

  it('ends with the client that asked for it, and only its own', async () => {
    const { agent, calls, finish } = setup();
    const abort = new AbortController();
    const outcome = brokerSignIn(agent, ['a'], abort.signal);
    abort.abort();
    expect(calls.at(-1)).toBe('cancel');
    finish({ ok: false, problem: DENIED });
    await outcome;
    const gone = await brokerSignIn(agent, ['a'], abort.signal);
    expect(gone).toEqual({ kind: 'refused', reason: 'no-answer' });
    expect(calls).toHaveLength(2);
  });
});
