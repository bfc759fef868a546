import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askSealed, retireAgent, whyForeign } from '../../../main/broker/sibling.ts';

const ROOT = process.getuid?.() === 0;
const never = new AbortController().signal;
let base: string;
let servers: Server[];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'sib-'));
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  await rm(base, { recursive: true, force: true });
});

async function listen<S extends Server>(server: S, path: string): Promise<S> {
  servers.push(server);
  server.listen(path);
  await once(server, 'listening');
  return server;
}

/** A socket that counts who comes, and answers nobody. */
async function counting(path: string): Promise<() => number> {
  let came = 0;
  await listen(
    createServer((socket: Socket) => {
      came += 1;
      socket.destroy();
    }),
    path,
  );
  return () => came;
}

async function asked(path: string): Promise<unknown[]> {
  return [await retireAgent(path, never), await askSealed(path, 'grant', never)];
}

it('says gone where there is no socket, no folder, or nobody who listens', async () => {
  for (const path of [join(base, 'none'), join(base, 'no', 'folder')]) {
    expect(await asked(path)).toEqual([{ kind: 'gone' }, null]);
  }
  const path = join(base, 's');
  const hidden = join(base, 'hidden');
  const server = await listen(createServer(), hidden);
  await symlink(hidden, join(base, 'link'));
  await new Promise((resolve) => server.close(resolve));
  servers = [];
  expect(await asked(path)).toEqual([{ kind: 'gone' }, null]);
});

it('[C30] sends nothing to a socket in a folder that others can reach', async () => {
  const folder = join(base, 'open');
  await mkdir(folder);
  const came = await counting(join(folder, 's'));
  await chmod(folder, 0o755);
  const [retired, sealed] = await asked(join(folder, 's'));
  expect(retired).toMatchObject({ kind: 'refused', reason: 'foreign-socket' });
  expect(sealed).toBeNull();
  expect(came()).toBe(0);
});

it('[C30] sends nothing through a symlink, as folder or as socket', async () => {
  const folder = join(base, 'real');
  await mkdir(folder, { mode: 0o700 });
  const came = await counting(join(folder, 's'));
  await symlink(folder, join(base, 'link'));
  await symlink(join(folder, 's'), join(folder, 'other'));
  for (const path of [join(base, 'link', 's'), join(folder, 'other')]) {
    expect((await asked(path))[0]).toMatchObject({ kind: 'refused', reason: 'foreign-socket' });
  }
  expect(came()).toBe(0);
  expect(whyForeign(join(folder, 's'))).toBeNull();
});

it('[C30] sends nothing where others could swap the folder', async () => {
  const wide = join(base, 'wide');
  await mkdir(join(wide, 'f'), { recursive: true, mode: 0o700 });
  const came = await counting(join(wide, 'f', 's'));
  await chmod(wide, 0o777);
  expect((await asked(join(wide, 'f', 's')))[0]).toMatchObject({ kind: 'refused' });
  expect(came()).toBe(0);
});

it.runIf(ROOT)('[C30] sends nothing to a socket, or into a folder, of another user', async () => {
  const folder = join(base, 'f');
  await mkdir(folder, { mode: 0o700 });
  const path = join(folder, 's');
  const came = await counting(path);
  await chown(path, 12_345, 12_345);
  expect((await asked(path))[0]).toMatchObject({ kind: 'refused', reason: 'foreign-socket' });
  await chown(path, 0, 0);
  await chown(folder, 12_345, 12_345);
  expect((await asked(path))[0]).toMatchObject({ kind: 'refused', reason: 'foreign-socket' });
  expect(came()).toBe(0);
});

it.each([
  ['closes without an answer', (socket: Socket) => socket.destroy()],
  ['speaks no HTTP', (socket: Socket) => socket.end('hello\r\n\r\n')],
  ['cuts its answer off', (s: Socket) => s.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"pid":1')],
  ['answers with no JSON', (s: Socket) => s.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello')],
])('says gone when the other side %s', async (_what, answer) => {
  await listen(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket));
    }),
    join(base, 's'),
  );
  expect(await asked(join(base, 's'))).toEqual([{ kind: 'gone' }, null]);
});

it('says gone when an answer never ends, and reads no more than it must', async () => {
  const server = createHttp((_request, response) => {
    const pour = () => {
      while (response.write('x'.repeat(65_536)));
    };
    response.on('drain', pour);
    pour();
  });
  await listen(server, join(base, 's'));
  expect((await asked(join(base, 's')))[0]).toEqual({ kind: 'gone' });
  server.closeAllConnections();
});

it('stops waiting when it is told to', async () => {
  const server = await listen(createServer(), join(base, 's'));
  const stop = new AbortController();
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined);
    socket.resume();
    stop.abort();
  });
  expect(await retireAgent(join(base, 's'), stop.signal)).toEqual({ kind: 'gone' });
  expect(await askSealed(join(base, 's'), 'grant', AbortSignal.timeout(50))).toBeNull();
});

it('takes an answer of another version as a refusal, and drops what is no sealed token', async () => {
  const bodies = [{ reason: 'not-found', detail: 'no such route' }, 'text', { pid: 7, sealed: [1, {}] }];
  const server = createHttp((request, response) => {
    request.resume();
    const body = bodies.shift();
    response.writeHead(bodies.length > 0 ? 404 : 200);
    response.end(JSON.stringify(body));
  });
  await listen(server, join(base, 's'));
  expect(await retireAgent(join(base, 's'), never)).toEqual({
    kind: 'refused',
    reason: 'not-found',
    detail: 'no such route',
  });
  expect(await retireAgent(join(base, 's'), never)).toMatchObject({ kind: 'refused', reason: 'internal' });
  const retired = await retireAgent(join(base, 's'), never);
  expect(retired).toMatchObject({ kind: 'retired', pid: 7, sealed: [] });
  if (retired.kind === 'retired') retired.release();
});
