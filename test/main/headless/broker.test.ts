import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HeadlessBroker, setupHeadlessBroker } from '../../../main/headless/broker.ts';
import { LOOK_MS } from '../../../main/headless/moving-broker.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { FakeClock } from '../../support/agent-parts.ts';
import { DIST } from '../../support/dist.ts';
import { testVault } from '../../support/manage-rig.ts';
import { plain } from '../../support/oidc-rig.ts';
import { until } from '../../support/processes.ts';
import { type SandboxAgent, sandboxAgent } from '../../support/sandbox-agent.ts';
import { say } from '../../support/say.ts';

let sandbox: Sandbox;
let folder: string;
let inside: SandboxAgent;
let clock: FakeClock;
let place: string;
let moved: string[];
let opened: HeadlessBroker;

beforeEach(async () => {
  [sandbox, folder] = await Promise.all([startSandbox(), mkdtemp(join(tmpdir(), 'agent-'))]);
  for (const name of ['run', 'tmp', 'data']) await mkdir(join(folder, name), { mode: 0o700 });
  const { vault, settings } = testVault(sandbox, folder);
  inside = sandboxAgent(sandbox, { vault, settings });
  const { agent, log } = inside;
  clock = new FakeClock();
  place = at('run', 'broker.sock');
  moved = [];
  opened = await setupHeadlessBroker({
    ...{ agent, log, settings, vault, fetch, clock, path: place },
    folder: join(folder, 'data'),
    follow: {
      place: () => place,
      moved: (path) => moved.push(path),
      oidcMoved: (path) => moved.push(path),
    },
    version: '0.1.0',
    dist: DIST,
    env: {},
    oidcAgent: true,
    retire: () => agent.retire(),
    retired: () => undefined,
  });
}, 20_000);
afterEach(async () => {
  await opened.broker.close();
  inside.agent.close();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string, file: string) => join(folder, name, 'globus-token', file);
const both = (name: string) => [at(name, 'broker.sock'), at(name, 'oidc.sock')];
const look = () => clock.advance(LOOK_MS);
const news = (count: number) =>
  until(`${count} sockets made anew`, () => Promise.resolve(moved.length >= count || undefined));

async function bothAnswer(name: string): Promise<void> {
  const [broker = '', oidc = ''] = both(name);
  expect(await say(broker, 'GET', '/v1/status')).toMatchObject({ status: 200 });
  expect(await plain(oidc, { request: 'check' })).toMatchObject({ status: 'success' });
}

describe('an agent whose runtime folder goes', () => {
  it('has both sockets anew at the same place after the next login', async () => {
    await rm(join(folder, 'run'), { recursive: true });
    await mkdir(join(folder, 'run'), { mode: 0o700 });
    look();
    await news(2);
    expect(moved).toEqual(both('run'));
    await bothAnswer('run');
  });

  it('has both elsewhere meanwhile, and none once it has ended', async () => {
    await rm(join(folder, 'run'), { recursive: true });
    place = at('tmp', 'broker.sock');
    look();
    await news(2);
    await bothAnswer('tmp');
    await mkdir(join(folder, 'run'), { mode: 0o700 });
    place = at('run', 'broker.sock');
    look();
    await opened.broker.close();
    expect([...both('run'), ...both('tmp')].filter((path) => existsSync(path))).toEqual([]);
  });

  it('answers on its own socket where that of oidc-agent’s clients cannot be made', async () => {
    await rm(join(folder, 'run'), { recursive: true });
    await mkdir(join(folder, 'tmp', 'globus-token'), { mode: 0o700 });
    await writeFile(at('tmp', 'oidc.sock'), 'not a socket');
    place = at('tmp', 'broker.sock');
    look();
    await news(1);
    expect((await say(place, 'GET', '/v1/status')).status).toBe(200);
    await rm(at('tmp', 'oidc.sock'));
    await until('the other one', () => {
      look();
      return Promise.resolve(moved.length > 1 || undefined);
    });
    await bothAnswer('tmp');
  });
});
