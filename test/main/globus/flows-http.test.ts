import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FlowsApi } from '../../../main/globus/flows-api.ts';
import { FlowsHttp, type FlowsHttpParts, MAX_ANSWER_BYTES } from '../../../main/globus/flows-http.ts';
import { PASS_FLOW_ID } from '../../sandbox/flows/seed.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Fault, Sandbox } from '../../sandbox/types.ts';
import { FakeClock, realClock } from '../../support/agent-parts.ts';
import { FLOWS_PREFIX, signIn, tokenOf } from '../../support/native-app.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Host {
  origin: string;
  /** Authorization headers in the order of arrival. */
  seen: (string | undefined)[];
  /** Resolves with the next request. */
  next(): Promise<void>;
}

async function host(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Host> {
  const seen: Host['seen'] = [];
  let arrived: () => void = () => undefined;
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    arrived();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return {
    seen,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () => new Promise((resolve) => (arrived = resolve)),
  };
}

function http(origin: string, more: Partial<FlowsHttpParts> = {}): FlowsHttp {
  return new FlowsHttp({
    fetch,
    clock: realClock,
    origin,
    token: () => Promise.resolve('secret-1'),
    ...more,
  });
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

describe('where the token goes', () => {
  it.each([301, 302, 303, 307, 308])('[C17] a redirect (%i) is not followed, to no host', async (status) => {
    const other = await host((_, response) => json(response, 200, {}));
    const first = await host((request, response) => {
      const location = request.url === '/own' ? '/else' : `${other.origin}/flows`;
      response.writeHead(status, { location }).end();
    });
    const failed = { kind: 'unreachable', retryAfterSeconds: null, why: 'redirect' };
    expect(await http(first.origin).get('/flows')).toEqual(failed);
    expect(await http(first.origin).get('/own')).toEqual(failed);
    expect(first.seen).toEqual(['Bearer secret-1', 'Bearer secret-1']);
    expect(other.seen).toEqual([]);
  });

  it.each(['//evil.example/x', 'https://evil.example/x', '\\\\evil.example\\x'])(
    '[C17] a path that leads elsewhere (%s) is refused before the token is read',
    async (path) => {
      let asked = 0;
      const client = http('https://flows.globus.org', {
        token: () => {
          asked += 1;
          return Promise.resolve('t');
        },
      });
      await expect(client.get(path)).rejects.toThrow(RangeError);
      expect(asked).toBe(0);
    },
  );

  it.each([
    'http://flows.globus.org',
    'http://localhost:1',
    'https://flows.globus.org/',
    'ftp://127.0.0.1',
    'x',
    '',
  ])('[C18] %j is no origin for a token', (origin) => {
    expect(() => http(origin)).toThrow(RangeError);
  });

  it('[C16] travels in the header alone, and not at all when it would be more than a token', async () => {
    const urls: (string | undefined)[] = [];
    const one = await host((request, response) => {
      urls.push(request.url);
      json(response, 200, {});
    });
    await http(one.origin).get('/flows', [['filter_fulltext', 'a&b=c #d']]);
    expect(urls).toEqual(['/flows?filter_fulltext=a%26b%3Dc+%23d']);
    for (const token of ['', 'a b', 'a\r\nx-other: 1', 'a,b']) {
      const attempt = http(one.origin, { token: () => Promise.resolve(token) }).get('/flows');
      await expect(attempt).rejects.toThrow('not a bearer token');
    }
    expect(urls).toHaveLength(1);
  });
});

describe('a token that is refused', () => {
  const tokens = (list: string[]) => {
    const rejected: (string | null)[] = [];
    const token = (last: string | null) => {
      rejected.push(last);
      return Promise.resolve(list[rejected.length - 1] ?? list.at(-1) ?? '');
    };
    return { rejected, token };
  };
  const picky = (
    good: string,
    body: unknown = { error: { code: 'AUTHENTICATION_ERROR', detail: 'Expired' } },
  ) =>
    host((request, response) => {
      if (request.headers.authorization === `Bearer ${good}`) json(response, 200, { fine: true });
      else json(response, 401, body);
    });

  it('[C19] is renewed once, and the request repeated once', async () => {
    const one = await picky('new');
    const { token, rejected } = tokens(['old', 'new']);
    expect(await http(one.origin, { token }).get('/flows')).toEqual({ kind: 'ok', value: { fine: true } });
    expect(rejected).toEqual([null, 'old']);
  });

  it('[C19] is not tried for ever', async () => {
    const one = await picky('never');
    const { token } = tokens(['old', 'new', 'newer']);
    expect(await http(one.origin, { token }).get('/flows')).toMatchObject({ kind: 'refused', status: 401 });
    expect(one.seen).toEqual(['Bearer old', 'Bearer new']);
  });

  it('[C19] is not sent twice when there is no other', async () => {
    const one = await picky('never');
    expect(await http(one.origin).get('/flows')).toMatchObject({
      code: 'AUTHENTICATION_ERROR',
      detail: 'Expired',
    });
    expect(one.seen).toHaveLength(1);
  });

  it('[C19] is not renewed where a consent is what lacks', async () => {
    const one = await picky('never', { code: 'ConsentRequired', required_scope: 'a[*b]', description: 'x' });
    const { token, rejected } = tokens(['old', 'new']);
    const result = await http(one.origin, { token }).get('/flows');
    expect(result).toMatchObject({ kind: 'refused', gare: { requiredScopes: ['a[*b]'] } });
    expect(rejected).toEqual([null]);
  });

  it('lets the reason through why there is no token', async () => {
    const one = await picky('never');
    const attempt = http(one.origin, { token: () => Promise.reject(new Error('locked')) }).get('/flows');
    await expect(attempt).rejects.toThrow('locked');
    expect(one.seen).toEqual([]);
  });
});

describe('answers that are no use', () => {
  it('[C53] are cut off at 2 MB, announced or not', async () => {
    const big = Buffer.alloc(MAX_ANSWER_BYTES - 1, ' ');
    let flood = true;
    const one = await host((request, response) => {
      if (request.url === '/announced') response.writeHead(200, { 'content-length': '3000000' }).write('{');
      else if (request.url === '/fits') response.end(Buffer.concat([big, Buffer.from('1')]));
      else {
        const more = (): void => {
          if (flood && !response.destroyed) response.write(big, more);
        };
        more();
      }
    });
    const failed = { kind: 'unreachable', retryAfterSeconds: null, why: 'too-large' };
    expect(await http(one.origin).get('/announced')).toEqual(failed);
    expect(await http(one.origin).get('/endless')).toEqual(failed);
    flood = false;
    expect(await http(one.origin).get('/fits')).toEqual({ kind: 'ok', value: 1 });
  });

  it.each(['header', 'body'])('[C53] are given up after the time limit (%s late)', async (what) => {
    const clock = new FakeClock();
    const one = await host((_, response) => {
      if (what === 'body') response.writeHead(200).write('{"half":');
    });
    const arrival = one.next();
    const pending = http(one.origin, { clock, timeoutMs: 5_000 }).get('/flows');
    await arrival;
    clock.advance(5_000);
    expect(await pending).toEqual({ kind: 'unreachable', retryAfterSeconds: null, why: 'timeout' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('[C53] are no answer at all where nobody listens', async () => {
    const one = await host((_, response) => response.end());
    for (const close of closing.splice(0)) await close();
    expect(await http(one.origin).get('/flows')).toMatchObject({ kind: 'unreachable', why: 'network' });
  });

  const now = Date.parse('2026-06-01T12:00:00Z');
  it.each([
    [429, '7', 'busy', 7],
    [503, 'Mon, 01 Jun 2026 12:00:30 GMT', 'busy', 30],
    [503, 'Mon, 01 Jun 2026 11:00:00 GMT', 'busy', 0],
    [429, '999999999', 'busy', 3_600],
    [429, 'soon', 'busy', null],
    [429, '-1', 'busy', null],
    [500, undefined, 'server', null],
    [502, '3', 'server', 3],
  ])('[C53] %i with Retry-After %j is %s for %j s', async (status, retryAfter, why, seconds) => {
    const one = await host((_, response) =>
      json(response, status, {}, retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    );
    const result = await http(one.origin, { clock: new FakeClock(now) }).get('/flows');
    expect(result).toEqual({ kind: 'unreachable', retryAfterSeconds: seconds, why });
  });

  it.each(['{"id": ', '<html>hello</html>', ''])(
    '[C53] are told as unreadable: 200 with %j',
    async (body) => {
      const one = await host((_, response) => response.end(body));
      const failed = { kind: 'unreachable', retryAfterSeconds: null, why: 'unreadable' };
      expect(await http(one.origin).get('/flows')).toEqual(failed);
    },
  );

  it('[C53] that refuse without JSON are classified by their status', async () => {
    const one = await host((_, response) => response.writeHead(404).end('<html>gone</html>'));
    expect(await http(one.origin).get('/flows')).toMatchObject({
      kind: 'refused',
      status: 404,
      code: null,
      detail: null,
    });
  });
});

describe('against the fake Globus', () => {
  async function rig(): Promise<{ sandbox: Sandbox; api: FlowsApi }> {
    const sandbox = await startSandbox();
    closing.push(() => sandbox.close());
    const { byServer } = await signIn(sandbox, `${FLOWS_PREFIX}view_flows`);
    const token = tokenOf(byServer, 'flows.globus.org').access_token;
    const parts = { fetch, clock: realClock, origin: sandbox.flows.origin, timeoutMs: 500 };
    return { sandbox, api: new FlowsApi({ ...parts, token: () => Promise.resolve(token) }) };
  }

  it('[C53] every fault ends in its state, and the next good answer recovers', async () => {
    const { sandbox, api } = await rig();
    const faults: readonly [Partial<Fault> & Pick<Fault, 'kind'>, object][] = [
      [
        { kind: 'status', status: 429, retryAfter: 9 },
        { why: 'busy', retryAfterSeconds: 9 },
      ],
      [
        { kind: 'status', status: 429 },
        { why: 'busy', retryAfterSeconds: null },
      ],
      [{ kind: 'status', status: 500 }, { why: 'server' }],
      [{ kind: 'status', status: 502 }, { why: 'server' }],
      [{ kind: 'slow', milliseconds: 30_000 }, { why: 'timeout' }],
      [{ kind: 'cut' }, { why: 'network' }],
      [{ kind: 'broken_json' }, { why: 'unreadable' }],
    ];
    for (const [fault, state] of faults) {
      sandbox.addFault({ host: 'flows', path: '/flows', times: 1, ...fault });
      expect(await api.getFlow(PASS_FLOW_ID)).toMatchObject({ kind: 'unreachable', ...state });
      expect(await api.getFlow(PASS_FLOW_ID)).toMatchObject({ kind: 'ok', value: { id: PASS_FLOW_ID } });
    }
  });

  it('[C19] an expired token is answered by a renewed one', async () => {
    const { sandbox } = await rig();
    sandbox.accessTokenSeconds = 60;
    const first = await signIn(sandbox, `${FLOWS_PREFIX}view_flows`);
    sandbox.clock.advance(61_000);
    sandbox.accessTokenSeconds = 3_600;
    const second = await signIn(sandbox, `${FLOWS_PREFIX}view_flows`);
    const [old, fresh] = [first, second].map(
      ({ byServer }) => tokenOf(byServer, 'flows.globus.org').access_token,
    );
    const api = new FlowsApi({
      fetch,
      clock: realClock,
      origin: sandbox.flows.origin,
      token: (rejected) => Promise.resolve((rejected === null ? old : fresh) ?? ''),
    });
    expect(await api.listFlows()).toMatchObject({ kind: 'ok' });
  });
});
