import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loginHoldsKWallet } from '../../../main/vault/kwallet-login.ts';

/** With the kernel's own list of sockets. */
describe.runIf(process.platform === 'linux')('a KWallet that the login started', () => {
  let folder: string;
  let server: Server;
  const listen = async (name: string) => {
    server.listen(join(folder, name));
    await once(server, 'listening');
  };
  const held = (env: Record<string, string> = { XDG_RUNTIME_DIR: folder }) => loginHoldsKWallet(env);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kwallet-login-'));
    server = createServer();
  });
  afterEach(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  test('waits while its socket listens, and not after it', async () => {
    expect(await held()).toBe(false);
    await listen('kwallet5.socket');
    expect(await held()).toBe(true);
    server.close();
    await once(server, 'close');
    expect(await held()).toBe(false);
  });

  test('does not wait any more while the session talks to it', async () => {
    await listen('kwallet5.socket');
    const session = createConnection(join(folder, 'kwallet5.socket'));
    const [talk] = (await once(server, 'connection')) as [Socket];
    server.close();
    expect(await held()).toBe(false);
    session.destroy();
    talk.destroy();
  });

  test('is found where the login says that it is', async () => {
    await listen('elsewhere');
    expect(await held()).toBe(false);
    expect(await held({ PAM_KWALLET5_LOGIN: join(folder, 'elsewhere') })).toBe(true);
  });

  test('is not looked for without a place, and is none where there is no list', async () => {
    await listen('kwallet5.socket');
    expect(await held({})).toBe(false);
    expect(await held({ XDG_RUNTIME_DIR: '' })).toBe(false);
    const unreadable = () => Promise.reject(new Error('no /proc'));
    expect(await loginHoldsKWallet({ XDG_RUNTIME_DIR: folder }, unreadable)).toBe(false);
  });
});
