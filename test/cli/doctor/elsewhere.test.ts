import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Container } from '../../../cli/doctor/container.ts';
import { elsewhere } from '../../../cli/doctor/elsewhere.ts';
import type { Client } from '../../../cli/types.ts';

let home: string;
const HERE = '/run/user/7/globus-token/broker.sock';
const THERE = '/tmp/globus-token-7/broker.sock';
const NOTE = { kind: 'headless', socket: THERE, pid: process.pid, host: hostname(), since: 1 };
const client: Client = { path: HERE, ask: () => Promise.reject(new Error('not asked')) };
const look = (container: Container | null = null) =>
  elsewhere({ client, container, env: {}, home, platform: 'linux' });
const BOX: Container = { name: 'Box', sharesHostName: false, give: (folder) => `box ${folder}` };
const locks = () => join(home, '.config', 'globus-token-tray', 'locks');
const write = (note: object, name = 'agent.lock') =>
  writeFile(join(locks(), name), `${JSON.stringify(note)}\n`);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'elsewhere-'));
  await mkdir(locks(), { recursive: true });
});

afterEach(() => rm(home, { recursive: true, force: true }));

it('has nothing to say where no agent was', () => expect(look()).toEqual([]));

it('names the machine that a shared home is served on', async () => {
  await write({ ...NOTE, host: 'login2.hpc.example' });
  expect(look()).toMatchObject([
    {
      state: 'warn',
      says: `the agent of this home (process ${process.pid}) was started on login2.hpc.example, and only programs there can ask it`,
      next: expect.stringContaining('--data-folder') as string,
    },
  ]);
});

it('reads the note where the file system has no locks for files', async () => {
  await mkdir(join(locks(), 'agent.lock.d'));
  await write({ ...NOTE, host: 'login2.hpc.example' }, 'agent.lock.d/login2-7-1-ab');
  expect(look()).toHaveLength(1);
});

it('names the socket that a shell with other variables does not look at', async () => {
  await write(NOTE);
  expect(look()).toMatchObject([{ next: `GLOBUS_TOKEN_SOCK=${THERE}` }]);
});

it('passes over an agent that is gone, that opens its socket yet, or that is where this shell looks', async () => {
  await write({ ...NOTE, pid: 2 ** 30 });
  expect(look()).toEqual([]);
  await write({ ...NOTE, socket: null });
  expect(look()).toEqual([]);
  await write({ ...NOTE, socket: HERE });
  expect(look()).toEqual([]);
});

it('shows nothing of a note that could move a cursor', async () => {
  await write({ ...NOTE, host: 'login\u001b[2J' });
  expect(look()[0]?.says).not.toContain('\u001b');
});

it('says in a container how it is given the folder of the agent outside', async () => {
  expect(look(BOX)).toMatchObject([
    {
      state: 'warn',
      says: expect.stringContaining('a container (Box)') as string,
      next: 'box $XDG_RUNTIME_DIR/globus-token',
    },
  ]);
  await write({ ...NOTE, host: 'laptop' });
  expect(look(BOX)).toMatchObject([{ next: `box ${dirname(THERE)}` }]);
});

it('names the socket to a container that was given its folder', async () => {
  const socket = join(home, 'broker.sock');
  await writeFile(socket, '');
  await write({ ...NOTE, socket });
  expect(look(BOX)).toMatchObject([{ next: `GLOBUS_TOKEN_SOCK=${socket}` }]);
});

it('names another machine in a container that has the name of its host', async () => {
  await write({ ...NOTE, host: 'login2.hpc.example' });
  const [finding] = look({ ...BOX, sharesHostName: true });
  expect(finding?.says).toContain('was started on login2.hpc.example');
});
