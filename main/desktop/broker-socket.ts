import { type Broker, startBroker } from '../broker/broker.ts';
import type { BrokerPorts } from '../broker/ports.ts';
import { BrokerStartError } from '../broker/start-error.ts';
import type { Problem } from '../effects.ts';
import { agentSocketPath } from '../host/agent-socket.ts';
import { brokerProblem } from './notices.ts';

export interface BrokerPlace {
  env: Readonly<Record<string, string | undefined>>;
  demo: boolean;
  /**
   * In a Flatpak no socket is opened. Its runtime folder is its own, so nobody outside would find one; and a caller from
   * outside has no number in its table of processes (SO_PEERCRED says 0), so nobody could be named.
   */
  flatpak: boolean;
  /** An agent that retires listens there still. */
  replace: boolean;
}

/** The socket for scripts. One that cannot be opened leaves the rest of the app as it is. */
export async function openBrokerSocket(
  ports: BrokerPorts,
  { env, demo, flatpak, replace }: BrokerPlace,
): Promise<{ broker: Broker | null; problem: Problem | null }> {
  if (flatpak) return { broker: null, problem: null };
  try {
    const path = agentSocketPath(env, process.getuid?.() ?? null, process.platform, demo);
    return { broker: await startBroker({ ...ports, path, replace }), problem: null };
  } catch (error) {
    ports.log.error({ error }, 'the broker could not start');
    const detail = error instanceof BrokerStartError ? error.message : undefined;
    return { broker: null, problem: brokerProblem(detail) };
  }
}
