import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { build } from '../../../../scripts/build.mjs';
import { signingIn } from '../../../kills/strike.ts';
import { type Backend, House, SCOPES } from '../../../support/agent-house.ts';

const run = promisify(execFile);
const [SCOPE] = SCOPES;
/** What a renewal that ran out of descriptors may be told as; each keeps the sign-in. */
const KEPT: readonly unknown[] = [
  'unreachable',
  'vault-trouble',
  'internal',
  'no-answer',
  'caller-unknown',
  undefined,
];

let house: House;

beforeAll(() => build({ only: ['headless'] }), 60_000);
afterEach(() => house.close());

/** Once two looks in a row are the same: what is closed a moment later would be free besides. */
async function openNumbers(): Promise<string[]> {
  for (let before: string[] = []; ; await delay(50)) {
    const now = await readdir(`/proc/${house.pid}/fd`);
    if (now.join() === before.join()) return now;
    before = now;
  }
}

/** Leaves the agent `free` numbers for what it opens from now on; null: as many as ever. */
async function leave(free: number | null): Promise<void> {
  const used = new Set((await openNumbers()).map(Number));
  let limit = 0;
  for (let left = free ?? 0; used.has(limit) || left > 0; limit += 1) if (!used.has(limit)) left -= 1;
  await run('prlimit', [`--pid=${house.pid}`, `--nofile=${free === null ? 1_024 : limit}:`]);
}

it.each(['passphrase', 'keychain'] satisfies Backend[])(
  '[C22] too few open files cost answers, never a sign-in nor the agent (%s)',
  async (backend) => {
    house = await House.open(backend);
    await house.start();
    await house.unlock();
    expect(await (await signingIn(house))()).toMatchObject({ kind: 'signed-in' });
    expect((await house.token(SCOPE)).status).toBe(200);
    let life = house.sandbox.accessTokenSeconds;
    const reasons: unknown[] = [];
    for (const free of [0, 1, 2, 4]) {
      house.sandbox.clearFaults();
      house.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'rotate' });
      house.sandbox.accessTokenSeconds = 2 * life;
      await leave(free);
      const { status, body } = await house.token(SCOPE, life);
      await leave(null);
      if (status === 200) life *= 2;
      else reasons.push(body['reason']);
      expect(house.running).toBe(true);
    }
    expect(reasons.filter((reason) => !KEPT.includes(reason))).toEqual([]);
    expect(reasons).not.toEqual([]);
    expect((await house.token(SCOPE)).status).toBe(200);
    await house.kill();
    await house.start();
    expect((await house.unlock())?.body).toMatchObject({ vault_state: 'ready' });
    expect((await house.token(SCOPE)).status).toBe(200);
  },
  60_000,
);
