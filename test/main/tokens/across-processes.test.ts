import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Settings } from '../../../main/settings/types.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { LoggedRequest, Sandbox } from '../../sandbox/types.ts';
import { AgentProcess, buildAgentChild } from '../../support/agent-process.ts';
import { FileVault } from '../../support/file-vault.ts';
import { ALL_SCOPES, sandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';

const VIEW = scopeOf('view_flows');
const TOKEN = '/v2/oauth2/token';
let child: Awaited<ReturnType<typeof buildAgentChild>>;
let sandbox: Sandbox;
let folder: string;
let vault: FileVault;
let settings: Settings;
const agents: AgentProcess[] = [];

beforeAll(async () => {
  child = await buildAgentChild();
}, 60_000);
afterAll(() => child.remove());

/** A sandbox and a signed-in data folder for each case: two processes share all of it. */
beforeEach(async () => {
  sandbox = await startSandbox();
  folder = await mkdtemp(join(tmpdir(), 'across-'));
  await mkdir(join(folder, 'vault'));
  vault = new FileVault(join(folder, 'vault'));
  const first = sandboxAgent(sandbox, { vault });
  await first.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
  first.agent.close();
  const all = first.settings.get();
  // The schedule of an agent renews whatever it knows: here, one grant.
  settings = { ...all, grants: all.grants.filter((grant) => grant.scopes.includes(VIEW)) };
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.kill();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(name: string, { socket = true } = {}): Promise<AgentProcess> {
  const agent = await AgentProcess.start(child.file, {
    settings,
    vault: join(folder, 'vault'),
    locks: join(folder, 'locks'),
    socket: socket ? join(folder, name) : null,
    ports: { auth: sandbox.auth.port, flows: sandbox.flows.port },
  });
  agents.push(agent);
  return agent;
}

const isRefresh = (line: LoggedRequest): boolean => line.form?.['grant_type'] === 'refresh_token';
const refreshes = (): LoggedRequest[] => sandbox.log.filter(isRefresh);
const slow = (milliseconds: number, times: number) =>
  sandbox.addFault({ host: 'auth', path: TOKEN, kind: 'slow', milliseconds, times });
const rotate = () => sandbox.addFault({ host: 'auth', path: TOKEN, kind: 'rotate' });

async function refreshToken(): Promise<string> {
  const name = settings.grants[0]?.name ?? '';
  const read = await vault.read(name);
  return read.kind === 'found' ? read.entry.refreshToken : read.kind;
}

it.each([false, true])(
  '[C20] two processes that renew a grant at once make one token request (rotation: %s)',
  async (rotation) => {
    const [one, other] = await Promise.all([start('a'), start('b')]);
    slow(1_000, 1);
    if (rotation) rotate();
    const values = await Promise.all([one.renew(VIEW), other.renew(VIEW)]);
    expect(sandbox.issued).toContain(values[0]);
    expect(values[1]).toBe(values[0]);
    expect(refreshes()).toHaveLength(1);
    // And both go on from there, one after the other.
    for (const agent of [one, other, one]) expect(sandbox.issued).toContain(await agent.renew(VIEW));
    expect(refreshes().map((line) => line.status)).toEqual([200, 200, 200, 200]);
  },
  20_000,
);

it('[C21] the loser of a rotation spends the new refresh token when the winner cannot be asked', async () => {
  const [one, other] = await Promise.all([start('a', { socket: false }), start('b')]);
  const before = await refreshToken();
  slow(700, 1);
  rotate();
  const winner = one.renew(VIEW);
  await sandbox.waitForRequest(isRefresh);
  const values = await Promise.all([winner, other.renew(VIEW)]);
  for (const value of values) expect(sandbox.issued).toContain(value);
  expect(refreshes().map((line) => line.status)).toEqual([200, 200]);
  expect(await refreshToken()).not.toBe(before);
}, 20_000);

it('[C22] kill -9 of the winner in the middle of its request: the loser renews, the grant stays', async () => {
  const [one, other] = await Promise.all([start('a'), start('b')]);
  const before = await refreshToken();
  slow(20_000, 1);
  const winner = one.renew(VIEW).catch((error: unknown) => String(error));
  await sandbox.waitForRequest(isRefresh);
  const loser = other.renew(VIEW);
  rotate();
  await one.kill();
  expect(await winner).toContain('ended');
  expect(sandbox.issued).toContain(await loser);
  expect(refreshes().map((line) => line.status)).toEqual([200, 200]);
  const after = await refreshToken();
  expect(after).not.toBe(before);
  expect(sandbox.issued).toContain(after);
  // Whoever comes next finds a vault that works.
  const next = await start('c');
  expect(sandbox.issued).toContain(await next.renew(VIEW));
}, 20_000);

it('[C23] a sign-out waits for the renewal of another process, and ends what that brings', async () => {
  const [one, other] = await Promise.all([start('a'), start('b')]);
  slow(1_000, 1);
  rotate();
  const renewal = one.renew(VIEW);
  await sandbox.waitForRequest(isRefresh);
  expect(await other.signOut()).toEqual({ ok: true, value: null });
  await renewal;
  const all = sandbox.ledger.lines.flatMap((line) => ('refresh' in line ? [line.refresh] : []));
  const server = settings.grants[0]?.resourceServer;
  const ofFlows = [...new Set(all)].filter((token) => sandbox.ledger.resourceServer(token) === server);
  expect(ofFlows.map((token) => sandbox.ledger.isLive(token))).toEqual([false, false]);
  expect(await refreshToken()).toBe('absent');
}, 20_000);
