import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenAt } from '../../../main/broker/socket-file.ts';
import { ensureSocketFolder } from '../../../main/broker/socket-folder.ts';
import { Following, type Listener } from '../../../main/headless/following.ts';
import { RecordingLog } from '../../support/agent-parts.ts';

const uid = process.getuid?.() ?? 0;
let folder: string;
let place: string | null;
let log: RecordingLog;
let opened: string[];
/** What listens now, in the order of the opening. */
let open: Listener[];
/** Held back until it is called. */
let letOpen: (() => void) | null;
let letLeave: (() => void) | null;

/** A real socket, on which nothing is said. */
async function listen(path: string): Promise<Listener> {
  await new Promise<void>((go) => (letOpen === null ? go() : (letOpen = go)));
  ensureSocketFolder(dirname(path), uid);
  const server = createServer();
  const remove = await listenAt(server, path, uid);
  opened.push(path);
  const listener = {
    path,
    async close() {
      if (!server.listening) return;
      remove();
      server.close();
      await once(server, 'close');
      open = open.filter((one) => one !== listener);
    },
  };
  open.push(listener);
  return listener;
}

/** As a broker that drains: it waits for whoever is connected. */
async function leave(before: Listener): Promise<void> {
  await new Promise<void>((go) => (letLeave === null ? go() : (letLeave = go)));
  await before.close();
}

const at = (name: string) => join(folder, name, 'globus-token', 'some.sock');
const follow = (first: Listener | null, trouble: string | null = null) =>
  new Following<Listener, null>(
    first,
    { open: listen, place: () => place, moved: () => undefined, leave, log, name: 'the socket' },
    trouble,
  );
const end = (following: Following<Listener, null>) => following.end((one) => one.close());
const warned = () => log.lines.map(({ message }) => message);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'following-'));
  for (const name of ['run', 'tmp']) await mkdir(join(folder, name));
  place = at('run');
  log = new RecordingLog();
  opened = [];
  open = [];
  letOpen = null;
  letLeave = null;
});
afterEach(async () => {
  for (const one of open) await one.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a listener that follows its place', () => {
  it('opens one for two looks at once', async () => {
    const following = follow(await listen(at('run')));
    place = at('tmp');
    expect(await Promise.all([following.look(), following.look()])).toEqual([true, true]);
    expect(opened).toEqual([at('run'), at('tmp')]);
    await end(following);
    expect(open).toEqual([]);
  });

  it('keeps none that opens while it is told to end', async () => {
    const following = follow(await listen(at('run')));
    place = at('tmp');
    letOpen = () => undefined;
    const looking = following.look();
    await new Promise(setImmediate);
    const ending = end(following);
    letOpen();
    expect(await looking).toBe(false);
    await ending;
    expect(opened).toEqual([at('run'), at('tmp')]);
    expect(open).toEqual([]);
    expect([existsSync(at('run')), existsSync(at('tmp'))]).toEqual([false, false]);
  });

  it('opens none after its end', async () => {
    const following = follow(await listen(at('run')));
    const ending = end(following);
    place = at('tmp');
    expect(await following.look()).toBe(false);
    await ending;
    expect(opened).toEqual([at('run')]);
  });

  it('ends the one that it is leaving, too', async () => {
    const following = follow(await listen(at('run')));
    place = at('tmp');
    letLeave = () => undefined;
    expect(await following.look()).toBe(true);
    expect(open.map(({ path }) => path)).toEqual([at('run'), at('tmp')]);
    await end(following);
    expect(open).toEqual([]);
    letLeave();
  });

  it('looks on while the one before still answers', async () => {
    const following = follow(await listen(at('run')));
    letLeave = () => undefined;
    place = at('tmp');
    await following.look();
    place = at('run');
    await rename(join(folder, 'run'), join(folder, 'gone'));
    await mkdir(join(folder, 'run'));
    expect(await following.look()).toBe(true);
    expect(following.current?.path).toBe(at('run'));
    await end(following);
  });

  it('stays where it is when there is nowhere to be', async () => {
    const following = follow(await listen(at('run')));
    place = null;
    expect(await following.look()).toBe(false);
    expect(open.map(({ path }) => path)).toEqual([at('run')]);
    await end(following);
  });

  it('opens later what could not be opened at first, and says its trouble once', async () => {
    await rm(join(folder, 'run'), { recursive: true });
    const why = await listen(at('run')).catch((error: unknown) => (error as Error).message);
    expect(why).toContain('is missing');
    const following = follow(null, why as string);
    expect(await following.look()).toBe(false);
    expect(warned()).toEqual([]);
    await mkdir(join(folder, 'run'));
    expect(await following.look()).toBe(true);
    expect(existsSync(at('run'))).toBe(true);
    await rm(join(folder, 'run'), { recursive: true });
    expect([await following.look(), await following.look()]).toEqual([false, false]);
    expect(warned()).toEqual([
      'the socket was gone, or clients look elsewhere now: it is made anew',
      'the socket is gone and cannot be made anew yet',
    ]);
    await end(following);
  });
});
