import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fetch } from '../../../main/effects.ts';

export interface OtherHost {
  origin: string;
  /** Headers of every request, in order. */
  seen: IncomingHttpHeaders[];
  /** A fetch that comes here for every request to `origin`. */
  insteadOf(origin: string): Fetch;
  close(): Promise<void>;
}

export interface SameAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A real server on loopback that answers everything in the same way. */
export async function listen(answer: SameAnswer = {}): Promise<OtherHost> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.writeHead(answer.status ?? 200, { connection: 'close', ...answer.headers });
    response.end(answer.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: own,
    seen,
    insteadOf: (origin) => (url, init) => fetch(String(url).replace(origin, own), init),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
