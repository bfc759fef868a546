import { lstatSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { dirname } from 'node:path';
import { isSealedToken } from '../tokens/handover.ts';
import type { SealedToken } from '../tokens/handover-types.ts';
import { checkParent } from './socket-folder.ts';

export type Retiring =
  /** It goes on answering until `release`, which closes the connection that this answer came on. */
  | { kind: 'retired'; pid: number; sealed: readonly SealedToken[]; release(): void }
  /** `reason` of the broker's contract, or `foreign-socket`: nothing was sent. */
  | { kind: 'refused'; reason: string; detail: string }
  /** Nobody answers there, or no longer. */
  | { kind: 'gone' };

/** Far above what a hundred sealed tokens take. */
const MAX_ANSWER = 1_048_576;
/** Milliseconds: the other agent waits 15 s for its renewals, and then reads its vault. */
const RETIRE_MS = 60_000;

/**
 * Asks the agent at `socket` to retire (`POST /v1/retire`). The connection is held until `release`: its end
 * tells the other side that the successor stands. Never rejects.
 */
export async function retireAgent(socket: string, signal: AbortSignal): Promise<Retiring> {
  const foreign = whyForeign(socket);
  if (foreign !== null) return { kind: 'refused', reason: 'foreign-socket', detail: foreign };
  const connection = new Agent({ keepAlive: true, maxSockets: 1 });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(RETIRE_MS)]);
  const reply = await ask(socket, 'POST', '/v1/retire', limit, connection);
  const answer = reply === null ? null : readRetired(reply);
  if (answer?.kind === 'retired') return { ...answer, release: () => connection.destroy() };
  connection.destroy();
  return answer ?? { kind: 'gone' };
}

/**
 * Asks the agent at `socket` for one sealed access token (`GET /v1/sealed`). Never rejects.
 * @returns what it answered, unchecked (`openSealed` judges it); null: it has none, refuses, or is gone
 */
export async function askSealed(socket: string, grant: string, signal: AbortSignal): Promise<unknown> {
  if (whyForeign(socket) !== null) return null;
  const path = `/v1/sealed?grant=${encodeURIComponent(grant)}`;
  const reply = await ask(socket, 'GET', path, signal, false);
  return reply?.status === 200 ? reply.body : null;
}

/**
 * Only a socket of this user, in a folder of this user that nobody else can change, is asked anything: who can
 * put a socket there is this user. Named pipes are in no folder.
 *
 * @returns what is wrong with it, one sentence; null also when there is nothing at all
 */
export function whyForeign(socket: string, uid = process.getuid?.()): string | null {
  if (uid === undefined) return null;
  const folder = dirname(socket);
  try {
    checkParent(dirname(folder), uid);
    const place = lstatSync(folder);
    if (!place.isDirectory() || place.uid !== uid || (place.mode & 0o077) !== 0) {
      return `${folder} is not a folder of this user alone`;
    }
    const file = lstatSync(socket);
    return file.isSocket() && file.uid === uid ? null : `${socket} is not a socket of this user`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    return error instanceof Error ? error.message : `${folder} cannot be looked at`;
  }
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

function ask(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  signal: AbortSignal,
  agent: Agent | false,
): Promise<Reply | null> {
  return new Promise((resolve) => {
    const gone = () => resolve(null);
    const outgoing = request({ socketPath, method, path, signal, agent, headers: { host: 'localhost' } });
    outgoing.on('error', gone);
    outgoing.once('close', gone);
    outgoing.once('response', (incoming) => {
      // From here on the body decides: the request closes while its last bytes are still being read.
      outgoing.off('close', gone);
      readBody(incoming).then((body) => resolve({ status: incoming.statusCode ?? 0, body }), gone);
    });
    outgoing.end();
  });
}

/** @throws for an answer that is too long, cut off, or no JSON */
async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    const part = Buffer.from(chunk as Uint8Array);
    bytes += part.length;
    if (bytes > MAX_ANSWER) throw new RangeError('the answer is too long');
    chunks.push(part);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
}

function readRetired({
  status,
  body,
}: Reply): Omit<Extract<Retiring, { kind: 'retired' }>, 'release'> | Refused {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { pid, sealed, reason, detail } = fields;
  if (status === 200 && typeof pid === 'number' && Array.isArray(sealed)) {
    return { kind: 'retired', pid, sealed: sealed.filter(isSealedToken) };
  }
  return {
    kind: 'refused',
    reason: typeof reason === 'string' ? reason : 'internal',
    detail: typeof detail === 'string' ? detail : 'The other agent gave no answer that is understood.',
  };
}

type Refused = Extract<Retiring, { kind: 'refused' }>;
