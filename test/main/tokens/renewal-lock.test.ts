import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemLockEffects } from '../../../main/session/locks/effects.ts';
import { openLocks } from '../../../main/session/locks/os-locks.ts';
import type { Locks } from '../../../main/session/locks/types.ts';
import { renewalLock } from '../../../main/tokens/renewal-lock.ts';
import { realClock, RecordingLog } from '../../support/agent-parts.ts';

const NOTE = { kind: 'headless', socket: '/run/a/broker.sock' };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'renew-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const locksHere = (): Locks => openLocks(folder, systemLockEffects(realClock, process.platform));
const exclusive = (waitMs?: number) => renewalLock(locksHere(), () => NOTE, new RecordingLog(), waitMs);

it('[C20] runs one renewal of a grant at a time, and tells the second one who was first', async () => {
  let end: () => void = () => undefined;
  const first = exclusive()('grant', (earlier) => new Promise((done) => (end = () => done(earlier))));
  const second = exclusive()('grant', (earlier) => Promise.resolve(earlier));
  expect(await exclusive()('another grant', (earlier) => Promise.resolve(earlier))).toBeNull();
  end();
  expect(await first).toBeNull();
  expect(await second).toMatchObject({ ...NOTE, pid: process.pid });
});

it('[C22] gives up after its time with a failure that says nothing about the grant', async () => {
  let end: () => void = () => undefined;
  const first = exclusive()('grant', () => new Promise<void>((done) => (end = done)));
  const second = exclusive(50)('grant', () => Promise.resolve('ran'));
  await expect(second).rejects.toMatchObject({ name: 'OAuthFailure', kind: 'unavailable' });
  end();
  await first;
});

it('frees the lock after a renewal that threw', async () => {
  await expect(exclusive()('grant', () => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
  expect(await exclusive()('grant', () => Promise.resolve('ran'))).toBe('ran');
});

it('goes on without a lock, and says so, where none can be made', async () => {
  const log = new RecordingLog();
  const broken: Locks = {
    ...locksHere(),
    attempt: () => {
      throw new Error('read-only');
    },
  };
  expect(await renewalLock(broken, () => NOTE, log)('grant', () => Promise.resolve('ran'))).toBe('ran');
  expect(log.lines).toMatchObject([{ level: 'warn' }]);
});
