import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { link, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wantsPlain } from '../../main/broker/answers.ts';
import type { Reason, VaultTroubleCode } from '../../main/broker/contract.ts';
import { plainProblem, problemDocument, type ProblemWords } from '../../main/broker/problems.ts';

/** What a scripted broker says to one request; `silent`: nothing, ever; `gone`: nothing, and it hangs up. */
export type Scripted = { status: number; type: string; body: string } | 'silent' | 'gone';

export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly accept: string;
  readonly body: string;
}

export interface ScriptedBroker {
  readonly socket: string;
  readonly heard: Heard[];
  /** What comes next; stays until it is changed. */
  say: (heard: Heard) => Scripted;
  /** Says to whom it was silent what it says now. */
  release(): void;
  end(): Promise<void>;
}

/** A broker that says what a test wants, for answers that the real one gives only on a bad day. */
export async function scriptedBroker(): Promise<ScriptedBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'said-'));
  const socket = join(folder, 'broker.sock');
  const silenced: (() => void)[] = [];
  const broker: ScriptedBroker = {
    socket,
    heard: [],
    say: () => 'silent',
    release() {
      for (const again of silenced.splice(0)) again();
    },
    async end() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  const server = createServer((request, response) => {
    const answer = (heard: Heard) => {
      const said = broker.say(heard);
      if (said === 'silent') return void silenced.push(() => answer(heard));
      if (said === 'gone') return void request.socket.destroy();
      response.writeHead(said.status, { 'content-type': said.type }).end(said.body);
    };
    void hear(request).then((heard) => {
      broker.heard.push(heard);
      answer(heard);
    });
  });
  server.listen(socket);
  await once(server, 'listening');
  return broker;
}

/** As the real broker words it, in the form that the request asks for. */
export function refusal(
  reason: Reason,
  trouble?: VaultTroubleCode,
  words: ProblemWords = {},
): (heard: Heard) => Scripted {
  const document = problemDocument(reason, { ...words, trouble });
  return ({ accept }) =>
    wantsPlain(accept)
      ? { status: document.status, type: 'text/plain; charset=utf-8', body: plainProblem(document) }
      : { status: document.status, type: 'application/problem+json', body: JSON.stringify(document) };
}

export function textAnswer(body: string): () => Scripted {
  return () => ({ status: 200, type: 'text/plain; charset=utf-8', body: `${body}\n` });
}

export function jsonAnswer(value: unknown): () => Scripted {
  return () => ({ status: 200, type: 'application/json', body: JSON.stringify(value) });
}

async function hear(request: IncomingMessage): Promise<Heard> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  const url = new URL(request.url ?? '/', 'http://localhost');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    accept: request.headers.accept ?? '',
    body,
  };
}

/** A socket that a killed agent left behind: nothing listens at it any more. */
export async function deadSocket(folder: string): Promise<string> {
  const socket = join(folder, `dead-${randomUUID()}.sock`);
  const server = createServer();
  server.listen(socket);
  await once(server, 'listening');
  // Node removes the file with the server, so a second name of it stays.
  const kept = `${socket}.kept`;
  await link(socket, kept);
  server.close();
  await once(server, 'close');
  return kept;
}
