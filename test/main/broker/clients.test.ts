import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import type { BrokerOptions } from '../../../main/broker/broker.ts';
import { until } from '../../support/processes.ts';
import { ACCESS, ask, type BrokerRig, brokerRig, program, rawClient } from '../../support/broker-rig.ts';

const GOOD = 'GET /v1/token?scope=view_flows HTTP/1.1\r\nHost: localhost\r\n\r\n';
const TARGET = '/v1/token?scope=view_flows';
let rig: BrokerRig;
afterEach(() => rig.close());

async function start(limits: NonNullable<BrokerOptions['limits']> = {}): Promise<BrokerRig> {
  return (rig = await brokerRig({ limits }));
}
const good = async () => expect((await rig.get(TARGET)).body).toContain(ACCESS);
/** The server learns of an end a little later than its client. */
const connected = (wanted: number) =>
  until(
    `${wanted} connections`,
    () => Promise.resolve(rig.broker.connections === wanted || undefined),
    4_000,
  );
/** Every connection is of another process, or of those that are told. */
function oneForEach(pids?: () => number): BrokerOptions['identifier'] {
  let next = 100;
  return {
    identify: () => {
      const pid = pids?.() ?? (next += 1);
      return { kind: 'caller', caller: { ...program, peer: { ...program.peer, pid } } };
    },
    stillSame: () => true,
  };
}
const count = (text: string, what: string) => text.split(what).length - 1;

it.each([
  [
    'an oversized head',
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    'bad-request',
  ],
  ['an oversized URL', `GET /${'x'.repeat(9_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 'bad-request'],
  ['an announced large body', GOOD.replace('\r\n\r\n', '\r\nContent-Length: 5000\r\n\r\n'), 'bad-request'],
  [
    'a chunked large body',
    `${GOOD.replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n')}1388\r\n${'x'.repeat(5_000)}\r\n`,
    'bad-request',
  ],
  ['garbage', '\x00\x01\x02 what\r\n\r\n', 'bad-request'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01', 'bad-request'],
  ['no Host', 'GET /v1/status HTTP/1.1\r\nConnection: close\r\n\r\n', 'foreign-origin'],
  [
    'an absolute form',
    'GET http://localhost/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    'not-found',
  ],
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', 'method-not-allowed'],
  [
    'two lengths',
    'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    'bad-request',
  ],
])('[C33] answers %s with a problem and ends the connection', async (_what, bytes, expected) => {
  await start();
  const client = await rig.raw();
  client.write(bytes);
  expect(await client.closed).toContain(`"reason":"${expected}"`);
  expect(rig.questions).toEqual([]);
  await good();
});

it('reads a small body to its end and answers', async () => {
  await start();
  const client = await rig.raw();
  client.write(`${GOOD.replace('\r\n\r\n', '\r\nContent-Length: 4\r\n\r\n')}body${GOOD}`);
  await client.sees(new RegExp(`${ACCESS}[^]*${ACCESS}`));
  client.socket.destroy();
});

it.each([
  ['no byte at all', ''],
  ['half a head', 'GET /v1/status HTTP/1.1\r\nHost: loc'],
  ['a body that does not end', GOOD.replace('\r\n\r\n', '\r\nContent-Length: 9\r\n\r\n')],
])('[C33] lets a client go that sends %s', async (_what, bytes) => {
  await start({ requestMs: 150 });
  const client = await rig.raw();
  if (bytes !== '') client.write(bytes);
  expect(await client.closed).not.toContain(ACCESS);
  await connected(0);
});

it('[C33] lets a client go that reads no answers', async () => {
  await start({ unreadMs: 150, pipelined: 1_000_000 });
  const client = await rig.raw();
  client.socket.pause();
  client.write(GOOD.replace(TARGET, '/v1/openapi.json').repeat(400));
  await connected(1);
  await connected(0);
  client.socket.destroy();
  await good();
});

it('[C33] answers a good client while 200 bad ones hold connections', async () => {
  await start();
  const bad = ['', 'GET /v1/token?sc', `GET / HTTP/1.1\r\nX: ${'x'.repeat(10_000)}`, '\x00garbage'];
  const clients = await Promise.all(Array.from({ length: 200 }, () => rawClient(rig.path)));
  clients.forEach((client, index) => {
    client.socket.on('error', () => undefined);
    client.write(bad[index % bad.length] || '\r\n');
  });
  await Promise.all(Array.from({ length: 20 }, good));
  expect(rig.broker.connections).toBeGreaterThanOrEqual(100);
  for (const client of clients) client.socket.destroy();
  await Promise.all(clients.map(({ closed }) => closed));
});

it('[C33] [C57] answers each of 1,000 connections at once, and keeps none', async () => {
  await start();
  const clients = await Promise.all(Array.from({ length: 1_000 }, () => rig.raw()));
  // All of them are there before the first one asks.
  await connected(1_000);
  for (const client of clients) client.write(GOOD);
  await Promise.all(clients.map((client) => client.sees(new RegExp(ACCESS))));
  expect(rig.audit).toHaveLength(1_000);
  expect(rig.broker.connections).toBe(1_000);
  for (const { socket } of clients) socket.destroy();
  await connected(0);
  const replies = await Promise.all(Array.from({ length: 1_000 }, () => ask(rig.path, TARGET)));
  expect(replies.filter(({ status, body }) => status === 200 && body.includes(ACCESS))).toHaveLength(1_000);
  await rig.broker.close();
  expect(rig.broker.connections).toBe(0);
}, 30_000);

it('[C33] says busy beyond its limit, and recovers', async () => {
  rig = await brokerRig({ limits: { connections: 3 }, identifier: oneForEach() });
  const holders = await Promise.all([rig.raw(), rig.raw(), rig.raw()]);
  // Accepted in order: once the last one is answered, all three count.
  holders[2].write(GOOD);
  await holders[2].sees(new RegExp(ACCESS));
  expect(await rig.get(TARGET)).toMatchObject({
    status: 503,
    body: expect.stringContaining('"busy"') as string,
  });
  holders[2].socket.destroy();
  await connected(2);
  await good();
  for (const { socket } of holders) socket.destroy();
});

it.each([
  ['no more than half of its connections', {}, 503],
  ['all connections of a socket that is for its host alone', { forwardedFrom: 'hpc.uni.example' }, 200],
])('[C33] gives one process %s', async (_name, options, status) => {
  let pid = 666;
  const identifier = oneForEach(() => pid);
  rig = await brokerRig({ limits: { connections: 6 }, identifier, ...options });
  const held = await Promise.all(Array.from({ length: 3 }, () => rig.raw()));
  await connected(3);
  expect(await rig.get('/v1/status')).toMatchObject({ status });
  pid = 7;
  expect(await rig.get('/v1/status')).toMatchObject({ status: 200 });
  // What it lets go of is its own again.
  pid = 666;
  held.pop()?.socket.destroy();
  await connected(2);
  expect(await rig.get('/v1/status')).toMatchObject({ status: 200 });
  for (const { socket } of held) socket.destroy();
});

it('answers pipelined requests in their order, one question at a time', async () => {
  await start();
  let open = 0;
  let most = 0;
  rig.state.decide = async () => {
    most = Math.max(most, (open += 1));
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return { kind: 'allowed', by: 'prompt' };
  };
  const client = await rig.raw();
  client.write(GOOD.repeat(3) + GOOD.replace(TARGET, '/v1/status'));
  const text = await client.sees(/"locked"/);
  expect(count(text, ACCESS)).toBe(3);
  expect(text.lastIndexOf(ACCESS)).toBeLessThan(text.indexOf('"locked"'));
  expect(most).toBe(1);
  client.socket.destroy();
});

it('[C33] drops a client that sends too far ahead', async () => {
  await start({ pipelined: 4 });
  rig.state.decide = () => new Promise(() => undefined);
  const client = await rig.raw();
  client.write(GOOD.repeat(6));
  expect(await client.closed).toBe('');
  expect(rig.questions).toHaveLength(1);
  expect(rig.questions[0]?.leaving.aborted).toBe(true);
});

it('keeps a connection alive and checks its caller for every answer', async () => {
  let checks = 0;
  let accepted = 0;
  rig = await brokerRig({
    identifier: {
      identify: () => {
        accepted += 1;
        return { kind: 'caller', caller: program };
      },
      stillSame: () => {
        checks += 1;
        return true;
      },
    },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let index = 0; index < 5; index += 1) {
    const request = httpRequest({ socketPath: rig.path, path: TARGET, agent }).end();
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    response.resume();
    await once(response, 'end');
  }
  agent.destroy();
  expect({ accepted, checks }).toEqual({ accepted: 1, checks: 5 });
});
