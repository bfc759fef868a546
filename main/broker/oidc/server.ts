import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { ClientLeaving } from '../departure.ts';
import { PeerShare } from '../peer-share.ts';
import { noteForeign, unknownEntry } from '../server.ts';
import { listenAt, listenAtPipe } from '../socket-file.ts';
import { ensureSocketFolder } from '../socket-folder.ts';
import { brokerSocketPath } from '../socket-path.ts';
import type { Identified } from '../types.ts';
import { answerOidcRequest, failure, type OidcPorts } from './answers.ts';
import { OidcClient, type OidcLimits } from './client.ts';
import { KeyPairs } from './key-agreement.ts';

export interface OidcAgentOptions extends OidcPorts {
  /** What clients find in `OIDC_SOCK`: beside the broker's socket, under the same rules. */
  readonly path: string;
  /** Set for a socket that `globus-token forward` made: the host that is on its other end. */
  readonly forwardedFrom?: string;
  readonly limits?: Partial<OidcLimits>;
}

export interface OidcAgent {
  readonly path: string;
  /** Clients connected now. */
  readonly connections: number;
  /** Stops listening, denies open questions, drops every client, removes its own socket. Safe to call twice. */
  close(): Promise<void>;
}

const LIMITS: OidcLimits = { connections: 2_000, requestMs: 10_000, unreadMs: 10_000 };

/**
 * Opens the socket for clients of oidc-agent (`oidc-token`, liboidc-agent). Opt-in: nothing of the broker
 * starts it by itself. Folder 0700, socket 0600, a live socket is never taken over (CHECKLIST 30).
 *
 * @throws BrokerStartError saying what stands in the way; nothing is left behind
 */
export async function startOidcAgent(options: OidcAgentOptions): Promise<OidcAgent> {
  const { path, log } = options;
  const clients = new Set<OidcClient>();
  const limits = { ...LIMITS, ...options.limits };
  const share = new PeerShare(options.forwardedFrom === undefined ? limits.connections : Infinity);
  const keyPairs = new KeyPairs();
  const server = createServer((socket) => accept(options, socket, { clients, limits, share, keyPairs }));
  const remove = await listen(server, path);
  // After the start, errors of accept (EMFILE) come here; the listener goes on.
  server.on('error', (error: Error) =>
    log.error({ error: error.name }, 'the oidc-agent socket reports an error'),
  );
  log.info({ path }, 'the oidc-agent socket listens');
  let closed: Promise<void> | null = null;
  return {
    path,
    get connections() {
      return clients.size;
    },
    close: () =>
      (closed ??= new Promise((resolve) => {
        remove();
        server.close(() => resolve());
        for (const client of [...clients]) client.end();
      })),
  };
}

async function listen(server: Server, path: string): Promise<() => void> {
  const uid = process.getuid?.();
  if (uid === undefined) return listenAtPipe(server, path);
  // An absolute path that the system takes; the broker's own can be shorter by its name.
  brokerSocketPath({ GLOBUS_TOKEN_SOCK: path }, uid, process.platform);
  ensureSocketFolder(dirname(path), uid);
  return listenAt(server, path, uid);
}

interface Served {
  readonly clients: Set<OidcClient>;
  readonly limits: OidcLimits;
  readonly share: PeerShare;
  readonly keyPairs: KeyPairs;
}

/** The caller is identified before a byte of it is read; another user's is dropped. */
function accept(
  options: OidcAgentOptions,
  socket: Socket,
  { clients, limits, share, keyPairs }: Served,
): void {
  socket.on('error', () => socket.destroy());
  const identified = options.identifier.identify(socket, options.forwardedFrom ?? null);
  if (identified.kind === 'foreign-uid') {
    socket.destroy();
    return noteForeign(options, identified.uid);
  }
  const leave = clients.size < limits.connections ? share.take(identified) : null;
  if (leave === null) {
    // Destroyed once written: who does not read it loses it, and holds nothing of ours.
    socket.end(failure('busy'), () => socket.destroy());
    socket.resume();
    return;
  }
  const answer = (text: string, leaving: ClientLeaving) => answerSafely(options, identified, text, leaving);
  const client = new OidcClient(socket, answer, options.clock, limits, keyPairs.take);
  clients.add(client);
  socket.once('close', () => {
    leave();
    clients.delete(client);
    keyPairs.refill();
  });
}

async function answerSafely(
  options: OidcAgentOptions,
  identified: Exclude<Identified, { kind: 'foreign-uid' }>,
  text: string,
  leaving: ClientLeaving,
): Promise<string> {
  try {
    if (identified.kind === 'caller')
      return await answerOidcRequest(options, identified.caller, text, leaving);
    await options.audit.append(unknownEntry());
    return failure('caller-unknown');
  } catch (error) {
    // The message may quote what it failed on: its kind alone is safe to keep.
    options.log.error(
      { error: error instanceof Error ? error.name : 'unknown' },
      'the oidc-agent socket failed to answer',
    );
    return failure('internal');
  }
}
