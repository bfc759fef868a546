import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { until } from '../../support/processes.ts';

export interface OtherAgent {
  socket: string;
  /** Asks for the cached token of its one account. */
  request: string;
  close(): void;
}

/**
 * Debian's oidc-agent with one account at a provider on loopback, or null where it is not installed: another
 * program on the same work, for comparison.
 */
export async function startOidcAgent(folder: string): Promise<OtherAgent | null> {
  const started = spawnSync('oidc-agent', [], { encoding: 'utf8', env: { ...process.env, TMPDIR: folder } });
  const socket = /OIDC_SOCK=([^;]+);/.exec(started.stdout)?.[1];
  const pid = Number(/OIDCD_PID=(\d+);/.exec(started.stdout)?.[1]);
  if (started.error !== undefined || socket === undefined || !Number.isInteger(pid)) return null;
  const provider = createServer((request, response) => {
    const origin = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const discovery = {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      // It needs these lists, and a userinfo endpoint, to take a provider for one.
      userinfo_endpoint: `${origin}/userinfo`,
      scopes_supported: ['openid', 'offline_access'],
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
    };
    const token = { access_token: 'x'.repeat(95), token_type: 'Bearer', expires_in: 172_800 };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url === '/token' ? token : discovery));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const { port } = provider.address() as AddressInfo;
  const config = {
    name: 'bench',
    issuer_url: `http://127.0.0.1:${port}/`,
    client_id: 'bench',
    client_secret: '',
    refresh_token: 'bench',
    scope: 'openid offline_access',
    redirect_uris: ['http://localhost:4242'],
  };
  // It says where it will listen before it does, and the socket is there before it is listened to.
  await until('the socket of oidc-agent', () => isTaken(socket));
  const added = await ask(
    socket,
    JSON.stringify({ request: 'add', config: JSON.stringify(config), lifetime: 0 }),
  );
  const close = () => {
    provider.close();
    process.kill(pid);
  };
  if (!added.includes('success')) {
    close();
    return null;
  }
  const request = {
    request: 'access_token',
    account: 'bench',
    min_valid_period: 0,
    application_hint: 'bench',
  };
  return { socket, request: JSON.stringify(request), close };
}

function isTaken(path: string): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('error', () => resolve(undefined));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function ask(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    let got = '';
    socket.on('data', (chunk) => (got += String(chunk)));
    socket.once('error', reject);
    socket.once('close', () => resolve(got));
    socket.write(text);
  });
}
