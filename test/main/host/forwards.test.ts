import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ForwardAnswer } from '../../../main/broker/contract.ts';
import type { BrokerPorts } from '../../../main/broker/ports.ts';
import type { Managed, ManagePort } from '../../../main/broker/manage-port.ts';
import { type Forwards, openForwards } from '../../../main/host/forwards.ts';
import { FakeClock } from '../../support/agent-parts.ts';
import {
  ACCESS,
  ask,
  brokerRig,
  type BrokerRig,
  program,
  rawClient,
  VIEW_FLOWS,
} from '../../support/broker-rig.ts';
import { statusAnswer } from '../../support/status.ts';

const RUN_STATUS = 'https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/run_status';
const LOCAL = { host: 'localhost' };

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Rig {
  forwards: Forwards;
  clock: FakeClock;
  main: BrokerRig;
  /** Hosts that requests came from, as the identifier was told. */
  hosts: (string | null)[];
  open(scopes?: string[], seconds?: number): Promise<ForwardAnswer>;
  again(): Forwards;
}

async function rig(folder?: string): Promise<Rig> {
  const clock = new FakeClock();
  const hosts: (string | null)[] = [];
  const identifier: BrokerPorts['identifier'] = {
    identify(_socket, from) {
      hosts.push(from);
      if (from === null) return { kind: 'caller', caller: program };
      return {
        kind: 'caller',
        caller: { ...program, subject: { kind: 'forwarded', relay: 'ssh', host: from } },
      };
    },
    stillSame: () => true,
  };
  const main = await brokerRig({
    identifier,
    ...(folder === undefined ? {} : { path: join(folder, 'broker.sock') }),
  });
  ends.push(() => main.close());
  const ports: BrokerPorts = {
    identifier,
    clock,
    approvals: { decide: (question, leaving) => main.state.decide(question, leaving) },
    tokens: {
      get locked() {
        return main.state.locked;
      },
      setUp: true,
      find: (text) => {
        const scope = [VIEW_FLOWS, RUN_STATUS].find((one) => one === text || one.endsWith(`/${text}`));
        return scope === undefined ? null : { scope, name: scope.replace(/.*\//, '') };
      },
      account: () => ({ sub: 'sub-ada', username: 'ada@uni.example' }),
      token: (scope, minimumMs) => main.state.outcome(scope, minimumMs),
    },
    audit: { append: () => Promise.resolve(), newest: () => Promise.resolve([]) },
    rules: { list: () => [], revoke: () => true },
    status: () => statusAnswer(),
    scopes: () =>
      [VIEW_FLOWS, RUN_STATUS].map((scope) => ({
        ...{ name: scope.replace(/.*\//, ''), scope, state: 'ready' },
        ...{ expires_at: null, also_allows: [] },
      })),
    signIn: () => Promise.resolve({ kind: 'done' }),
    lock: () => {
      main.state.locked = true;
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  const again = () => openForwards({ ports, socket: () => main.path, manage: () => TELLS });
  const forwards = again();
  ends.push(() => forwards.closeAll());
  return {
    ...{ forwards, clock, main, hosts, again },
    open: async (scopes = [VIEW_FLOWS], seconds = 3_600) =>
      opened(await forwards.open('login.hpc.example', scopes, seconds)),
  };
}

const TELLS: Pick<ManagePort, 'check' | 'snippet'> = {
  check: (scope, seconds) => ({
    kind: 'done',
    value: { scope, for: seconds, answer: 'yes', until: null, why: 'It lives that long.' },
  }),
  snippet: () => ({ kind: 'refused', reason: 'not-found' }),
};

function opened(answer: Managed<ForwardAnswer>): ForwardAnswer {
  if (answer.kind === 'done') return answer.value;
  throw new Error(`${answer.reason}: ${answer.detail ?? ''}`);
}

function reason({ body }: { body: string }): unknown {
  return (JSON.parse(body) as { reason?: unknown }).reason;
}

describe('sockets for forwarding', () => {
  it('open beside the main one, for nobody else, and tell where they are', async () => {
    const { forwards, main, open, clock } = await rig();
    const answer = await open();
    expect(answer).toMatchObject({ host: 'login.hpc.example', scopes: [VIEW_FLOWS] });
    expect(answer.until).toBe(Math.floor(clock.now() / 1_000) + 3_600);
    expect(answer.id).toMatch(/^f-[0-9a-f]{8}$/);
    expect(answer.path).toBe(join(dirname(main.path), `forward-${answer.id.slice(2)}.sock`));
    expect(statSync(answer.path).mode & 0o777).toBe(0o600);
    expect(forwards.list()).toEqual([answer]);
  });

  it('[C35] hand out their scopes to a caller of that host, whoever the peer is', async () => {
    const { open, main, hosts } = await rig();
    const { path } = await open();
    const asked: unknown[] = [];
    main.state.decide = ({ caller: { subject } }) => {
      asked.push(subject);
      return Promise.resolve({ kind: 'allowed', by: 'prompt' });
    };
    const token = await ask(path, '/v1/token?scope=view_flows', { ...LOCAL, accept: 'text/plain' });
    expect(token).toMatchObject({ status: 200, body: `${ACCESS}\n` });
    expect(asked).toEqual([{ kind: 'forwarded', relay: 'ssh', host: 'login.hpc.example' }]);
    expect(hosts).toEqual(['login.hpc.example']);
  });

  it('[C35] refuse every other scope, and do not show it', async () => {
    const { open } = await rig();
    const { path } = await open();
    const refused = await ask(path, '/v1/token?scope=run_status', LOCAL);
    expect({ status: refused.status, reason: reason(refused) }).toEqual({
      status: 403,
      reason: 'outside-forward',
    });
    const scopes = JSON.parse((await ask(path, '/v1/scopes', LOCAL)).body) as { scope: string }[];
    expect(scopes.map(({ scope }) => scope)).toEqual([VIEW_FLOWS]);
  });

  it.each([
    ['GET', '/v1/rules'],
    ['GET', '/v1/audit'],
    ['POST', '/v1/lock'],
    ['GET', '/v1/approvals'],
    ['GET', '/v1/forwards'],
    ['POST', '/v1/sign-in?scope=view_flows'],
    ['POST', '/v1/retire'],
    ['DELETE', '/v1/login'],
  ])('refuse %s %s', async (method, target) => {
    const { open, main } = await rig();
    const { path } = await open();
    const answer = await ask(path, target, LOCAL, method);
    expect({ status: answer.status, reason: reason(answer) }).toEqual({
      status: 403,
      reason: 'outside-forward',
    });
    expect(main.state.locked).toBe(false);
  });

  it('[C51] tell whether a token will last', async () => {
    const { open } = await rig();
    const { path } = await open();
    const answer = await ask(path, '/v1/check?scope=view_flows&for=60', LOCAL);
    expect(JSON.parse(answer.body)).toMatchObject({ answer: 'yes', for: 60 });
    expect(reason(await ask(path, '/v1/check?scope=run_status&for=60', LOCAL))).toBe('outside-forward');
    expect((await ask(path, '/v1/status', LOCAL)).status).toBe(200);
  });

  it('start no sign-in at home', async () => {
    const { open, main } = await rig();
    const { path } = await open();
    main.state.outcome = () => Promise.resolve({ kind: 'refused', reason: 'needs-consent', detail: 'No.' });
    const answer = await ask(path, '/v1/token?scope=view_flows&interactive=1', LOCAL);
    expect(reason(answer)).toBe('needs-consent');
    expect(main.state.signIns).toEqual([]);
  });

  it('[C29] hand out nothing while the app is locked', async () => {
    const { open, main } = await rig();
    const { path } = await open();
    main.state.locked = true;
    expect(reason(await ask(path, '/v1/token?scope=view_flows', LOCAL))).toBe('locked');
  });

  it('end when their time is over', async () => {
    const { forwards, open, clock } = await rig();
    const { path } = await open([VIEW_FLOWS], 600);
    clock.advance(599_000);
    expect((await ask(path, '/v1/status', LOCAL)).status).toBe(200);
    clock.advance(1_001);
    expect(forwards.list()).toEqual([]);
    expect(existsSync(path)).toBe(false);
    await expect(ask(path, '/v1/status', LOCAL)).rejects.toThrow(/ENOENT/);
  });

  it('last seven days at most', async () => {
    const { open, clock } = await rig();
    const { until } = await open([VIEW_FLOWS], 9_999_999);
    expect(until).toBe(Math.floor(clock.now() / 1_000) + 604_800);
  });

  it('drop who is connected when they are closed', async () => {
    const { forwards, open } = await rig();
    const { id, path } = await open();
    const client = await rawClient(path);
    expect(await forwards.close(id)).toBe(true);
    await client.closed;
    expect(existsSync(path)).toBe(false);
    expect(await forwards.close(id)).toBe(false);
  });

  it('are sixteen at most, also of starts at the same moment', async () => {
    const { forwards } = await rig();
    const all = await Promise.all(
      Array.from({ length: 18 }, () => forwards.open('login.hpc.example', [VIEW_FLOWS], 60)),
    );
    expect(all.filter(({ kind }) => kind === 'done')).toHaveLength(16);
    expect(all.filter((one) => one.kind === 'refused' && one.reason === 'busy')).toHaveLength(2);
  });

  it('end, and make room, when their files were removed', async () => {
    const { open, forwards, clock } = await rig();
    const lost = await Promise.all(Array.from({ length: 15 }, () => open()));
    const kept = await open();
    const client = await rawClient(lost[0]?.path ?? '');
    for (const { path } of lost) await rm(path);
    expect(await open()).toMatchObject({ host: kept.host });
    expect(forwards.list()).toHaveLength(2);
    expect(forwards.list()[0]).toEqual(kept);
    await client.closed;
    await rm(kept.path);
    expect(forwards.list()).toHaveLength(1);
    await forwards.closeAll();
    // No end is waited for any more.
    expect(clock.pendingTimers).toBe(0);
  });

  it('end with the agent, and none opens after', async () => {
    const { forwards, open } = await rig();
    const paths = [(await open()).path, (await open()).path];
    const late = forwards.open('login.hpc.example', [VIEW_FLOWS], 60);
    await forwards.closeAll();
    await late;
    expect(forwards.list()).toEqual([]);
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
    expect((await forwards.open('login.hpc.example', [VIEW_FLOWS], 60)).kind).toBe('refused');
  });

  it('say so when the path is too long for a socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'f-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    // Room for broker.sock, and not for forward-12345678.sock.
    const { forwards } = await rig(join(folder, 'x'.repeat(104 - folder.length - 13)));
    const answer = await forwards.open('login.hpc.example', [VIEW_FLOWS], 60);
    expect(answer).toMatchObject({ kind: 'refused', reason: 'internal' });
    expect(answer.kind === 'refused' && answer.detail).toMatch(/No socket was made.*bytes/);
  });

  it('are removed at the next start after a kill; live ones and other files stay', async () => {
    const { main, open, again } = await rig();
    const live = await open();
    const folder = dirname(main.path);
    const dead = join(folder, 'forward-00000000.sock');
    const child = spawn(
      process.execPath,
      ['-e', `require('net').createServer().listen(${JSON.stringify(dead)}, () => console.log('up'))`],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await writeFile(join(folder, 'forward-11111111.sock'), 'no socket');
    expect(existsSync(dead)).toBe(true);
    const next = again();
    ends.push(() => next.closeAll());
    await next.open('login.hpc.example', [VIEW_FLOWS], 60);
    expect(existsSync(dead)).toBe(false);
    expect(existsSync(live.path)).toBe(true);
    expect(existsSync(join(folder, 'forward-11111111.sock'))).toBe(true);
  });
});
