import { dirname } from 'node:path';
import type { BrokerPorts } from './ports.ts';
import { type BrokerLimits, createBrokerServer, LIMITS } from './server.ts';
import { listenAt, listenAtPipe } from './socket-file.ts';
import { ensureSocketFolder } from './socket-folder.ts';

export interface BrokerOptions extends BrokerPorts {
  /** From `brokerSocketPath`. */
  readonly path: string;
  /** Set for a socket that `globus-token forward` made: the host that is on its other end. */
  readonly forwardedFrom?: string;
  readonly limits?: Partial<BrokerLimits>;
}

export interface Broker {
  readonly path: string;
  /** Clients connected now. */
  readonly connections: number;
  /** Stops listening, denies open questions, drops every client, removes its own socket. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens the broker's socket: folder 0700, socket 0600, both checked; a live socket is never taken over
 * (CHECKLIST 30). There is no TCP listener (34).
 *
 * @throws BrokerStartError saying what stands in the way; nothing is left behind
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { path, forwardedFrom = null, log } = options;
  const limits = { ...LIMITS, ...options.limits };
  const { http, connections } = createBrokerServer(options, forwardedFrom, limits);
  const uid = process.getuid?.();
  let remove: () => void;
  if (uid === undefined) {
    remove = await listenAtPipe(http, path);
  } else {
    ensureSocketFolder(dirname(path), uid);
    remove = await listenAt(http, path, uid);
  }
  // After the start, errors of accept (EMFILE) come here; the listener goes on.
  http.on('error', (error: Error) =>
    log.error({ error: error.name }, 'the broker’s socket reports an error'),
  );
  log.info({ path }, 'the broker listens');
  let closed: Promise<void> | null = null;
  return {
    path,
    get connections() {
      return connections.size;
    },
    close: () =>
      (closed ??= new Promise((resolve) => {
        remove();
        http.close(() => resolve());
        for (const connection of [...connections]) connection.end();
      })),
  };
}
