import { statusAnswer } from '../../support/status.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Verdict } from '../../../main/broker/types.ts';
import { ask, type BrokerRig, brokerRig, rawClient } from '../../support/broker-rig.ts';

const GET = 'GET /v1/token?scope=view_flows HTTP/1.1\r\nHost: localhost\r\n\r\n';
let base: string;
let path: string;
let rigs: BrokerRig[];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'take-'));
  path = join(base, 's');
  rigs = [];
});
afterEach(async () => {
  for (const rig of rigs) await rig.close();
  await rm(base, { recursive: true, force: true });
});

/** A broker that says who it is in its status. */
async function start(version: string, options: Parameters<typeof brokerRig>[0] = {}): Promise<BrokerRig> {
  const status = () => statusAnswer({ version, pid: 1 });
  const rig = await brokerRig({ path, status, ...options });
  rigs.push(rig);
  return rig;
}
const version = async () => (JSON.parse((await ask(path, '/v1/status')).body) as { version: string }).version;

/** 200 callers at a time, in a process of their own: nothing here can hold them back at the wrong moment. */
const HAMMER = `const http = require('http'); const seen = {}; let more = true;
const one = () => new Promise((done) => {
  const failed = (error) => { seen[error.code] = (seen[error.code] ?? 0) + 1; done(); };
  http.get({ socketPath: process.argv[1], path: '/v1/status', agent: false }, (response) => {
    let body = ''; response.on('data', (part) => (body += part)).on('error', failed);
    response.on('end', () => { const { version } = JSON.parse(body);
      seen[version] = (seen[version] ?? 0) + 1; if (seen[version] === 300) console.log(version); done(); });
  }).on('error', failed);
});
const loop = async () => { while (more) await one(); };
process.stdin.on('end', () => (more = false)).resume();
Promise.all(Array.from({ length: 200 }, loop)).then(() => console.log(JSON.stringify(seen)));`;

it('[C20] [C30] a successor takes the path of a retired broker while 200 callers hammer it: none fails', async () => {
  const old = await start('old');
  const child = spawn(process.execPath, ['-e', HAMMER, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    expect((await lines.next()).value).toBe('old');
    await start('new', { replace: true });
    await old.broker.drain();
    expect((await lines.next()).value).toBe('new');
    child.stdin.end();
    const seen = JSON.parse((await lines.next()).value as string) as Record<string, number>;
    expect(Object.keys(seen).sort()).toEqual(['new', 'old']);
  } finally {
    child.kill('SIGKILL');
  }
  expect(await version()).toBe('new');
  expect(await readdir(base)).toEqual(['s']);
}, 30_000);

it('[C30] without the option a live socket stays whose it is, retired or not', async () => {
  await start('old');
  await expect(start('new')).rejects.toMatchObject({ trouble: 'socket-live' });
  expect(await version()).toBe('old');
});

it('[C30] replaces neither a file nor a symlink, with the option too', async () => {
  await writeFile(path, 'kept');
  await expect(start('new', { replace: true })).rejects.toMatchObject({ trouble: 'socket-foreign' });
});

it('starts as usual with the option where the retired broker has gone already', async () => {
  const old = await start('old');
  await old.broker.drain();
  expect(await readdir(base)).toEqual([]);
  await start('new', { replace: true });
  expect(await version()).toBe('new');
});

it('a drained broker leaves the file of its successor alone', async () => {
  const old = await start('old');
  await start('new', { replace: true });
  await old.broker.drain();
  await old.broker.close();
  expect(await version()).toBe('new');
});

it('answers who waits in its backlog, and who has connected without a word yet', async () => {
  const old = await start('old');
  const silent = await rawClient(path);
  // Connected in the kernel; this process has not accepted them when the drain begins.
  const waiting = Array.from({ length: 50 }, () => connect({ path }));
  const answers = waiting.map(async (socket) => {
    socket.write(GET);
    let got = '';
    socket.on('data', (chunk: Buffer) => (got += chunk.toString()));
    await once(socket, 'close');
    return got;
  });
  const drained = old.broker.drain();
  silent.write(GET);
  for (const answer of [...(await Promise.all(answers)), await silent.closed]) {
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/connection: close/i);
  }
  await drained;
  expect(old.broker.connections).toBe(0);
});

it('waits for an answer that a person is thinking about, and drops idle connections', async () => {
  const old = await start('old');
  const idle = await rawClient(path);
  idle.write(GET);
  await idle.sees(/access_token/);
  let decide: (verdict: Verdict) => void = () => undefined;
  let asked: () => void = () => undefined;
  const wasAsked = new Promise<void>((resolve) => (asked = resolve));
  old.state.decide = () => {
    asked();
    return new Promise((resolve) => (decide = resolve));
  };
  const waiting = ask(path, '/v1/token?scope=view_flows');
  await wasAsked;
  const drained = old.broker.drain();
  await idle.closed;
  decide({ kind: 'allowed', by: 'prompt' });
  expect(await waiting).toMatchObject({ status: 200, headers: { connection: 'close' } });
  await drained;
});

it('can be drained and closed in any order, and twice', async () => {
  const one = await start('one');
  await Promise.all([one.broker.drain(), one.broker.drain(), one.broker.close()]);
  const two = await start('two');
  await two.broker.close();
  await two.broker.drain();
  expect(await readdir(base)).toEqual([]);
});
