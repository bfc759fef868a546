import type { Agent } from '../agent.ts';
import type { FlowBook } from '../calls/flow-book.ts';
import type { CallPorts } from '../calls/ports.ts';
import type { Clock, Fetch, Logger } from '../effects.ts';

export interface CallParts {
  agent: Pick<Agent, 'accessToken' | 'renew' | 'snapshot'>;
  fetch: Fetch;
  clock: Clock;
  log: Logger;
}

/** The agent as requests to Globus's services use it. */
export function callPorts({ agent, fetch, clock, log }: CallParts): CallPorts {
  return {
    fetch,
    clock,
    log,
    environment: agent.snapshot().environment,
    token: (scope, minimumMs, account) => agent.accessToken(scope, minimumMs, account),
    renew: (scope, account) => agent.renew(scope, account),
  };
}

/** Opened by its first use: an agent that reads no flow loads none of it. A load that failed is tried again. */
export function lazyFlowBook(parts: CallParts): () => Promise<FlowBook> {
  let opening: Promise<FlowBook> | null = null;
  const open = async () => {
    const { createFlowBook } = await import('../calls/flow-book.ts');
    return createFlowBook({ ...callPorts(parts), kept: () => parts.agent.snapshot().flows });
  };
  return async () => {
    opening ??= open();
    try {
      return await opening;
    } catch (error) {
      opening = null;
      throw error;
    }
  };
}
