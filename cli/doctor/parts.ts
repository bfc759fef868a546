import { Failure } from '../failure.ts';
import { record } from '../output.ts';
import type { Client } from '../types.ts';
import { proxyFor } from '../proxy.ts';
import type { reach, Reached } from './reach.ts';
import type { AgentState, DoctorParts } from './types.ts';

/** What each check would otherwise ask again: the agent's status, and each host. */
export function doctorParts(
  given: Omit<DoctorParts, 'status' | 'reach'>,
  ask: typeof reach = reachLater,
): DoctorParts {
  const reached = new Map<string, Promise<Reached>>();
  return {
    ...given,
    status: agentState(given.client),
    reach(origin, signal) {
      const known = reached.get(origin);
      if (known !== undefined) return known;
      const asked = ask(origin, proxyFor(new URL(origin).hostname, given.env), given.now, signal);
      reached.set(origin, asked);
      return asked;
    },
  };
}

/** Node's HTTP and TLS take as long to load as all the rest of a run that asks nobody outside. */
const reachLater: typeof reach = async (...asked) => (await import('./reach.ts')).reach(...asked);

/** Below a check's own limit, so that those that only want to know more still say what they find. Milliseconds. */
const PATIENCE_MS = 1_000;

async function agentState(client: Client): Promise<AgentState> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return {
      kind: 'answers',
      status: record(await client.ask({ method: 'GET', path: '/v1/status', signal })),
    };
  } catch (error) {
    if (!(error instanceof Failure)) return STUCK;
    // What sends people here must not send them here again.
    const next = error.next === 'globus-token doctor' ? LOOK_AGAIN : error.next;
    return { kind: 'silent', exit: error.exit, why: error.message.replace(/\.$/, ''), next };
  }
}

const LOOK_AGAIN = 'See what is said of the socket; else quit what listens there, and start the agent again';
const STUCK: AgentState = {
  kind: 'silent',
  exit: 'no-agent',
  why: `what listens on the socket does not answer within ${PATIENCE_MS / 1_000} s`,
  next: 'Try again; if it stays so, quit the app or end the agent, and start it again',
};
