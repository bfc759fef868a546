import { afterEach, expect, it } from 'vitest';
import type { BrokerOptions } from '../../../main/broker/broker.ts';
import { RELEASE_MS } from '../../../main/broker/handover.ts';
import { askSealed, retireAgent } from '../../../main/broker/sibling.ts';
import { FakeClock } from '../../support/agent-parts.ts';
import { type BrokerRig, brokerRig, program, rawClient } from '../../support/broker-rig.ts';

const SEALED = { grant: 'demo/client/sub/rs/1', salt: 'c2FsdA', sealed: 'c2VhbGVk' };
const POST = 'POST /v1/retire HTTP/1.1\r\nHost: localhost\r\n\r\n';
const never = new AbortController().signal;
const rigs: BrokerRig[] = [];

afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

/** A broker that may retire; `ended` resolves when its process would. */
async function rigOf(options: Partial<BrokerOptions> = {}) {
  let count = 0;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const rig = await brokerRig({
    isSibling: () => true,
    // As a careless agent would: the token itself is in the object.
    retire: () => Promise.resolve({ kind: 'retired', sealed: [{ ...SEALED, token: 'canary' }] }),
    sealed: (grant) => Promise.resolve(grant === SEALED.grant ? SEALED : null),
    retired: () => {
      count += 1;
      end();
    },
    ...options,
  });
  rigs.push(rig);
  return { rig, ended, count: () => count };
}

it('[C20] answers a retire with the sealed tokens and its pid, and ends when its successor lets go', async () => {
  const { rig, ended, count } = await rigOf();
  const answer = await retireAgent(rig.path, never);
  if (answer.kind !== 'retired') throw new Error(answer.kind);
  expect(answer).toMatchObject({ pid: process.pid, sealed: [SEALED] });
  expect(JSON.stringify(answer)).not.toContain('canary');
  // Everybody is still answered meanwhile.
  expect((await rig.get('/v1/token?scope=view_flows')).status).toBe(200);
  expect(count()).toBe(0);
  answer.release();
  await ended;
  expect(count()).toBe(1);
});

it('ends after 30 s when the successor never lets go, once, however many asked', async () => {
  const clock = new FakeClock();
  const { rig, ended, count } = await rigOf({ clock });
  const clients = [await rawClient(rig.path), await rawClient(rig.path)];
  for (const client of clients) {
    client.write(POST);
    await client.sees(/sealed/);
  }
  clock.advance(RELEASE_MS - 1);
  expect(count()).toBe(0);
  clock.advance(1);
  await ended;
  for (const client of clients) client.socket.destroy();
  await Promise.all(clients.map((client) => client.closed));
  expect(count()).toBe(1);
});

it('ends when the successor dies before it has its answer: nobody renews here any more', async () => {
  let answer: () => void = () => undefined;
  let asked: () => void = () => undefined;
  const wasAsked = new Promise<void>((resolve) => (asked = resolve));
  const { rig, ended } = await rigOf({
    retire: () => {
      asked();
      return new Promise((resolve) => (answer = () => resolve({ kind: 'retired', sealed: [] })));
    },
  });
  const client = await rawClient(rig.path);
  client.write(POST);
  await wasAsked;
  client.socket.destroy();
  await client.closed;
  answer();
  await ended;
});

it('says why it cannot retire, and goes on', async () => {
  const { rig, count } = await rigOf({
    retire: () => Promise.resolve({ kind: 'refused', detail: 'A sign-in is under way in this agent.' }),
  });
  expect(await retireAgent(rig.path, never)).toEqual({
    kind: 'refused',
    reason: 'cannot-retire',
    detail: 'A sign-in is under way in this agent.',
  });
  expect((await rig.get('/v1/status')).status).toBe(200);
  expect(count()).toBe(0);
});

it('gives one sealed token to a sibling, and says null for a grant without one', async () => {
  const { rig } = await rigOf();
  expect(await askSealed(rig.path, SEALED.grant, never)).toEqual(SEALED);
  expect(await askSealed(rig.path, 'demo/client/sub/rs/2', never)).toBeNull();
});

it.each([
  ['another program', { isSibling: () => false }, false],
  ['whoever asks, where nothing tells siblings apart', { isSibling: undefined }, false],
  ['a forwarded caller, even of the same program', {}, true],
] as const)('[C35] [C36] denies a handover to %s, and notes it', async (_who, options, forwarded) => {
  let retired = false;
  const retire = () => {
    retired = true;
    return Promise.resolve({ kind: 'retired', sealed: [] } as const);
  };
  const { rig } = await rigOf({ retire, ...options } as Partial<BrokerOptions>);
  if (forwarded) {
    rig.state.caller = { ...program, subject: { kind: 'forwarded', relay: '/usr/bin/ssh', host: 'login1' } };
  }
  const reason = forwarded ? 'outside-forward' : 'denied';
  expect(await retireAgent(rig.path, never)).toMatchObject({ kind: 'refused', reason });
  expect(await askSealed(rig.path, SEALED.grant, never)).toBeNull();
  expect(retired).toBe(false);
  expect(rig.audit.map(({ kind, by, pid }) => [kind, by, pid])).toEqual([
    ['refused', reason, program.peer.pid],
    ['refused', reason, program.peer.pid],
  ]);
});

it('[C31] denies a retire to a process that became another one, before anything is done', async () => {
  let retired = false;
  const { rig } = await rigOf({
    retire: () => {
      retired = true;
      return Promise.resolve({ kind: 'retired', sealed: [] });
    },
  });
  rig.state.same = false;
  expect(await retireAgent(rig.path, never)).toMatchObject({ kind: 'refused', reason: 'caller-changed' });
  expect(retired).toBe(false);
});
