import { createServer } from 'node:net';
import type { Clock } from '../effects.ts';

/** Milliseconds without a connection after which nobody is taken to wait any more. */
const QUIET_MS = 100;
/** And no longer than this, however many ask. */
const LIMIT_MS = 2_000;

/**
 * Closes the connections that wait at a socket which a service manager passed on, for an agent that will not serve:
 * whoever asks again meets the one that does. Left in the queue they would have the manager start an agent again and
 * again, until it gave the socket up.
 */
export function turnAway(fd: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    let stop: () => void = () => undefined;
    const server = createServer((connection) => {
      connection.destroy();
      wait();
    });
    const end = () => {
      stop();
      enough();
      server.close();
      resolve();
    };
    const wait = () => {
      stop();
      stop = clock.after(QUIET_MS, end);
    };
    const enough = clock.after(LIMIT_MS, end);
    server.once('error', end);
    server.listen({ fd }, wait);
  });
}
