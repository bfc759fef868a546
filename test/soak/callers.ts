import { request } from 'node:http';
import { connect, type Socket } from 'node:net';

/** How a program asks, and how well it behaves. */
export interface CallerOrder {
  readonly manner: 'broker' | 'oidc' | 'early' | 'slow' | 'stalled' | 'garbage';
  /** Of the socket. */
  readonly path: string;
  /** For HTTP: `/v1/token?scope=…`; for oidc-agent: the request as JSON. */
  readonly what: string;
}

/** How many orders ended how: "200", "oidc success", "closed". */
export type CallerCounts = Readonly<Record<string, number>>;

/** Programs on the same machine: good ones, and some that close early, are slow, or say nothing more. */
export class Callers {
  readonly #left = new Set<Socket>();

  async all(orders: readonly CallerOrder[]): Promise<CallerCounts> {
    const counts: Record<string, number> = {};
    const ends = await Promise.all(orders.map((order) => this.#one(order)));
    for (const end of ends) counts[end] = (counts[end] ?? 0) + 1;
    return counts;
  }

  async hangUp(): Promise<void> {
    const gone = [...this.#left].map((socket) => closed(socket.destroy()));
    await Promise.all(gone);
  }

  #one({ manner, path, what }: CallerOrder): Promise<string> {
    switch (manner) {
      case 'broker':
        return this.#overHttp(path, what);
      case 'oidc':
        return this.#talk(path, [what], 'end');
      case 'early':
        return this.#talk(path, [what], 'leave');
      case 'slow':
        return this.#talk(path, [what.slice(0, 5), what.slice(5, 30), what.slice(30)], 'end');
      case 'stalled':
        return this.#talk(path, [what.slice(0, 12)], 'stay');
      case 'garbage':
        return this.#talk(path, ['\0\u0001\x7f', what.repeat(3)], 'end');
    }
  }

  /** It may wait for a person for as long as the agent lets it. */
  #overHttp(socketPath: string, path: string): Promise<string> {
    return new Promise((resolve) => {
      const sent = request({ socketPath, path, agent: false }, (response) => {
        response.resume();
        response.once('close', () => resolve(String(response.statusCode)));
      });
      sent.once('socket', (socket) => this.#leave(socket));
      sent.on('error', () => resolve('no answer'));
      sent.end();
    });
  }

  /** Until it closes, for `hangUp`. */
  #leave(socket: Socket): void {
    this.#left.add(socket);
    socket.once('close', () => this.#left.delete(socket));
  }

  async #talk(path: string, pieces: readonly string[], end: 'end' | 'leave' | 'stay'): Promise<string> {
    const socket = connect({ path });
    let got = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => (got += bytes.toString('latin1')));
    const over = closed(socket);
    for (const piece of pieces) {
      if (socket.writable) socket.write(piece, 'latin1');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    if (end === 'stay') {
      this.#leave(socket);
      return 'stalled';
    }
    if (end === 'leave') socket.destroy();
    await over;
    return end === 'leave' ? 'left' : kindOf(got);
  }
}

function kindOf(got: string): string {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(got)?.[1];
  if (status !== undefined) return status;
  if (got.includes('"access_token"')) return 'oidc token';
  return got === '' ? 'closed' : 'oidc refusal';
}

function closed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => socket.once('close', () => resolve()));
}
