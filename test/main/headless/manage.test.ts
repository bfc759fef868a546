import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type {
  AuditEntry,
  ForwardAnswer,
  LoginAnswer,
  PendingAnswer,
  StatusAnswer,
} from '../../../main/broker/contract.ts';
import { type HeadlessBroker, setupHeadlessBroker } from '../../../main/headless/broker.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { approveInProcess } from '../../sandbox/visitor.ts';
import { realClock } from '../../support/agent-parts.ts';
import { DIST } from '../../support/dist.ts';
import { until } from '../../support/processes.ts';
import { say as sayAt, typed } from '../../support/say.ts';
import { scopeOf, type SandboxAgent, sandboxAgent } from '../../support/sandbox-agent.ts';
import { testVault } from '../../support/manage-rig.ts';

// The sandbox and its keys are made anew for every test.
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

/** The agent without a window, in this process, on a real socket: what `globus-token` sees of it. */
let sandbox: Sandbox;
let folder: string;
let socket: string;
let inside: SandboxAgent;
let opened: HeadlessBroker;

beforeEach(async () => {
  [sandbox, folder] = await Promise.all([startSandbox(), mkdtemp(join(tmpdir(), 'manage-'))]);
  for (const name of ['run', 'data']) await mkdir(join(folder, name), { mode: 0o700 });
  socket = join(folder, 'run', 'broker.sock');
  const { vault, settings } = testVault(sandbox, folder);
  inside = sandboxAgent(sandbox, { vault, settings, openBrowser: () => Promise.resolve() });
  const { agent, log } = inside;
  opened = await setupHeadlessBroker({
    ...{ agent, log, settings, vault, fetch },
    folder: join(folder, 'data'),
    clock: realClock,
    path: socket,
    version: '0.1.0',
    dist: DIST,
    env: {},
    oidcAgent: false,
    retire: () => agent.retire(),
    retired: () => undefined,
  });
  await agent.start();
});
afterEach(async () => {
  await opened.broker.close();
  inside.agent.close();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const say = (method: string, target: string, body?: object, at = socket) => sayAt(at, method, target, body);
const posted = (target: string, body: object | null) => typed(socket, target, body);

async function signIn(): Promise<void> {
  const login = (await say('POST', '/v1/login', { way: 'paste' })).body as LoginAnswer;
  const code = await approveInProcess(login.link ?? '');
  expect(await say('POST', '/v1/login/code', { code })).toMatchObject({
    status: 200,
    body: { phase: 'done' },
  });
}

async function waiting(count = 1): Promise<PendingAnswer[]> {
  return until(`${count} questions`, async () => {
    const pending = (await say('GET', '/v1/approvals')).body as PendingAnswer[];
    return pending.length === count ? pending : undefined;
  });
}

describe('from nothing to a token, over the socket', () => {
  test('[C51] a code is pasted, a question answered, and the token is the caller’s', async () => {
    expect((await say('GET', '/v1/check?scope=view_flows&for=60')).reason).toBe('needs-sign-in');
    await signIn();
    expect((await say('GET', '/v1/status')).body).toMatchObject({
      kind: 'headless',
      account: 'ada@uni.example',
    });
    const asked = say('GET', '/v1/token?scope=view_flows&name=test');
    const [question] = await waiting();
    expect(question).toMatchObject({
      scope_name: 'view_flows',
      self_name: 'test',
      account: 'ada@uni.example',
    });
    // This process is no shell at a terminal; only a person there may answer.
    const refused = await say('POST', '/v1/approvals', { id: question?.id, answer: 'once' });
    expect(refused).toMatchObject({ status: 403, reason: 'needs-terminal' });
    expect(await answered(question?.id ?? '', 'once')).toContain('[]');
    const token = await asked;
    expect(token.status).toBe(200);
    expect(sandbox.issued).toContain((token.body as Record<string, unknown>)['access_token']);
    expect((await say('GET', '/v1/check?scope=view_flows&for=60')).body).toMatchObject({ answer: 'yes' });
  });

  test('[C35] an unknown ID answers nothing, and a denial is one', async () => {
    await signIn();
    const asked = say('GET', '/v1/token?scope=view_flows');
    const [question] = await waiting();
    expect(await answered('q-0', 'once')).toContain('not-found');
    expect(await answered(question?.id ?? '', 'deny')).toContain('[]');
    expect(await asked).toMatchObject({ status: 403, reason: 'denied' });
  });

  test('[C49] who may not wait is refused at once, and no question is left', async () => {
    await signIn();
    expect(await say('GET', '/v1/token?scope=view_flows&wait=0')).toMatchObject({ reason: 'no-answer' });
    expect(await waiting(0)).toEqual([]);
  });

  test('[C29] a lock denies what waits, and only a person at a terminal ends it', async () => {
    await signIn();
    const asked = say('GET', '/v1/token?scope=view_flows');
    await waiting();
    expect((await say('POST', '/v1/lock')).status).toBe(200);
    expect(await asked).toMatchObject({ reason: 'locked' });
    expect(await say('POST', '/v1/unlock', {})).toMatchObject({ reason: 'needs-terminal' });
    expect(inside.agent.locked).toBe(true);
    const status = JSON.parse(await posted('/v1/unlock', {})) as StatusAnswer;
    expect(status.locked).toBe(false);
  });

  test('[C20] an agent that hands over its work refuses what waits, and is not held up by it', async () => {
    await signIn();
    const asked = say('GET', '/v1/token?scope=view_flows');
    await waiting();
    await opened.broker.drain();
    expect(await asked).toMatchObject({ status: 403, reason: 'no-answer' });
  });

  test('[C36] the code is in no log, and the decisions are', async () => {
    const login = (await say('POST', '/v1/login', { way: 'paste' })).body as LoginAnswer;
    const code = await approveInProcess(login.link ?? '');
    await say('POST', '/v1/login/code', { code });
    await say('GET', '/v1/token?scope=view_flows&wait=0');
    const audit = (await say('GET', '/v1/audit')).body as AuditEntry[];
    expect(audit).toMatchObject([
      { kind: 'refused', by: 'no-answer', scope: expect.stringContaining('view_flows') as string },
      { kind: 'rule', by: 'sign-in', answer: 'done' },
    ]);
    const logs = [
      JSON.stringify(inside.log.lines),
      await readFile(join(folder, 'data', 'audit', 'audit.jsonl'), 'utf8'),
    ];
    for (const secret of [code, ...sandbox.issued]) expect(logs.join('\n')).not.toContain(secret);
  });
});

describe('sockets for forwarding', () => {
  test('are made for kept scopes by name, listed, and closed', async () => {
    const wish = { host: 'login.hpc.example', scopes: 'view_flows run_status', seconds: 3_600 };
    const made = (await say('POST', '/v1/forwards', wish)).body as ForwardAnswer;
    expect(made.scopes).toEqual([scopeOf('view_flows'), scopeOf('run_status')]);
    expect((await say('GET', '/v1/forwards')).body).toEqual([made]);
    await signIn();
    expect(await say('GET', '/v1/check?scope=view_flows&for=60', undefined, made.path)).toMatchObject({
      status: 200,
    });
    expect((await say('DELETE', `/v1/forwards?id=${made.id}`)).body).toEqual([]);
    await expect(say('GET', '/v1/status', undefined, made.path)).rejects.toThrow('ENOENT');
  });

  test('are made for nothing else, nor while the agent is locked', async () => {
    const wish = { host: 'login.hpc.example', scopes: 'transfer:all', seconds: 3_600 };
    expect(await say('POST', '/v1/forwards', wish)).toMatchObject({ reason: 'unknown-scope' });
    inside.agent.setLocked(true);
    const kept = { ...wish, scopes: 'view_flows' };
    expect(await say('POST', '/v1/forwards', kept)).toMatchObject({ reason: 'locked' });
    expect((await say('GET', '/v1/forwards')).body).toEqual([]);
  });

  test('end with the agent', async () => {
    const wish = { host: 'login.hpc.example', scopes: 'view_flows', seconds: 3_600 };
    const made = (await say('POST', '/v1/forwards', wish)).body as ForwardAnswer;
    await opened.broker.close();
    await expect(say('GET', '/v1/status', undefined, made.path)).rejects.toThrow('ENOENT');
  });
});

describe('what there is no window for', () => {
  test('a sign-in that a script asks for names the command', async () => {
    const asked = await say('POST', '/v1/sign-in?scope=view_flows');
    expect(asked).toMatchObject({ status: 401, reason: 'needs-sign-in' });
    const { detail } = asked.body as { detail: string };
    expect(detail).toMatch(/no window .* globus-token login$/);
  });

  test('a wrong code, a cancelled attempt, and a second one', async () => {
    await say('POST', '/v1/login', { way: 'paste' });
    expect(await say('POST', '/v1/login', { way: 'paste' })).toMatchObject({ reason: 'busy' });
    expect(await say('POST', '/v1/login/code', { code: 'wrong' })).toMatchObject({
      status: 200,
      body: { phase: 'failed' },
    });
    expect((await say('GET', '/v1/login')).body).toMatchObject({ phase: 'failed' });
    await say('POST', '/v1/login', { way: 'browser' });
    expect((await say('DELETE', '/v1/login')).body).toMatchObject({ phase: 'idle' });
    expect(await say('POST', '/v1/login/code', { code: 'late' })).toMatchObject({ reason: 'not-found' });
    await signIn();
    expect((await say('POST', '/v1/sign-out', {})).body).toMatchObject({ account: null });
  });

  test('[C28] a starter policy is written from a terminal alone', async () => {
    expect(await say('POST', '/v1/policy')).toMatchObject({ reason: 'needs-terminal' });
    expect((await say('GET', '/v1/policy')).body).toMatchObject({ state: 'absent' });
    expect(JSON.parse(await posted('/v1/policy', null))).toMatchObject({ state: 'rules', count: 0 });
  });
});

function answered(id: string, answer: string): Promise<string> {
  return posted('/v1/approvals', { id, answer });
}
