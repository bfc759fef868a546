import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ACCESS, CANARY } from '../../../support/broker-rig.ts';
import { type OidcRig, oidcRig, SealedClient } from '../../../support/oidc-rig.ts';
import { until } from '../../../support/processes.ts';

const GOOD = { request: 'access_token', account: 'ada@uni.example', scope: 'view_flows' };
let rig: OidcRig;
afterEach(() => rig.close());
const connected = (wanted: number) =>
  until(`${wanted} connections`, () => Promise.resolve(rig.agent.connections === wanted || undefined), 4_000);

it('[C32] answers a plain request in plain, with the four fields of the protocol', async () => {
  rig = await oidcRig();
  expect(await rig.plain({ ...GOOD, min_valid_period: 60, unknown_field: [1] })).toEqual({
    status: 'success',
    access_token: ACCESS,
    issuer: 'https://auth.globus.org',
    expires_at: 1_900_000_000,
  });
  expect(rig.minimums).toEqual([60_000]);
});

it('[C32] answers a sealed request sealed: no token in the bytes of the socket', async () => {
  rig = await oidcRig();
  const client = new SealedClient(await rig.raw());
  await client.greet();
  client.raw.write(client.seal(JSON.stringify(GOOD)));
  expect(JSON.parse(await client.answer())).toMatchObject({ status: 'success', access_token: ACCESS });
  expect(client.raw.text()).not.toContain(ACCESS);
  expect(client.raw.text()).not.toContain(CANARY);
});

it('[C31] denies a caller that became another program, whatever was approved', async () => {
  rig = await oidcRig();
  rig.state.decide = () => {
    rig.state.same = false;
    return Promise.resolve({ kind: 'allowed', by: 'prompt' });
  };
  expect(await rig.plain(GOOD)).toMatchObject({ status: 'failure', reason: 'caller-changed' });
  expect(rig.audit.at(-1)).toMatchObject({ answer: 'denied', by: 'caller-changed' });
});

it('[C30] drops another user unread, and gives an unknown caller nothing', async () => {
  rig = await oidcRig({
    identifier: { identify: () => ({ kind: 'foreign-uid', uid: 12_345 }), stillSame: () => true },
  });
  const client = await rig.raw();
  client.socket.on('error', () => undefined);
  client.write(JSON.stringify(GOOD));
  expect(await client.closed).toBe('');
  await rig.close();

  rig = await oidcRig({
    identifier: { identify: () => ({ kind: 'unknown', why: 'gone' }), stillSame: () => true },
  });
  expect(await rig.plain(GOOD)).toMatchObject({ status: 'failure', reason: 'caller-unknown' });
  expect(rig.audit).toMatchObject([{ answer: 'denied', by: 'caller-unknown' }]);
  expect(rig.questions).toEqual([]);
});

it('[C29] says locked to everything that needs the sign-in, and asks nobody', async () => {
  rig = await oidcRig();
  rig.state.locked = true;
  expect(await rig.plain(GOOD)).toMatchObject({ reason: 'locked' });
  expect(await rig.plain({ request: 'loaded_accounts' })).toMatchObject({ reason: 'locked' });
  expect(await rig.plain({ request: 'check' })).toEqual({ status: 'success' });
  expect(rig.questions).toEqual([]);
});

it('[C29] gives nothing when the lock comes during the question', async () => {
  rig = await oidcRig();
  rig.state.decide = () => {
    rig.state.locked = true;
    return Promise.resolve({ kind: 'allowed', by: 'prompt' });
  };
  expect(await rig.plain(GOOD)).toMatchObject({ status: 'failure', reason: 'locked' });
  expect(rig.minimums).toEqual([]);
});

it('[C36] gives no token when the audit line cannot be written', async () => {
  rig = await oidcRig();
  rig.state.appendFails = true;
  expect(await rig.plain(GOOD)).toMatchObject({ status: 'failure', reason: 'internal' });
  expect(rig.logged.join('')).not.toContain(ACCESS);
});

it('asks nobody about scopes that the known grants never cover together', async () => {
  const about = (scope: string) => ({
    definition: '',
    alsoAllows: scope.endsWith('/all') ? [] : ['run'],
    lifetime: 60_000,
  });
  rig = await oidcRig({ about });
  const refused = await rig.plain({ ...GOOD, scope: 'view_flows all' });
  expect(refused).toMatchObject({ reason: 'needs-consent' });
  expect(refused['error']).toContain('No single token covers');
  expect(rig.questions).toEqual([]);
  expect(rig.audit).toMatchObject([{ answer: 'denied', by: 'needs-consent' }]);
  expect(await rig.plain({ ...GOOD, scope: 'view_flows run' })).toMatchObject({ status: 'success' });
});

it('asks once for a scope that is named twice, short and in full', async () => {
  const about = () => ({ definition: '', alsoAllows: [], lifetime: 60_000 });
  rig = await oidcRig({ about });
  const full = (await rig.plain(GOOD), rig.questions[0]?.question.scope);
  expect(await rig.plain({ ...GOOD, scope: `view_flows ${full}` })).toMatchObject({ status: 'success' });
  expect(rig.questions).toHaveLength(2);
});

it.each([
  ['HTTP', 'GET /v1/token HTTP/1.1\r\n\r\n'],
  ['a long object', `{"request":"${'x'.repeat(20_000)}"}`],
  ['an object without end', `{"a":"${'x'.repeat(40_000)}`],
  ['no request', '{}'],
  ['garbage in braces', '{[}'],
  ['an unknown call', '{"request":"gen"}'],
])('[C33] answers %s with a failure and ends', async (_what, bytes) => {
  rig = await oidcRig();
  expect(await rig.plain(bytes)).toMatchObject({ status: 'failure', reason: 'bad-request' });
  expect(rig.questions).toEqual([]);
});

it('[C33] tells in plain that a seal does not hold', async () => {
  rig = await oidcRig();
  const client = new SealedClient(await rig.raw());
  await client.greet();
  const sealed = client.seal(JSON.stringify(GOOD));
  const box = sealed.lastIndexOf(':') + 1;
  client.raw.write(`${sealed.slice(0, box)}${sealed[box] === 'A' ? 'B' : 'A'}${sealed.slice(box + 1)}`);
  const answer = (await client.raw.closed).slice(44);
  expect(JSON.parse(answer)).toMatchObject({ status: 'failure', reason: 'bad-request' });
});

it.each([
  ['nothing', ''],
  ['half an object', '{"request":"acc'],
  ['half a key', 'AAAA'],
])('[C33] lets a client go that sends %s', async (_what, bytes) => {
  rig = await oidcRig({ limits: { requestMs: 100 } });
  const client = await rig.raw();
  client.write(bytes);
  expect(await client.closed).toBe('');
  await connected(0);
});

it('[C33] answers a good client while 200 bad ones hold connections, and says busy beyond its limit', async () => {
  // One process gets half of them.
  rig = await oidcRig({ limits: { connections: 402 } });
  const bad = await Promise.all(Array.from({ length: 200 }, () => rig.raw()));
  bad.forEach(({ write }, index) => write(['', '{', 'AAAA'][index % 3] ?? ''));
  await connected(200);
  expect(await rig.plain(GOOD)).toMatchObject({ status: 'success' });
  await connected(200);
  bad.push(await rig.raw());
  await connected(201);
  expect(JSON.parse(await (await rig.raw()).closed)).toMatchObject({ reason: 'busy' });
  for (const { socket } of bad) socket.destroy();
  await connected(0);
});

it('[C30] makes folder and socket private, never takes a live one, and removes its own', async () => {
  const base = await mkdtemp(join(tmpdir(), 'oidc-sock-'));
  const path = join(base, 'globus-token', 'oidc.sock');
  rig = await oidcRig({ path });
  expect((await lstat(dirname(path))).mode & 0o777).toBe(0o700);
  expect((await lstat(path)).mode & 0o777).toBe(0o600);
  await expect(oidcRig({ path })).rejects.toMatchObject({ trouble: 'socket-live' });
  await rig.close();
  expect(await readdir(dirname(path))).toEqual([]);
  await rm(base, { recursive: true });
});

it('[C35] ends open questions when it closes', async () => {
  rig = await oidcRig();
  rig.state.decide = (_question, signal) =>
    new Promise((resolve) =>
      signal.addEventListener('abort', () =>
        resolve({ kind: 'refused', reason: 'no-answer', by: 'no-answer' }),
      ),
    );
  const client = await rig.raw();
  client.write(JSON.stringify(GOOD));
  const asked = await until('the question', () => Promise.resolve(rig.questions[0]), 4_000);
  await rig.agent.close();
  expect(asked.leaving.aborted).toBe(true);
  expect(await client.closed).toBe('');
});
