import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LoginAnswer } from '../../../main/broker/contract.ts';
import { build } from '../../../scripts/build.mjs';
import { DEMO_CLIENT_ID, startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { approveInProcess } from '../../sandbox/visitor.ts';
import { type HeadlessAgent, startHeadless } from '../../support/headless.ts';
import { until } from '../../support/processes.ts';
import { say } from '../../support/say.ts';

/** Not the famous one, which the agent’s own texts name. */
const PASSPHRASE = 'seven hungry horses on a roof';

let folder: string;
let sandbox: Sandbox;
let agent: HeadlessAgent;
beforeAll(() => build({ only: ['headless'] }), 60_000);
beforeEach(async () => {
  [sandbox, folder] = await Promise.all([startSandbox(), mkdtemp(join(tmpdir(), 'memory-'))]);
  for (const name of ['run', 'heap']) await mkdir(join(folder, name), { mode: 0o700 });
  // The agent as it is; only Node is told to write its heap down when it is asked to, and no string of it short.
  const node = join(folder, 'node');
  const flags = `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir='${join(folder, 'heap')}' --heap-snapshot-string-limit=1000000`;
  await writeFile(node, `#!/bin/sh\nexec '${process.execPath}' ${flags} "$@"\n`);
  await chmod(node, 0o755);
  agent = startHeadless(
    { PATH: '/usr/bin:/bin', HOME: join(folder, 'home'), XDG_RUNTIME_DIR: join(folder, 'run') },
    [`--demo=${sandbox.auth.port},${sandbox.flows.port},${DEMO_CLIENT_ID}`],
    node,
  );
  await agent.listens;
});
afterEach(async () => {
  await agent.end();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const socket = () => join(folder, 'run', 'globus-token-demo', 'broker.sock');
const ask = (method: string, target: string, body?: object) => say(socket(), method, target, body);

/** Everything that the agent's code can still reach. */
async function heap(): Promise<string> {
  const before = await readdir(join(folder, 'heap'));
  agent.signal('SIGUSR2');
  const name = await until('a heap snapshot', async () =>
    (await readdir(join(folder, 'heap'))).find((one) => !before.includes(one)),
  );
  // It is written in one go, during which nothing is answered.
  await ask('GET', '/v1/status');
  return readFile(join(folder, 'heap', name), 'utf8');
}

/** Which secrets stand in it, by where they come in the list. */
const found = (text: string, secrets: readonly string[]): number[] =>
  secrets.flatMap((secret, index) => (text.includes(secret) ? [index] : []));

test('[C29] after a lock the agent holds no token, no code and no passphrase any more', async () => {
  const backend = { backend: 'passphrase', passphrase: PASSPHRASE };
  expect((await ask('POST', '/v1/vault', backend)).body).toMatchObject({ vault_state: 'ready' });
  const { link } = (await ask('POST', '/v1/login', { way: 'paste' })).body as LoginAnswer;
  const code = await approveInProcess(link ?? '');
  expect((await ask('POST', '/v1/login/code', { code })).body).toMatchObject({ phase: 'done' });
  const spent = [code, PASSPHRASE];

  const unlocked = await heap();
  // It is looked for where it has to be: an unlocked agent has the access tokens.
  expect(found(unlocked, sandbox.issued).length).toBeGreaterThan(0);
  // The code has been spent, and the passphrase made into a key.
  expect(found(unlocked, spent)).toEqual([]);

  expect((await ask('POST', '/v1/lock')).status).toBe(200);
  const locked = await heap();
  expect(found(locked, [...sandbox.issued, ...spent])).toEqual([]);

  // The other way by which the passphrase comes in. A renewal that it starts may be under way at this lock.
  expect((await ask('POST', '/v1/unlock', { passphrase: PASSPHRASE })).status).toBe(200);
  expect((await ask('POST', '/v1/lock')).status).toBe(200);
  expect(found(await heap(), spent)).toEqual([]);
}, 60_000);
