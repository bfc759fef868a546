import { describe, expect, it } from 'vitest';
import { RunningCalls } from '../../../main/desktop/running-calls.ts';
import { signInTo, type SignInParts } from '../../../main/desktop/sign-in-to.ts';
import { flowScope } from '../../../main/globus/flow-scope.ts';

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';
const DONE = { ok: true, value: null } as const;

function setup(gone: string[], running = new RunningCalls()) {
  const calls: unknown[] = [];
  const book = {
    check: (ids: readonly string[]) => {
      calls.push(['check', ids]);
      return Promise.resolve({ present: [], gone: ids.filter((id) => gone.includes(id)), unknown: [] });
    },
  };
  const parts: SignInParts = {
    agent: {
      signIn: (request) => {
        calls.push(['signIn', request.scopes]);
        return Promise.resolve(DONE);
      },
    },
    running,
    calls: () => Promise.resolve({ book } as unknown as Awaited<ReturnType<SignInParts['calls']>>),
    report: (problem) => void calls.push(['report', problem.reason, problem.detail]),
  };
  return { calls, parts };
}

describe('signInTo', () => {
  it('asks at once when no flow is among the scopes', async () => {
    const { calls, parts } = setup([]);
    await signInTo(parts, { scopes: ['openid'], way: 'browser' });
    expect(calls).toEqual([['signIn', ['openid']]]);
  });

  it('[C15] leaves out a flow that is gone, which would fail the whole sign-in, and says so', async () => {
    const { calls, parts } = setup([B]);
    expect(await signInTo(parts, { scopes: ['openid', flowScope(A), flowScope(B)], way: 'browser' })).toEqual(
      DONE,
    );
    expect(calls).toEqual([
      ['check', [A, B]],
      ['signIn', ['openid', flowScope(A)]],
      ['report', 'flow-gone', B],
    ]);
  });

  it('[C59] starts nothing when nothing is left', async () => {
    const { calls, parts } = setup([A]);
    const result = await signInTo(parts, { scopes: [flowScope(A)], way: 'browser' });
    expect(result).toMatchObject({ ok: false, problem: { reason: 'flow-gone' } });
    expect(calls).toEqual([['check', [A]]]);
  });

  it('starts nothing when it is cancelled while the flows are looked at', async () => {
    const running = new RunningCalls();
    const { calls, parts } = setup([], running);
    const book = {
      check: (_ids: readonly string[], signal?: AbortSignal) =>
        new Promise<never>((_resolve, reject) =>
          signal?.addEventListener('abort', () => {
            calls.push(['aborted']);
            reject(new Error('aborted'));
          }),
        ),
    };
    const held = { book } as unknown as Awaited<ReturnType<SignInParts['calls']>>;
    const waiting = signInTo(
      { ...parts, calls: () => Promise.resolve(held) },
      {
        scopes: [flowScope(A)],
        way: 'browser',
      },
    );
    await Promise.resolve();
    running.cancel({ call: 'flow.check' });
    expect(await waiting).toMatchObject({ ok: false, problem: { reason: 'cancelled' } });
    expect(calls).toEqual([['aborted']]);
  });
});
