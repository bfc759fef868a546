import { dirname } from 'node:path';
import { prepareDrain } from './drain.ts';
import type { BrokerPorts } from './ports.ts';
import { type BrokerLimits, createBrokerServer, LIMITS } from './server.ts';
import { listenAtInherited } from './socket-inherited.ts';
import { listenAt, listenAtPipe } from './socket-file.ts';
import { ensureSocketFolder } from './socket-folder.ts';

export interface BrokerOptions extends BrokerPorts {
  /** From `brokerSocketPath`. */
  readonly path: string;
  /** Set for a socket that `globus-token forward` made: the host that is on its other end. */
  readonly forwardedFrom?: string;
  readonly limits?: Partial<BrokerLimits>;
  /** Takes the place of a live broker: only after `retireAgent` answered for this very path. */
  readonly replace?: boolean;
  /** A listening socket that a service manager made at `path` and passed on; its file stays when this ends. */
  readonly fd?: number;
}

export interface Broker {
  readonly path: string;
  /** Clients connected now. */
  readonly connections: number;
  /** Stops listening, denies open questions, drops every client, removes its own socket. Safe to call twice. */
  close(): Promise<void>;
  /**
   * The end of a retired broker: removes the socket file if it still is its own, answers everybody who has
   * connected until then (15 s at most), and closes. Safe to call twice, and with `close` before or after it.
   */
  drain(): Promise<void>;
}

/**
 * Opens the broker's socket: folder 0700, socket 0600, both checked; a live socket is never taken over
 * (CHECKLIST 30). There is no TCP listener (34).
 *
 * @throws BrokerStartError saying what stands in the way; nothing is left behind
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { path, forwardedFrom = null, log, clock } = options;
  const limits = { ...LIMITS, ...options.limits };
  const { http, connections } = createBrokerServer(tellsOnce(options), forwardedFrom, limits);
  const drain = prepareDrain(http, connections, clock);
  const uid = process.getuid?.();
  let remove: () => void;
  if (uid === undefined) {
    remove = await listenAtPipe(http, path);
  } else {
    ensureSocketFolder(dirname(path), uid);
    remove =
      options.fd === undefined
        ? await listenAt(http, path, uid, options.replace)
        : await listenAtInherited(http, options.fd, path, uid);
  }
  // After the start, errors of accept (EMFILE) come here; the listener goes on.
  http.on('error', (error: Error) =>
    log.error({ error: error.name }, 'the broker’s socket reports an error'),
  );
  log.info({ path }, 'the broker listens');
  let closed: Promise<void> | null = null;
  let drained: Promise<void> | null = null;
  return {
    path,
    get connections() {
      return connections.size;
    },
    close: () =>
      (closed ??= new Promise((resolve) => {
        remove();
        // While draining it may be closed already, which is an error to nobody.
        http.close(() => resolve());
        for (const connection of [...connections]) connection.end();
      })),
    drain: () => {
      remove();
      drained ??= drain.run().then(() => log.info({ path }, 'the broker has answered its last caller'));
      return drained;
    },
  };
}

/** Two successors may ask, and each lets go of its connection; the process ends once. */
function tellsOnce(options: BrokerOptions): BrokerOptions {
  let told = false;
  return {
    ...options,
    retired() {
      if (!told) options.retired?.();
      told = true;
    },
  };
}
