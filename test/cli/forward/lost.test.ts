import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SocketWatch, watchSocket } from '../../../cli/forward/lost.ts';

let folder: string;
let path: string;
let server: Server;
let socket: SocketWatch | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lost-'));
  await mkdir(join(folder, 'globus-token'));
  path = join(folder, 'globus-token', 'forward.sock');
  server = createServer();
  await once(server.listen(path), 'listening');
  socket = null;
});
afterEach(async () => {
  socket?.stop();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a socket that is watched', () => {
  it.each<[string, () => unknown]>([
    ['its file', () => rm(path)],
    ['its folder', () => rm(join(folder, 'globus-token'), { recursive: true })],
    ['the name of its folder', () => rename(join(folder, 'globus-token'), join(folder, 'else'))],
    ['its server', () => server.close()],
  ])('is gone with %s', async (_what, go) => {
    socket = watchSocket(path);
    await go();
    await socket.gone;
  });

  it('is gone when it was so before', async () => {
    await rm(join(folder, 'globus-token'), { recursive: true });
    socket = watchSocket(path);
    await socket.gone;
  });

  it('is there while others come and go beside it', async () => {
    socket = watchSocket(path);
    let gone = false;
    void socket.gone.then(() => (gone = true));
    const beside = join(folder, 'globus-token', 'other');
    const second = watchSocket(beside);
    await writeFile(beside, '');
    const third = watchSocket(beside);
    await rm(beside);
    await third.gone;
    second.stop();
    third.stop();
    expect(gone).toBe(false);
  });
});
