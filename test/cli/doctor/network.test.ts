import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clockCheck, globusHosts, networkCheck } from '../../../cli/doctor/network.ts';
import { proxyFor } from '../../../cli/proxy.ts';
import { clientOf, found, healthy, partsOf } from './parts.ts';

const servers: { close(done: () => void): unknown }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((done) => server.close(done));
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A host whose clock is so much ahead of ours. */
async function host(aheadSeconds = 0): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.setHeader('date', new Date(Date.now() + aheadSeconds * 1_000).toUTCString());
    response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end();
  });
  return { origin: `http://127.0.0.1:${await listening(server)}`, asked };
}

function partsFor(origin: string, env: Record<string, string> = {}) {
  return partsOf({
    env,
    client: clientOf(healthy({ environment: 'production' })),
    hosts: () => [{ origin, why: 'sign-ins' }],
  });
}

describe('what doctor says of the network', () => {
  it('asks each host once, follows no redirect, and is content with any answer', async () => {
    const { origin, asked } = await host();
    const parts = partsFor(origin);
    expect(await found(networkCheck, parts)).toMatchObject([{ state: 'ok' }]);
    expect(await found(clockCheck, parts)).toMatchObject([{ state: 'ok' }]);
    expect(asked).toEqual(['HEAD /']);
  });

  it('fails with the network’s code where nothing listens', async () => {
    const { origin } = await host();
    for (const server of servers.splice(0)) await new Promise<void>((done) => server.close(done));
    expect(await found(networkCheck, partsFor(origin))).toMatchObject([
      { state: 'fail', exit: 'network', says: '127.0.0.1 (sign-ins) cannot be reached (ECONNREFUSED)' },
    ]);
  });

  it('says what is not looked at: a demo has no Globus, and --offline leaves it out', async () => {
    const parts = partsOf({ hosts: globusHosts });
    const [demo] = await found(networkCheck, parts);
    expect(demo).toMatchObject({ state: 'skipped', says: expect.stringContaining('demo') as string });
    const [offline] = await found(clockCheck, partsOf({ offline: true, hosts: globusHosts }));
    expect(offline).toMatchObject({ state: 'skipped', says: '--offline' });
  });

  it('asks production for the hosts that the app itself needs', () => {
    expect(globusHosts('production')?.map(({ origin }) => origin)).toEqual([
      'https://auth.globus.org',
      'https://flows.automate.globus.org',
      'https://flows.globus.org',
    ]);
    expect(globusHosts('preview')?.[0]?.origin).toBe('https://auth.preview.globus.org');
  });
});

describe('what doctor says of the clock', () => {
  // The header has whole seconds.
  it.each([
    [45, 'warn', /^4[45] s behind Globus’s$/],
    [-200, 'warn', /^3 min 2[01] s ahead of Globus’s$/],
    [3_700, 'fail', /^1 h 1 min behind Globus’s$/],
  ])('Globus is %i s ahead: %s', async (ahead, state, says) => {
    const { origin } = await host(ahead);
    const [finding] = await found(clockCheck, partsFor(origin));
    expect(finding).toMatchObject({ state, says: expect.stringMatching(says) as string });
  });

  it('believes the agent, which compares with every answer', async () => {
    const client = clientOf(healthy({ clock_skew: -400 }));
    expect(await found(clockCheck, partsOf({ client, offline: true }))).toMatchObject([
      { state: 'fail', says: '6 min 40 s ahead of Globus’s' },
    ]);
  });
});

describe('doctor behind TLS and proxies', () => {
  let folder: string;
  let tls: { key: Buffer; cert: Buffer };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doctor-tls-'));
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key ?? '', '-out', cert ?? '', '-subj', '/CN=localhost', '-days', '2'],
    ]);
    tls = { key: await readFile(key ?? ''), cert: await readFile(cert ?? '') };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function secure(): Promise<number> {
    return listening(createTlsServer(tls, (_, response) => response.end()));
  }

  it('does not trust a certificate that nobody vouches for', async () => {
    const [finding] = await found(networkCheck, partsFor(`https://127.0.0.1:${await secure()}`));
    expect(finding).toMatchObject({ state: 'fail', exit: 'network' });
    expect(finding?.says).toContain('not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)');
  });

  it('goes through the proxy of HTTPS_PROXY, and names it without its password', async () => {
    const port = await secure();
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, client: Socket) => {
      asked.push(request.url ?? '', request.headers['proxy-authorization'] ?? '');
      const upstream = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      for (const end of [client, upstream]) end.on('error', () => undefined);
      client.on('close', () => upstream.destroy());
    });
    const address = `127.0.0.1:${await listening(proxy)}`;
    const parts = partsFor(`https://localhost:${port}`, { HTTPS_PROXY: `http://ada:pw%21@${address}` });
    const findings = await found(networkCheck, parts);
    expect(asked).toEqual([`localhost:${port}`, `Basic ${Buffer.from('ada:pw!').toString('base64')}`]);
    expect(findings.map(({ says }) => says)).toEqual([
      `through the proxy ${address} (HTTPS_PROXY)`,
      expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    ]);
  });

  it('says when the proxy wants a sign-in', async () => {
    const proxy = createServer();
    proxy.on('connect', (_, client: Socket) => client.end('HTTP/1.1 407 No\r\n\r\n'));
    const HTTPS_PROXY = `127.0.0.1:${await listening(proxy)}`;
    const findings = await found(networkCheck, partsFor('https://localhost:9', { HTTPS_PROXY }));
    expect(findings[1]).toMatchObject({ state: 'fail', next: 'Correct HTTPS_PROXY' });
  });

  it('says that no TLS is spoken where none is', async () => {
    const server = createTcpServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('what?\n'),
    );
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [finding] = await found(networkCheck, partsFor(`https://127.0.0.1:${port}`));
    expect(finding).toMatchObject({ state: 'fail', exit: 'network' });
  });

  it.each([
    ['auth.globus.org', { https_proxy: 'http://proxy:3128', NO_PROXY: '.globus.org' }, null],
    ['auth.globus.org', { https_proxy: 'http://proxy:3128', NO_PROXY: 'uni.example, *' }, null],
    ['auth.globus.org', { https_proxy: 'proxy:3128', no_proxy: 'other.org' }, 'proxy:3128'],
    ['auth.globus.org', { ALL_PROXY: 'socks5://proxy:1080' }, null],
    ['auth.globus.org', {}, null],
  ])('reads the proxy variables as curl does: %s %o', (name, env, proxy) => {
    expect(proxyFor(name, env)?.host ?? null).toBe(proxy);
  });
});
