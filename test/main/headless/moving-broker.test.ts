import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Broker } from '../../../main/broker/broker.ts';
import { listenAt } from '../../../main/broker/socket-file.ts';
import { ensureSocketFolder } from '../../../main/broker/socket-folder.ts';
import { LOOK_MS, MovingBroker } from '../../../main/headless/moving-broker.ts';
import { whoAnswers } from '../../../cli/agent/status.ts';
import { FakeClock, RecordingLog } from '../../support/agent-parts.ts';
import { until } from '../../support/processes.ts';

const uid = process.getuid?.() ?? 0;
let folder: string;
let place: string;
let clock: FakeClock;
let log: RecordingLog;
let opened: string[];
let over: string[];
let moved: string[];
let beside: string[];
let broker: MovingBroker;

/** A real socket as the broker makes it, on which nothing is said. */
async function open(path: string): Promise<Broker> {
  ensureSocketFolder(dirname(path), uid);
  const server: Server = createServer();
  const remove = await listenAt(server, path, uid);
  opened.push(path);
  const end = async () => {
    if (!server.listening) return;
    over.push(path);
    remove();
    server.close();
    await once(server, 'close');
  };
  return { path, connections: 0, close: end, drain: end };
}

const at = (name: string) => join(folder, name, 'globus-token', 'broker.sock');
const look = async () => {
  clock.advance(LOOK_MS);
  await new Promise((resolve) => setImmediate(resolve));
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moving-'));
  for (const name of ['run', 'tmp']) await mkdir(join(folder, name));
  place = at('run');
  clock = new FakeClock(1_000_000);
  log = new RecordingLog();
  opened = [];
  over = [];
  moved = [];
  beside = [];
  broker = new MovingBroker(await open(place), {
    ...{ open, place: () => place, clock, log },
    moved: (path) => moved.push(path),
    beside: () => Promise.resolve(beside.push(broker.path)),
  });
});

afterEach(async () => {
  await broker.close();
  await rm(folder, { recursive: true, force: true });
});

it('stays where it is while its socket is there', async () => {
  await look();
  await look();
  expect(opened).toEqual([at('run')]);
  expect(moved).toEqual([]);
});

it('makes a socket anew that somebody removed', async () => {
  await rm(join(folder, 'run', 'globus-token'), { recursive: true });
  await look();
  await until('the new socket', () => Promise.resolve(moved.length > 0 || undefined));
  expect((await stat(place)).isSocket()).toBe(true);
  expect(over).toEqual([at('run')]);
});

it('goes to where clients look when the runtime folder is gone, and back at the next login', async () => {
  await rm(join(folder, 'run'), { recursive: true });
  place = at('tmp');
  await look();
  await until('the socket in /tmp', () => Promise.resolve(moved.length === 1 || undefined));
  expect(broker.path).toBe(at('tmp'));
  await until('the end of the old one', () => Promise.resolve(over.length === 1 || undefined));
  await mkdir(join(folder, 'run'));
  place = at('run');
  await look();
  await until('the socket in the runtime folder', () => Promise.resolve(moved.length === 2 || undefined));
  expect(broker.path).toBe(at('run'));
  await until('the end of that in /tmp', () => Promise.resolve(over.length === 2 || undefined));
  await expect(stat(at('tmp'))).rejects.toThrow('ENOENT');
});

it('says once that it cannot, and tries again', async () => {
  await rm(join(folder, 'run'), { recursive: true });
  await look();
  await until('its trouble', () => Promise.resolve(log.lines.length > 0 || undefined));
  await look();
  expect(log.lines).toHaveLength(1);
  await mkdir(join(folder, 'run'));
  await look();
  await until('the new socket', () => Promise.resolve(moved.length > 0 || undefined));
});

it('looks after what is beside it once it is in its place itself', async () => {
  await rm(join(folder, 'run'), { recursive: true });
  await look();
  await until('its trouble', () => Promise.resolve(log.lines.length > 0 || undefined));
  expect(beside).toEqual([]);
  place = at('tmp');
  await look();
  await until('the look beside it', () => Promise.resolve(beside.length > 0 || undefined));
  await look();
  await until('the next one', () => Promise.resolve(beside.length > 1 || undefined));
  expect(beside).toEqual([at('tmp'), at('tmp')]);
});

it('looks no more once it is closed', async () => {
  await broker.close();
  await rm(join(folder, 'run', 'globus-token'), { recursive: true });
  await look();
  expect(opened).toHaveLength(1);
  expect(await whoAnswers(place, 10)).toBeNull();
});
