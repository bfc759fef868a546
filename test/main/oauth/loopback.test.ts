import { connect } from 'node:net';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { listenForRedirect, ListenerClosed, type RedirectListener } from '../../../main/oauth/loopback.ts';

const open: RedirectListener[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.close()));
});

async function listening(state: string | null = 'the-state'): Promise<RedirectListener & { port: number }> {
  const listener = await listenForRedirect();
  open.push(listener);
  if (state !== null) listener.expect(state);
  return { ...listener, port: Number(new URL(listener.redirectUri).port) };
}

interface Reply {
  status: number;
  body: string;
  headers: NodeJS.Dict<string | string[]>;
}

function ask(port: number, path: string, options: { method?: string; host?: string } = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: options.method ?? 'GET',
        headers: { host: options.host ?? `127.0.0.1:${port}` },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** Bytes as they are. @returns what came until the end */
function sent(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let got = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')));
    socket.once('close', () => resolve(got));
    socket.write(bytes);
  });
}

function refused(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
    socket.once('timeout', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** True while the promise has not settled after everything queued so far has run. */
async function pending(promise: Promise<unknown>): Promise<boolean> {
  const mark = Symbol('pending');
  return (
    (await Promise.race([promise.catch(() => 'rejected'), new Promise((r) => setImmediate(r, mark))])) ===
    mark
  );
}

describe('the loopback listener', () => {
  it('[C4] names itself http://127.0.0.1:<port>, without a path', async () => {
    const { redirectUri } = await listening();
    expect(redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('[C3] lets the system choose the port: two at once differ and both get their answer', async () => {
    const [one, two] = await Promise.all([listening('s1'), listening('s2')]);
    expect(one.port).not.toBe(two.port);
    await Promise.all([ask(one.port, '/?code=a&state=s1'), ask(two.port, '/?code=b&state=s2')]);
    expect((await one.answer).get('code')).toBe('a');
    expect((await two.answer).get('code')).toBe('b');
  });

  it('[C2] refuses connections on every other address of this machine', async () => {
    const { port } = await listening();
    const addresses = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one !== undefined && !one.internal && !one.address.startsWith('fe80'))
      .map((one) => one?.address ?? '');
    for (const address of ['127.0.0.2', ...addresses]) {
      expect(await refused(address, port), address).toBe(true);
    }
    expect(await refused('127.0.0.1', port)).toBe(false);
  });

  it.each([
    ['the favicon', '/favicon.ico', {}, 404],
    ['another path with the right query', '/callback?code=x&state=the-state', {}, 404],
    ['POST', '/?code=x&state=the-state', { method: 'POST' }, 404],
    ['HEAD', '/?code=x&state=the-state', { method: 'HEAD' }, 404],
    ['a foreign Host', '/?code=x&state=the-state', { host: 'evil.example' }, 400],
    ['localhost as Host', '/?code=x&state=the-state', { host: 'localhost' }, 400],
    ['no query', '/', {}, 400],
    ['a code without state', '/?code=x', {}, 400],
    ['a wrong state', '/?code=x&state=other', {}, 400],
    ['the state twice', '/?code=x&state=the-state&state=the-state', {}, 400],
    ['the code twice', '/?code=x&code=y&state=the-state', {}, 400],
    ['code and error together', '/?code=x&error=y&state=the-state', {}, 400],
    ['a state and nothing else', '/?state=the-state', {}, 400],
    ['an endless query', `/?code=${'x'.repeat(9_000)}&state=the-state`, {}, 400],
  ])('[C6] [C7] answers %s with an error and goes on waiting', async (_what, path, options, status) => {
    const { port, answer } = await listening();
    expect((await ask(port, path, options)).status).toBe(status);
    expect(await pending(answer)).toBe(true);
    expect((await ask(port, '/?code=good&state=the-state')).status).toBe(200);
    expect((await answer).get('code')).toBe('good');
  });

  it('[C6] [C7] hears nothing that was sent ahead of an answer: that would end the wait unanswered', async () => {
    const { port, answer } = await listening();
    const head = `HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const wrong = `GET /favicon.ico ${head}`;
    expect(await sent(port, `${wrong}GET /?code=x&state=the-state ${head}`)).toMatch(/^HTTP\/1.1 404 /);
    expect(await pending(answer)).toBe(true);
    expect((await ask(port, '/?code=good&state=the-state')).status).toBe(200);
    expect((await answer).get('code')).toBe('good');
  });

  it.each([
    ['no Host', ''],
    ['Expect: 100-continue', 'Host: evil.example\r\nExpect: 100-continue\r\n'],
    ['Expect: tea', 'Host: evil.example\r\nExpect: tea\r\n'],
  ])('[C6] answers %s itself, with 400 and the headers of every page', async (_what, headers) => {
    const { port } = await listening();
    const got = await sent(port, `GET /?code=x&state=the-state HTTP/1.1\r\n${headers}\r\n`);
    expect(got).toMatch(/^HTTP\/1.1 400 /);
    expect(got).toContain('content-security-policy');
  });

  it('[C7] accepts nothing before a state is expected', async () => {
    const { port, answer } = await listening(null);
    expect((await ask(port, '/?code=x&state=')).status).toBe(400);
    expect(await pending(answer)).toBe(true);
  });

  it('[C7] takes a state once: the second answer with it is refused', async () => {
    const { port, answer } = await listening();
    await ask(port, '/?code=first&state=the-state');
    expect((await ask(port, '/?code=second&state=the-state')).status).toBe(400);
    expect((await answer).get('code')).toBe('first');
  });

  it('[C11] shows the server’s error text as text, whatever it contains', async () => {
    const { port } = await listening();
    const hostile = '<img src=x onerror=alert(1)>"\'&';
    const query = new URLSearchParams({
      error: 'access_denied<b>',
      error_description: hostile,
      state: 'the-state',
    });
    const { body } = await ask(port, `/?${query}`);
    expect(body).not.toContain('<img');
    expect(body).not.toContain('<b>');
    expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('answers with a page that is not stored, sends no referrer and clears its own address', async () => {
    const { port } = await listening();
    const { headers, body } = await ask(port, '/?code=secret-code&state=the-state');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(body).toContain('history.replaceState');
    expect(body).not.toContain('secret-code');
  });

  it('[C5] listens no more after close, whatever is still connected', async () => {
    const { port, close, answer } = await listening();
    const held = connect({ host: '127.0.0.1', port });
    await new Promise((resolve) => held.once('connect', resolve));
    const gone = new Promise((resolve) => held.once('close', resolve));
    held.on('error', () => undefined);
    const before = performance.now();
    await close();
    await gone;
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(await refused('127.0.0.1', port)).toBe(true);
    await expect(answer).rejects.toBeInstanceOf(ListenerClosed);
  });
});

describe('a listener that sends the browser on', () => {
  async function sending(next: () => Promise<string | null>) {
    const listener = await listenForRedirect();
    open.push(listener);
    listener.expect('the-state', next);
    return { ...listener, port: Number(new URL(listener.redirectUri).port) };
  }

  it('redirects only after its answer was accepted, and keeps and tells nothing of the code', async () => {
    let asked = 0;
    const listener = await sending(() => {
      asked += 1;
      return Promise.resolve('https://auth.example/next');
    });
    expect((await ask(listener.port, '/?code=c&state=wrong')).status).toBe(400);
    expect(asked).toBe(0);
    const reply = await ask(listener.port, '/?code=c&state=the-state');
    expect(reply.status).toBe(302);
    expect(reply.headers).toMatchObject({
      location: 'https://auth.example/next',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    expect((await listener.answer).get('code')).toBe('c');
    await listener.answered;
    expect((await ask(listener.port, '/?code=c&state=the-state')).status).toBe(400);
  });

  it('gives the answer away while the browser waits, and ends on a page where there is nowhere to go', async () => {
    let leave: (location: string | null) => void = () => undefined;
    const listener = await sending(() => new Promise((resolve) => (leave = resolve)));
    const reply = ask(listener.port, '/?code=c&state=the-state');
    expect((await listener.answer).get('code')).toBe('c');
    expect(await pending(reply)).toBe(true);
    leave(null);
    expect(await reply).toMatchObject({ status: 200 });
    expect((await reply).body).toContain('The sign-in stopped here');
  });

  it('[C11] shows the refusal and goes nowhere when the answer is an error', async () => {
    const listener = await sending(() => Promise.resolve('https://auth.example/next'));
    const reply = await ask(listener.port, '/?error=access_denied&error_description=%3Cb%3E&state=the-state');
    expect(reply.status).toBe(200);
    expect(reply.body).toContain('&lt;b&gt;');
    expect(reply.headers['location']).toBeUndefined();
  });
});
