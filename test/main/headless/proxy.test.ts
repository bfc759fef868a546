import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createPlain, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { headlessFetch } from '../../../main/headless/fetch.ts';
import { build } from '../../../scripts/build.mjs';
import { DEMO_CLIENT_ID } from '../../sandbox/index.ts';
import { type ConnectProxy, connectProxy } from '../../support/connect-proxy.ts';
import { type HeadlessAgent, startHeadless } from '../../support/headless.ts';
import { testCertificate } from '../../support/tls-certificate.ts';

const run = promisify(execFile);
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function proxyTo(port: number, refusal?: number): Promise<ConnectProxy> {
  const proxy = await connectProxy(port, refusal);
  closing.push(() => proxy.close());
  return proxy;
}

/** What a failed request says, with every cause and every property of it. */
async function failure(sent: Promise<unknown>): Promise<string> {
  return sent.then(
    () => 'it did not fail',
    (error: unknown) => inspect(error, { depth: 10, showHidden: true }),
  );
}

describe('requests of an agent behind a proxy', () => {
  it('are asked of the proxy, with its credentials, which no error repeats', async () => {
    const proxy = await proxyTo(1, 407);
    const net = headlessFetch({ HTTPS_PROXY: `http://ada:s3cr%40t@127.0.0.1:${proxy.port}` });
    expect(net).toMatchObject({ proxy: `http://127.0.0.1:${proxy.port}`, trouble: null });
    const said = await failure(net.fetch('https://auth.globus.org/v2/api'));
    expect(said).toContain('407');
    expect(said).not.toMatch(/s3cr|YWRhOnMzY3JAdA/);
    expect(proxy.asked).toEqual(['auth.globus.org:443']);
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('ada:s3cr@t').toString('base64')}`]);
  });

  it('fail, and go nowhere else, while the proxy does not answer', async () => {
    const { port, close } = await connectProxy(1);
    await close();
    const net = headlessFetch({ https_proxy: `http://ada:s3cret@127.0.0.1:${port}` });
    const said = await failure(net.fetch('https://auth.globus.org/'));
    expect(said).toContain('ECONNREFUSED');
    expect(said).not.toContain('s3cret');
  });

  it.each(['localhost', '127.0.0.1', '127.8.9.1', '[::1]', 'x.localhost'])(
    'to this machine (%s) never go through it',
    async (host) => {
      const proxy = await proxyTo(1, 500);
      const { fetch } = headlessFetch({ https_proxy: `http://127.0.0.1:${proxy.port}` });
      // Nothing speaks TLS there, so that the way it went is all that there is to see.
      await failure(fetch(`https://${host}:${proxy.port}/`));
      expect(proxy.asked).toEqual([]);
    },
  );

  it('to hosts of NO_PROXY go out directly, to others not', async () => {
    const proxy = await proxyTo(1, 500);
    const at = `http://127.0.0.1:${proxy.port}`;
    const target = await listening(createPlain());
    for (const [list, tunnels] of [
      ['0.0.0.0', []],
      [` a.example , 0.0.0.0:${target} `, []],
      ['a.example,*', []],
      ['a.example', [`0.0.0.0:${target}`]],
    ] as const) {
      proxy.asked.length = 0;
      const { fetch } = headlessFetch({ HTTPS_PROXY: at, NO_PROXY: list });
      await failure(fetch(`https://0.0.0.0:${target}/`));
      expect([list, proxy.asked]).toEqual([list, tunnels]);
    }
  });

  it('prefer the lower-case names, as curl does', async () => {
    const [lower, upper] = [await proxyTo(1, 500), await proxyTo(1, 500)];
    const { fetch } = headlessFetch({
      https_proxy: `127.0.0.1:${lower.port}`,
      HTTPS_PROXY: `http://127.0.0.1:${upper.port}`,
      no_proxy: 'a.example',
      NO_PROXY: '*',
    });
    await failure(fetch('https://auth.globus.org/'));
    expect([lower.asked, upper.asked]).toEqual([['auth.globus.org:443'], []]);
  });

  it.each(['socks5://127.0.0.1:1080', 'http://ada:s3cret@', 'http://ada:s3%cret@proxy.example', ':'])(
    'are not sent at all when the variable is %s, and no text repeats it',
    async (value) => {
      const net = headlessFetch({ HTTPS_PROXY: value });
      expect(net.proxy).toBeNull();
      expect(net.trouble).toMatch(/^HTTPS_PROXY is no http:/);
      const said = await failure(net.fetch('https://auth.globus.org/'));
      expect(said).toContain(net.trouble);
      expect(`${said}${net.trouble}`).not.toMatch(/s3c|1080/);
    },
  );
});

describe(
  'a built agent behind a proxy that opens TLS with a certificate of its own',
  { timeout: 30_000 },
  () => {
    let folder: string;
    beforeAll(() => build({ only: ['headless'] }), 60_000);
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'proxy-'));
      await mkdir(join(folder, 'run'), { mode: 0o700 });
      closing.push(() => rm(folder, { recursive: true, force: true }));
    });

    async function signIn(more: Record<string, string>): Promise<HeadlessAgent> {
      const data = join(folder, 'data');
      await mkdir(data, { mode: 0o700 });
      await writeFile(
        join(data, 'settings.json'),
        JSON.stringify({ version: 4, clientId: DEMO_CLIENT_ID, vaultBackend: 'memory' }),
        { mode: 0o600 },
      );
      const base = {
        PATH: '/usr/bin:/bin',
        HOME: join(folder, 'home'),
        XDG_RUNTIME_DIR: join(folder, 'run'),
      };
      const agent = startHeadless({ ...base, ...more }, ['--data-folder', data]);
      closing.push(() => agent.end());
      await agent.listens;
      const socket = join(folder, 'run', 'globus-token', 'broker.sock');
      const body = ['-H', 'content-type: application/json', '-d', '{"way":"paste"}'];
      await run('/usr/bin/curl', [
        '-q',
        '-sS',
        '--unix-socket',
        socket,
        ...body,
        'http://localhost/v1/login',
      ]);
      return agent;
    }

    it('trusts it by NODE_EXTRA_CA_CERTS alone, and tells where it went without the password', async () => {
      const seen: string[] = [];
      const { key, cert } = testCertificate(['auth.globus.org']);
      const port = await listening(
        createServer({ key, cert }, (request, response) => {
          seen.push(`${request.method ?? ''} ${request.headers.host ?? ''}${request.url ?? ''}`);
          response.writeHead(503).end();
        }),
      );
      const proxy = await proxyTo(port);
      const extra = join(folder, 'ca.pem');
      await writeFile(extra, cert);
      const HTTPS_PROXY = `http://ada:s3cret@127.0.0.1:${proxy.port}`;
      const agent = await signIn({ HTTPS_PROXY, NODE_EXTRA_CA_CERTS: extra });
      expect(proxy.asked[0]).toBe('auth.globus.org:443');
      expect(seen[0]).toBe('GET auth.globus.org/.well-known/openid-configuration');
      expect(proxy.others).toEqual([]);
      const log = await readFile(join(folder, 'data', 'logs', 'agent.log'), 'utf8');
      expect(log).toContain(`"proxy":"http://127.0.0.1:${proxy.port}"`);
      expect(`${log}${agent.said()}`).not.toContain('s3cret');
    });

    it('[C18] does not trust it without, whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
      const seen: string[] = [];
      const port = await listening(
        createServer(testCertificate(['auth.globus.org']), (request, response) => {
          seen.push(request.url ?? '');
          response.end();
        }),
      );
      const proxy = await proxyTo(port);
      const HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
      await signIn({ HTTPS_PROXY, NODE_TLS_REJECT_UNAUTHORIZED: '0' });
      expect(proxy.asked[0]).toBe('auth.globus.org:443');
      expect(seen).toEqual([]);
    });

    it('says so when the variable names no proxy', async () => {
      const agent = await signIn({ HTTPS_PROXY: 'socks5://ada:s3cret@127.0.0.1:1' });
      expect(agent.said()).toContain(
        'HTTPS_PROXY is no http:// or https:// address of a proxy, so nothing is sent',
      );
      expect(agent.said()).not.toContain('s3cret');
    });
  },
);
