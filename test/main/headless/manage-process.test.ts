import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LoginAnswer, PendingAnswer } from '../../../main/broker/contract.ts';
import { build } from '../../../scripts/build.mjs';
import { DEMO_CLIENT_ID, startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { approveInProcess } from '../../sandbox/visitor.ts';
import { type HeadlessAgent, startHeadless } from '../../support/headless.ts';
import { until } from '../../support/processes.ts';
import { say, typed } from '../../support/say.ts';

const PASSPHRASE = 'correct horse battery staple';

beforeAll(() => build({ only: ['headless'] }), 60_000);

let folder: string;
let sandbox: Sandbox;
let agent: HeadlessAgent;
beforeEach(async () => {
  [sandbox, folder] = await Promise.all([startSandbox(), mkdtemp(join(tmpdir(), 'bare-'))]);
  await mkdir(join(folder, 'run'), { mode: 0o700 });
  await start();
});
afterEach(async () => {
  await agent.end();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

/** As in a container: no D-Bus, no display, a home that was empty. */
async function start(): Promise<void> {
  agent = startHeadless(
    { PATH: '/usr/bin:/bin', HOME: join(folder, 'home'), XDG_RUNTIME_DIR: join(folder, 'run') },
    [`--demo=${sandbox.auth.port},${sandbox.flows.port},${DEMO_CLIENT_ID}`],
  );
  await agent.listens;
}

const socket = () => join(folder, 'run', 'globus-token-demo', 'broker.sock');
const ask = (method: string, target: string, body?: object) => say(socket(), method, target, body);

/** A token, after somebody at a terminal allowed it. */
async function allowed(): Promise<unknown> {
  const asked = ask('GET', '/v1/token?scope=view_flows');
  const id = await until('a question', async () => {
    const [first] = (await ask('GET', '/v1/approvals')).body as PendingAnswer[];
    return first?.id;
  });
  expect(JSON.parse(await typed(socket(), '/v1/approvals', { id, answer: 'once' }))).toEqual([]);
  const token = await asked;
  expect(token.status).toBe(200);
  return (token.body as Record<string, unknown>)['access_token'];
}

test('[C25] [C26] [C29] [C51] from a bare machine to a token, and again after a restart', async () => {
  expect((await ask('GET', '/v1/status')).body).toMatchObject({
    backend: 'keychain',
    vault_state: 'missing',
  });
  expect(await ask('POST', '/v1/login', { way: 'paste' })).toMatchObject({ reason: 'vault-trouble' });
  const backend = { backend: 'passphrase', passphrase: PASSPHRASE };
  expect((await ask('POST', '/v1/vault', backend)).body).toMatchObject({ vault_state: 'ready' });
  const { link } = (await ask('POST', '/v1/login', { way: 'paste' })).body as LoginAnswer;
  const code = await approveInProcess(link ?? '');
  expect((await ask('POST', '/v1/login/code', { code })).body).toMatchObject({ phase: 'done' });
  expect(sandbox.issued).toContain(await allowed());

  agent.signal('SIGTERM');
  expect(await agent.ended).toBe(0);
  await start();
  expect((await ask('GET', '/v1/status')).body).toMatchObject({
    backend: 'passphrase',
    vault_state: 'locked',
    account: 'ada@uni.example',
  });
  expect(await ask('GET', '/v1/check?scope=view_flows&for=60')).toMatchObject({ reason: 'locked' });
  const wrong = await ask('POST', '/v1/unlock', { passphrase: 'wrong' });
  expect(wrong).toMatchObject({ reason: 'vault-trouble', body: { trouble: 'wrong-passphrase' } });
  expect((await ask('POST', '/v1/unlock', { passphrase: PASSPHRASE })).body).toMatchObject({
    vault_state: 'ready',
  });
  expect(sandbox.issued).toContain(await allowed());

  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((one) => one.isFile())) {
    const content = await readFile(join(file.parentPath, file.name));
    for (const secret of [PASSPHRASE, ...sandbox.issued]) {
      expect(content.includes(secret), file.name).toBe(false);
    }
  }
}, 60_000);

test('[C35] ends at once while a question waits, and hands out nothing', async () => {
  await ask('POST', '/v1/vault', { backend: 'memory' });
  const { link } = (await ask('POST', '/v1/login', { way: 'paste' })).body as LoginAnswer;
  await ask('POST', '/v1/login/code', { code: await approveInProcess(link ?? '') });
  const asked = ask('GET', '/v1/token?scope=view_flows').catch(() => null);
  await until('a question', async () => {
    const pending = (await ask('GET', '/v1/approvals')).body as PendingAnswer[];
    return pending.length === 1 || undefined;
  });
  agent.signal('SIGTERM');
  expect(await agent.ended).toBe(0);
  expect(await asked).not.toMatchObject({ status: 200 });
}, 30_000);
