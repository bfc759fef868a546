import { basename, dirname, join } from 'node:path';

/**
 * What clients of oidc-agent find in `OIDC_SOCK`: `oidc.sock` beside the broker's own socket.
 *
 * @param brokerPath from `brokerSocketPath`
 * @returns null where there is none: clients of oidc-agent open no named pipe of Windows, and a broker that
 *   was put at this very name keeps it
 */
export function oidcSocketPath(brokerPath: string): string | null {
  if (!brokerPath.startsWith('/') || basename(brokerPath) === NAME) return null;
  return join(dirname(brokerPath), NAME);
}

const NAME = 'oidc.sock';
