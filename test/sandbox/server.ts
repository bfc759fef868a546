import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { TRANSPORT_FAULTS, type FaultStore } from './faults.ts';
import { json, readRequest, render, send, type SandboxRequest, type SandboxResponse } from './http.ts';
import type { RequestLog } from './request-log.ts';
import type { Fault, SandboxClock } from './types.ts';

export interface HostOptions {
  host: 'auth' | 'flows';
  /** 0: the system chooses. */
  port: number;
  clock: SandboxClock;
  faults: FaultStore;
  log: RequestLog;
  handle: (request: SandboxRequest) => SandboxResponse | Promise<SandboxResponse>;
}

export interface Host {
  port: number;
  origin: string;
  close(): Promise<void>;
}

/** In every answer, errors included, so that nobody takes this server for Globus. */
export const SANDBOX_HEADER = 'x-globus-sandbox';

/** One of the sandbox's two hosts: plain HTTP, on 127.0.0.1 only. */
export async function openHost(options: HostOptions): Promise<Host> {
  const closing = new AbortController();
  const server = createServer((incoming, outgoing) => {
    answer(options, closing.signal, incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) {
      socket.end(`HTTP/1.1 400 Bad Request\r\n${SANDBOX_HEADER}: fake\r\nconnection: close\r\n\r\n`);
    }
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  options: HostOptions,
  closing: AbortSignal,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  outgoing.setHeader(SANDBOX_HEADER, 'fake');
  outgoing.setHeader('date', new Date(options.clock.now()).toUTCString());
  // A page from elsewhere that rebinds its name to 127.0.0.1 still sends its own Host.
  if (!isLoopbackHost(incoming.headers.host)) {
    send(outgoing, render(json(400, { error: 'the sandbox answers only to a loopback Host header' })));
    return;
  }
  const request = await readRequest(incoming);
  if (request === null) {
    send(outgoing, render(json(413, { error: 'body too large' }, { connection: 'close' })));
    return;
  }
  const control = options.host === 'auth' && request.path.startsWith('/sandbox/');
  const faults = control
    ? new Map<Fault['kind'], Fault>()
    : options.faults.take(options.host, request.path, TRANSPORT_FAULTS);
  const response = replacement(faults) ?? (await handled(options, request));
  if (!control) {
    const entry = options.log.add(options.host, request, response.status);
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) entry.unanswered = true;
    });
  }
  await deliver(outgoing, response, faults, options, closing);
}

/** Faults that answer instead of the handler. */
function replacement(faults: ReadonlyMap<Fault['kind'], Fault>): SandboxResponse | null {
  if (faults.has('invalid_grant_401')) return json(401, { error: 'invalid_grant' });
  if (faults.has('invalid_grant_400')) return json(400, { error: 'invalid_grant' });
  const fault = faults.get('status');
  if (fault === undefined) return null;
  const headers: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  return json(fault.status ?? 500, { error: 'sandbox_fault' }, headers);
}

async function handled(options: HostOptions, request: SandboxRequest): Promise<SandboxResponse> {
  try {
    return await options.handle(request);
  } catch (error) {
    // A mistake in the sandbox itself: the test that met it shall see which.
    return json(500, { error: 'sandbox_error', detail: error instanceof Error ? error.message : 'unknown' });
  }
}

/** Faults that damage the handler's answer on its way: the server has done its work, the client cannot know. */
async function deliver(
  outgoing: ServerResponse,
  response: SandboxResponse,
  faults: ReadonlyMap<Fault['kind'], Fault>,
  options: HostOptions,
  closing: AbortSignal,
): Promise<void> {
  const slow = faults.get('slow');
  if (slow !== undefined) {
    // Nobody is left to wait for it, and the server would keep a timer for each that was killed.
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    if (outgoing.closed) gone.abort();
    const signal = AbortSignal.any([closing, gone.signal]);
    await delay(slow.milliseconds ?? 1_000, undefined, { signal }).catch(() => undefined);
    if (closing.aborted || outgoing.destroyed) return;
  }
  const skewed = faults.get('skewed_date');
  if (skewed !== undefined) {
    outgoing.setHeader('date', new Date(options.clock.now() + (skewed.milliseconds ?? 0)).toUTCString());
  }
  const rendered = render(response);
  if (faults.has('cut')) {
    outgoing.writeHead(rendered.status, {
      ...rendered.headers,
      'content-length': String(rendered.bytes.length),
    });
    outgoing.write(rendered.bytes.subarray(0, Math.floor(rendered.bytes.length / 2)), () =>
      outgoing.destroy(),
    );
    return;
  }
  if (faults.has('broken_json')) {
    rendered.bytes = Buffer.concat([Buffer.from('{"broken": '), rendered.bytes.subarray(0, -1)]);
  }
  send(outgoing, rendered);
}

/** Any port is accepted: the sandbox may be reached through an ssh forward. */
function isLoopbackHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host ?? '');
}
