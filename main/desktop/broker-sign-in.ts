import type { Agent } from '../agent.ts';
import type { SignInOutcome } from '../broker/ports.ts';

/**
 * The sign-in that a request waits for (`interactive=1`, `POST /v1/sign-in`). One at a time, the app's own
 * included; a client that goes away takes its attempt with it.
 */
export async function brokerSignIn(
  agent: Pick<Agent, 'snapshot' | 'signIn' | 'cancelSignIn'>,
  scopes: readonly string[],
  signal: AbortSignal,
): Promise<SignInOutcome> {
  const { phase } = agent.snapshot().signIn;
  if (signal.aborted) return { kind: 'refused', reason: 'no-answer' };
  if (phase === 'waiting' || phase === 'exchanging') {
    return { kind: 'refused', reason: 'busy', detail: 'Another sign-in is under way in the app.' };
  }
  const cancel = () => agent.cancelSignIn();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const result = await agent.signIn({ scopes, way: 'browser' });
    if (result.ok) return { kind: 'done' };
    const { title, next } = result.problem;
    return { kind: 'refused', reason: 'denied', detail: `${title}. ${next}` };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
