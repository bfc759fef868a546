import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Clock } from '../effects.ts';
import type { Connection } from './connection.ts';

/** Milliseconds without a new connection after which nobody is on the way to this socket any more. */
const QUIET_MS = 200;
/** Milliseconds between two looks for connections that became idle. */
const LOOK_MS = 100;
/** Milliseconds that answers under way may take; a person may be thinking about one of them. */
const LONGEST_MS = 15_000;

export interface Drain {
  /** True once `run` was called. */
  readonly begun: boolean;
  /** Resolves when every client has its answer, or after 15 s without the rest of them. */
  run(): Promise<void>;
}

/**
 * The graceful end of a broker whose socket file is gone or another one's. Who connected before that is in the
 * listener's backlog at worst, and closing the listener would reset it: so it goes on accepting until nobody
 * comes, answers with `Connection: close` (RFC 9112 §9.6), and only then stops.
 */
export function prepareDrain(http: Server, connections: ReadonlySet<Connection>, clock: Clock): Drain {
  let begun = false;
  let accepted = 0;
  http.on('connection', () => (accepted += 1));
  http.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    if (begun) response.setHeader('connection', 'close');
  });

  const after = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      clock.after(milliseconds, resolve);
    });
  const stopAccepting = async () => {
    for (let before = -1; before !== accepted;) {
      before = accepted;
      await after(QUIET_MS);
    }
  };
  const run = async () => {
    begun = true;
    // Asked of the connections: Node closes no answer whose client left before its turn, so none tells its end.
    for (const { unanswered } of connections) {
      for (const response of unanswered) if (!response.headersSent) response.setHeader('connection', 'close');
    }
    await stopAccepting();
    let closed = false;
    const end = new Promise<void>((resolve) => {
      http.close(() => {
        closed = true;
        resolve();
      });
    });
    const last = clock.now() + LONGEST_MS;
    while (!closed && clock.now() < last) {
      // Those whose answer had left before `begun` stay open for a next request that nobody may send.
      http.closeIdleConnections();
      await Promise.race([end, after(LOOK_MS)]);
    }
    for (const connection of [...connections]) connection.end();
    await end;
  };
  return {
    get begun() {
      return begun;
    },
    run,
  };
}
