import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ROUTES } from '../../../main/broker/contract.ts';
import { ACCESS, allow, brokerRig, CANARY, rawClient } from '../../support/broker-rig.ts';

const SEED = 20_261_124;
const methods = ['GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT', 'get', 'X'];
const paths = [
  ...ROUTES.map(({ path }) => path),
  '/',
  '*',
  '/v1/refresh',
  '/v1/vault',
  '//v1/token',
  '/V1/token',
];
const keys = [
  'scope',
  'min_ttl',
  'account',
  'interactive',
  'name',
  'id',
  'limit',
  '__proto__',
  'refresh_token',
];
const good = new Map(Object.entries({ scope: 'view_flows', min_ttl: '600', interactive: '1', limit: '5' }));

const parameter = fc
  .constantFrom(...keys)
  .chain((key) =>
    fc
      .oneof(
        { weight: 3, arbitrary: fc.constant(good.get(key) ?? 'x') },
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        fc.constant(''),
      )
      .map((value) => `${key}=${encodeURIComponent(value)}`),
  );
const header = fc.oneof(
  fc.constantFrom('Accept: text/plain', 'Accept: */*', 'Origin: null', 'Host: evil', 'Connection: close'),
  fc.constantFrom('Content-Length: 3', 'Content-Length: -1', 'Transfer-Encoding: chunked', 'Expect: x'),
  fc.constantFrom('Upgrade: websocket', 'Authorization: Bearer x', 'Accept: application/json', ' folded: y'),
);
const request = fc
  .tuple(
    fc.oneof(fc.constant('GET'), fc.constantFrom(...methods)),
    fc.oneof(fc.constantFrom('/v1/token', '/v1/header'), fc.constantFrom(...paths)),
    fc.oneof(fc.constant(['scope=view_flows']), fc.array(parameter, { maxLength: 4 })),
    fc.oneof(fc.constant([]), fc.array(header, { maxLength: 3 })),
    fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  )
  .map(
    ([method, path, query, headers, host]) =>
      `${method} ${path}?${query.join('&')} HTTP/1.1\r\n${host ? 'Host: localhost\r\n' : ''}${headers.map((line) => `${line}\r\n`).join('')}\r\n`,
  );
/** Well-formed ones, the same with bytes cut out or put in, and pure noise; then the client closes its half. */
const bytes = fc.oneof(
  { weight: 5, arbitrary: request },
  {
    weight: 2,
    arbitrary: fc
      .tuple(request, fc.nat(), fc.string({ unit: 'binary-ascii', maxLength: 8 }))
      .map(
        ([text, at, noise]) => text.slice(0, at % text.length) + noise + text.slice((at % text.length) + 3),
      ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 200 }) },
);

it('[C32] [C33] [C35] fuzzed: no crash, no refresh token in any byte, no token without an approval', async () => {
  const rig = await brokerRig({ limits: { requestMs: 500, keepAliveMs: 500 } });
  let allowed = false;
  let handedOut = 0;
  rig.state.decide = () =>
    allowed ? allow() : Promise.resolve({ kind: 'refused', reason: 'denied', by: 'prompt' });
  await fc.assert(
    fc.asyncProperty(bytes, fc.boolean(), async (text, approve) => {
      allowed = approve;
      rig.state.locked = false;
      const client = await rawClient(rig.path);
      client.socket.on('error', () => undefined);
      client.write(text);
      // The last one ends the connection, whatever became of the first.
      client.write('\r\nGET /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      const out = await client.closed;
      expect(out).not.toContain(CANARY);
      if (out.includes(ACCESS)) {
        handedOut += 1;
        expect(approve).toBe(true);
        expect(rig.audit.at(-1)).toMatchObject({ answer: 'allowed', by: 'prompt' });
      }
    }),
    { seed: SEED, numRuns: 1_500 },
  );
  // Both walls were really leaned on.
  expect(handedOut).toBeGreaterThan(20);
  expect(rig.audit.filter(({ by }) => by === 'prompt' || by === 'denied').length).toBeGreaterThan(handedOut);
  expect((await rig.get('/v1/status')).status).toBe(200);
  const notes = JSON.stringify([rig.logged, rig.audit]);
  expect(notes).not.toContain(CANARY);
  expect(notes).not.toContain(ACCESS);
  await rig.close();
}, 60_000);

it('[C32] no method of any route answers with the refresh token that its source holds', async () => {
  const rig = await brokerRig();
  for (const { path } of ROUTES) {
    for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'PATCH', 'OPTIONS']) {
      rig.state.locked = false;
      for (const accept of ['application/json', 'text/plain']) {
        const reply = await rig.get(`${path}?scope=view_flows&id=r&interactive=1`, { accept }, method);
        expect(JSON.stringify(reply)).not.toContain(CANARY);
      }
    }
  }
  await rig.close();
});
