import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerClient } from '../../cli/client.ts';
import { MAX_BODY } from '../../cli/http.ts';

let folder: string;
let path: string;
const ends: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-'));
  path = join(folder, 'broker.sock');
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await rm(folder, { recursive: true, force: true });
});

/** @returns what each connection sent */
async function serve(answer: (socket: Socket, head: string) => void): Promise<string[]> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      heard.push(String(data));
      answer(socket, String(data));
    });
  });
  server.listen(path);
  await once(server, 'listening');
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return heard;
}

function client(parts: Partial<ConstructorParameters<typeof BrokerClient>[0]> = {}): BrokerClient {
  return new BrokerClient({
    env: { GLOBUS_TOKEN_SOCK: path },
    uid: 1_000,
    platform: 'linux',
    start: () => Promise.resolve(false),
    ...parts,
  });
}

const STATUS = { method: 'GET', path: '/v1/status' } as const;
const JSON_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n';

describe('the client of the broker', () => {
  it.each([
    ['of a known length', `${JSON_HEAD}Content-Length: 7\r\n\r\n{"a":1}`],
    [
      'in chunks',
      `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\nTrailer: x\r\n\r\n`,
    ],
    ['that ends with the connection', `${JSON_HEAD}\r\n{"a":1}`],
    ['after a 100 Continue', `HTTP/1.1 100 Continue\r\n\r\n${JSON_HEAD}Content-Length: 7\r\n\r\n{"a":1}`],
    ['with more behind it', `${JSON_HEAD}Content-Length: 7\r\n\r\n{"a":1}HTTP/1.1 500 Oops`],
  ])('reads an answer %s, however it is cut', async (_what, answer) => {
    await serve((socket) => {
      void (async () => {
        for (const byte of answer) {
          socket.write(byte);
          await new Promise((resolve) => setImmediate(resolve));
        }
        socket.end();
      })();
    });
    expect(await client().ask(STATUS)).toEqual({ a: 1 });
  });

  it('sends what HTTP/1.1 asks for, and nothing of the environment', async () => {
    const heard = await serve((socket) => socket.end(`${JSON_HEAD}Content-Length: 2\r\n\r\n{}`));
    await client().ask({ ...STATUS, query: { scope: 'a b&c', wait: 0, name: undefined } });
    await client().ask({ method: 'POST', path: '/v1/scopes', body: { scope: 'é' } });
    expect(heard).toEqual([
      'GET /v1/status?scope=a+b%26c&wait=0 HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\nconnection: close\r\n\r\n',
      'POST /v1/scopes HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\nconnection: close\r\n' +
        'content-type: application/json\r\ncontent-length: 14\r\n\r\n{"scope":"é"}',
    ]);
  });

  it.each([
    ['is cut off', `${JSON_HEAD}Content-Length: 70\r\n\r\n{"a":1}`],
    ['is cut off in a chunk', `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n9\r\n{"a"`],
    ['is too long', `${JSON_HEAD}Content-Length: ${MAX_BODY + 1}\r\n\r\n`],
    ['has a chunk that is too long', `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\nfffffff\r\n`],
    ['has no length that is one', `${JSON_HEAD}Content-Length: -1\r\n\r\n`],
    ['has a malformed chunk', `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
    ['is of another encoding', `${JSON_HEAD}Transfer-Encoding: gzip\r\n\r\nx`],
    ['has a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}`],
    ['is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['is HTML', 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>'],
    ['is no JSON', `${JSON_HEAD}Content-Length: 3\r\n\r\n{"a`],
    ['is a problem that is none', 'HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\n\r\n{"error":"x"}'],
    ['is nothing', ''],
  ])('says that no agent answers when the answer %s', async (_what, answer) => {
    await serve((socket) => socket.end(answer));
    const failure = { exit: 'failed', next: 'globus-token doctor' };
    await expect(client().ask(STATUS)).rejects.toMatchObject(failure);
  });

  it('starts an agent where that is allowed, and asks it then', async () => {
    const asked: string[] = [];
    const start = async (socket: string) => {
      asked.push(socket);
      await serve((one) => one.end(`${JSON_HEAD}Content-Length: 2\r\n\r\n{}`));
      return true;
    };
    expect(await client({ start }).ask(STATUS)).toEqual({});
    expect(asked).toEqual([path]);
    await expect(client().ask(STATUS)).resolves.toEqual({});
  });

  it('[C49] gives an agent up that is silent and does not answer another question either', async () => {
    await serve(() => undefined);
    const failure = { exit: 'busy', next: 'globus-token doctor' };
    await expect(client({ patienceMs: 20 }).ask(STATUS)).rejects.toMatchObject(failure);
  });

  it('waits for an agent that is busy with the answer but alive', async () => {
    let answer: () => void = () => undefined;
    await serve((socket, head) => {
      const say = () => socket.end(`${JSON_HEAD}Content-Length: 7\r\n\r\n{"a":1}`);
      if (head.startsWith('GET /v1/token')) answer = say;
      else {
        say();
        // It was asked because its patience had come to an end.
        answer();
      }
    });
    const asking = client({ patienceMs: 300 }).ask({ method: 'GET', path: '/v1/token' });
    await expect(asking).resolves.toEqual({ a: 1 });
  });

  it('stops at once when it is told to', async () => {
    await serve(() => undefined);
    const stop = new AbortController();
    const asking = client().ask({ ...STATUS, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
    await expect(client().ask({ ...STATUS, signal: stop.signal })).rejects.toThrow('enough');
  });
});
