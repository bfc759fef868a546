import { oidcSocketPath } from '../broker/oidc/path.ts';
import { BrokerStartError } from '../broker/start-error.ts';
import type { BrokerPorts } from '../broker/ports.ts';
import type { Logger } from '../effects.ts';

export interface OidcOpened {
  /** Where clients of oidc-agent find it; null: it did not open, or is not wanted. */
  readonly path: string | null;
  /** Why it did not open. */
  readonly why: string | null;
  close(): Promise<void>;
}

/**
 * The socket for clients of oidc-agent, beside the broker's. A socket that cannot be opened keeps nobody from
 * the broker.
 *
 * @param issuer of the environment: clients may ask by it
 */
export async function openHeadlessOidc(
  wanted: boolean,
  parts: { ports: BrokerPorts; brokerPath: string; issuer: string; log: Logger },
): Promise<OidcOpened> {
  const { ports, brokerPath, issuer, log } = parts;
  if (!wanted) return closed(null);
  const path = oidcSocketPath(brokerPath);
  if (path === null) return closed('the broker’s socket leaves it no place');
  // Its cryptography is not needed by anybody else.
  const { startOidcAgent } = await import('../broker/oidc/server.ts');
  try {
    const agent = await startOidcAgent({ ...ports, path, issuer });
    return { path, why: null, close: () => agent.close() };
  } catch (error) {
    if (!(error instanceof BrokerStartError)) throw error;
    log.error({ error }, 'the oidc-agent socket could not start');
    return closed(error.message);
  }
}

function closed(why: string | null): OidcOpened {
  return { path: null, why, close: () => Promise.resolve() };
}
