import type { OidcPorts } from '../broker/oidc/answers.ts';
import { oidcSocketPath } from '../broker/oidc/path.ts';
import type { OidcAgent } from '../broker/oidc/server.ts';
import { BrokerStartError } from '../broker/start-error.ts';
import type { Logger } from '../effects.ts';
import { Following } from './following.ts';

export interface OidcOpened {
  /** Where clients of oidc-agent found it at the start; null: it did not open, or is not wanted. */
  readonly path: string | null;
  /** Why it did not open. */
  readonly why: string | null;
  /** Has it follow the broker's socket. Never rejects. */
  look(): Promise<unknown>;
  close(): Promise<void>;
}

export interface HeadlessOidcParts {
  ports: Omit<OidcPorts, 'issuer'>;
  /** Where the broker listens at the moment of asking. */
  brokerPath: () => string;
  /** Of the environment: clients may ask by it. */
  issuer: string;
  log: Logger;
  /** It listens at another place, or anew at the same one, or at last. */
  moved: (path: string) => void;
}

/**
 * The socket for clients of oidc-agent, beside the broker's. A socket that cannot be opened keeps nobody from
 * the broker.
 */
export async function openHeadlessOidc(wanted: boolean, parts: HeadlessOidcParts): Promise<OidcOpened> {
  const { ports, brokerPath, issuer, log, moved } = parts;
  if (!wanted) return closed(null);
  const place = () => oidcSocketPath(brokerPath());
  const path = place();
  if (path === null) return closed('the broker’s socket leaves it no place');
  // Its cryptography is not needed by anybody else.
  const { startOidcAgent } = await import('../broker/oidc/server.ts');
  const open = (at: string) => startOidcAgent({ ...ports, path: at, issuer });
  const { agent, why } = await opened(open(path), log);
  const following = new Following<OidcAgent, null>(
    agent,
    {
      ...{ open, place, log, name: 'the oidc-agent socket' },
      moved: (now) => moved(now.path),
      // What is asked there is withdrawn, as by a client that goes: this protocol has no other way to end.
      leave: (before) => before.close(),
    },
    why,
  );
  return {
    ...{ path: agent?.path ?? null, why },
    look: () => following.look(),
    close: () => following.end((one) => one.close()),
  };
}

async function opened(opening: Promise<OidcAgent>, log: Logger) {
  try {
    return { agent: await opening, why: null };
  } catch (error) {
    if (!(error instanceof BrokerStartError)) throw error;
    log.error({ error }, 'the oidc-agent socket could not start');
    return { agent: null, why: error.message };
  }
}

function closed(why: string | null): OidcOpened {
  const nothing = () => Promise.resolve();
  return { path: null, why, look: nothing, close: nothing };
}
