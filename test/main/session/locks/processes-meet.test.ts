import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LockAttempt } from '../../../../main/session/locks/types.ts';
import { Child, bundleChild, type ChildBundle } from '../../../support/child-rpc.ts';
import type { LockKind, LockRequest } from '../../../support/lock-child.ts';

let bundle: ChildBundle;
let folder: string;
let children: Child[];

beforeAll(async () => {
  bundle = await bundleChild('lock-child.ts');
}, 60_000);
afterAll(() => bundle.remove());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locks-'));
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await rm(folder, { recursive: true, force: true });
});

async function start(kind: LockKind): Promise<Child> {
  const child = await Child.start(bundle.file);
  children.push(child);
  await ask(child, { op: 'open', folder: join(folder, 'data'), kind });
  return child;
}

const ask = <T>(child: Child, request: LockRequest): Promise<T> => child.ask<T>(request);
const attempt = (child: Child) => ask<LockAttempt>(child, { op: 'attempt', name: 'agent' });

/** Every combination of a way to lock and of what happens has to come out alike. */
describe.each<LockKind>(['file', 'folder'])('processes that meet at a lock, by %s', (kind) => {
  it('gives it to one of them, and tells the others who has it', async () => {
    const all = await Promise.all([start(kind), start(kind), start(kind), start(kind)]);
    const before = Date.now();
    const results = await Promise.all(all.map(attempt));
    const winner = results.findIndex((one) => one.kind === 'held');
    expect(results.filter((one) => one.kind === 'held')).toHaveLength(1);

    const loser = all[(winner + 1) % 4] as Child;
    const socket = '/run/user/1000/globus-token/broker.sock';
    await ask(all[winner] as Child, { op: 'note', socket });
    const taken = await attempt(loser);
    expect(taken).toMatchObject({ holder: { kind: 'headless', pid: all[winner]?.pid, socket } });
    const { holder } = taken as Extract<LockAttempt, { kind: 'taken' }>;
    expect(Math.abs((holder?.since ?? 0) - before)).toBeLessThan(10_000);
  }, 60_000);

  it('is free again after a release, and leaves no note', async () => {
    const [first, second] = [await start(kind), await start(kind)];
    expect(await attempt(first)).toEqual({ kind: 'held' });
    await ask(first, { op: 'release' });
    const left = kind === 'file' ? await readFile(join(folder, 'data', 'agent.lock'), 'utf8') : '';
    expect(left).toBe('');
    expect(await attempt(second)).toEqual({ kind: 'held' });
    await ask(first, { op: 'release' });
    expect(await attempt(first)).toMatchObject({ kind: 'taken', holder: { pid: second.pid } });
  }, 60_000);

  it('goes to who waits within a second of kill -9, whatever the killed one has started', async () => {
    const [first, second] = [await start(kind), await start(kind)];
    await attempt(first);
    const orphan = await ask<number>(first, { op: 'spawn' });
    try {
      const next = ask<LockAttempt>(second, { op: 'wait', name: 'agent', milliseconds: 20_000 });
      const killed = performance.now();
      await first.kill();
      expect(await next).toEqual({ kind: 'held' });
      expect(performance.now() - killed).toBeLessThan(1_000);
    } finally {
      process.kill(orphan, 'SIGKILL');
    }
  }, 60_000);

  it('waits no longer than it was told', async () => {
    const [first, second] = [await start(kind), await start(kind)];
    await attempt(first);
    const last = await ask<LockAttempt>(second, { op: 'wait', name: 'agent', milliseconds: 50 });
    expect(last).toMatchObject({ kind: 'taken', holder: { pid: first.pid } });
  }, 60_000);

  it('loses none of 1,000 changes that 20 processes make at once', async () => {
    const file = join(folder, 'count');
    await writeFile(file, '0');
    const all = await Promise.all(Array.from({ length: 20 }, () => start(kind)));
    await Promise.all(all.map((child) => ask(child, { op: 'count', name: 'settings', file, times: 50 })));
    expect(await readFile(file, 'utf8')).toBe('1000');
  }, 120_000);

  it('[C28] keeps everything to its owner: folders 0700, files 0600', async () => {
    await mkdir(join(folder, 'data'), { mode: 0o755 });
    await attempt(await start(kind));
    const mode = async (path: string) => (await stat(join(folder, path))).mode & 0o777;
    expect(await mode('data')).toBe(0o700);
    for (const name of await readdir(join(folder, 'data'), { recursive: true }))
      expect([name, await mode(join('data', name))]).toEqual([name, /\.d$/.test(name) ? 0o700 : 0o600]);
  }, 60_000);
});

describe('a lock folder that its holder left behind', () => {
  it('goes to exactly one of those who find it', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => start('folder')));
    for (let round = 0; round < 10; round++) {
      const dead = await start('folder');
      expect(await attempt(dead)).toEqual({ kind: 'held' });
      await dead.kill();
      const results = await Promise.all(all.map(attempt));
      expect(results.filter((one) => one.kind === 'held')).toHaveLength(1);
      await Promise.all(all.map((child) => ask(child, { op: 'release' })));
    }
  }, 60_000);
});
