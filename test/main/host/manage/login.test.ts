import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { approveInProcess } from '../../../sandbox/visitor.ts';
import { type ManageRig, manageRig } from '../../../support/manage-rig.ts';
import { ALL_SCOPES, scopeOf } from '../../../support/sandbox-agent.ts';

// The sandbox and its keys are made anew for every test.
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const PASTE = { scopes: [], way: 'paste', account: null, isolate: false } as const;

let rig: ManageRig;
beforeEach(async () => {
  // As the agent without a window: nobody opens a browser.
  rig = await manageRig({ openBrowser: () => Promise.resolve() });
});
afterEach(() => rig.close());

/** Starts a sign-in and gives its link, which a person would open anywhere. */
async function started(wish: Parameters<ManageRig['manage']['startLogin']>[0] = PASTE): Promise<string> {
  const login = await rig.manage.startLogin(wish);
  if (login.kind !== 'done' || login.value.link === null) throw new Error(JSON.stringify(login));
  return login.value.link;
}

describe('signing in by a pasted code', () => {
  test('answers with the link at once, and is done with the code', async () => {
    expect(rig.manage.login()).toEqual({ phase: 'idle', way: null, link: null, port: null, problem: null });
    const link = await started();
    expect(rig.manage.login()).toMatchObject({ phase: 'waiting', way: 'paste', link, port: null });
    const code = await approveInProcess(link);
    const end = await rig.manage.submitCode(` ${code}\n`);
    expect(end).toMatchObject({ kind: 'done', value: { phase: 'done', link: null, problem: null } });
    const { account, scopes } = rig.agent.snapshot();
    expect(account?.username).toBe('ada@uni.example');
    expect(scopes.map(({ state }) => state)).not.toContain('needs-consent');
    expect(JSON.stringify(rig.log.lines)).not.toContain(code);
  });

  test('[C59] a wrong code says what happened, and the next attempt has a link of its own', async () => {
    const first = await started();
    const end = await rig.manage.submitCode('not-the-code');
    expect(end).toMatchObject({
      kind: 'done',
      value: {
        phase: 'failed',
        problem: { title: expect.stringContaining('did not accept the code') as string },
      },
    });
    expect(JSON.stringify(end)).not.toContain('not-the-code');
    const second = await started();
    expect(second).not.toBe(first);
    const code = await approveInProcess(second);
    expect(await rig.manage.submitCode(code)).toMatchObject({ value: { phase: 'done' } });
  });

  test('a code that nobody waits for is refused', async () => {
    expect(await rig.manage.submitCode('any')).toMatchObject({ kind: 'refused', reason: 'not-found' });
    await started({ ...PASTE, way: 'browser' });
    expect(await rig.manage.submitCode('any')).toMatchObject({ kind: 'refused', reason: 'not-found' });
  });

  test('asks for the scopes that were named, and for no others', async () => {
    const link = await started({ ...PASTE, scopes: ['view_flows', scopeOf('run_status')] });
    const asked = new URL(link).searchParams.get('scope')?.split(' ') ?? [];
    expect(asked.filter((scope) => ALL_SCOPES.includes(scope)).sort()).toEqual(
      [scopeOf('view_flows'), scopeOf('run_status')].sort(),
    );
  });
});

describe('signing in by a browser elsewhere', () => {
  test('[C4] tells the loopback port, to be forwarded, and is over when the browser came', async () => {
    const link = await started({ ...PASTE, way: 'browser' });
    const { port } = rig.manage.login();
    expect(new URL(link).searchParams.get('redirect_uri')).toBe(`http://127.0.0.1:${port}`);
    const over = rig.manage.loginOver(new AbortController().signal);
    await fetch(await approveInProcess(link));
    expect(await over).toMatchObject({ phase: 'done', link: null, port: null });
    expect(rig.agent.snapshot().account).not.toBeNull();
  });

  test('waiting for the end stops when the client goes', async () => {
    await started({ ...PASTE, way: 'browser' });
    const client = new AbortController();
    const over = rig.manage.loginOver(client.signal);
    client.abort();
    expect(await over).toMatchObject({ phase: 'waiting' });
  });

  test('[C5] a cancelled one is over at once, and nothing listens any more', async () => {
    await started({ ...PASTE, way: 'browser' });
    const { port } = rig.manage.login();
    expect(rig.manage.cancelLogin()).toMatchObject({ phase: 'idle', link: null });
    await rig.manage.loginOver(new AbortController().signal);
    expect(rig.manage.login()).toMatchObject({ phase: 'idle' });
    await expect(connected(port ?? 0)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a sign-in that cannot start', () => {
  test('is refused while another one is under way, and leaves that alone', async () => {
    const link = await started();
    expect(await rig.manage.startLogin(PASTE)).toMatchObject({ kind: 'refused', reason: 'busy' });
    expect(rig.manage.login()).toMatchObject({ phase: 'waiting', link });
  });

  test('of two at the same moment one starts', async () => {
    const both = await Promise.all([rig.manage.startLogin(PASTE), rig.manage.startLogin(PASTE)]);
    expect(both.map((one) => (one.kind === 'done' ? 'done' : one.reason)).sort()).toEqual(['busy', 'done']);
  });

  test.each([
    ['a scope that is not kept', { ...PASTE, scopes: ['transfer:all'] }, 'unknown-scope'],
    ['an account that nobody knows', { ...PASTE, account: 'nobody@university.example' }, 'unknown-account'],
  ])('is refused for %s', async (_what, wish, reason) => {
    expect(await rig.manage.startLogin(wish)).toMatchObject({ kind: 'refused', reason });
    expect(rig.manage.login().phase).toBe('idle');
  });

  test('is refused while the agent is locked, or has no client ID', async () => {
    rig.agent.setLocked(true);
    expect(await rig.manage.startLogin(PASTE)).toMatchObject({ kind: 'refused', reason: 'locked' });
    rig.agent.setLocked(false);
    rig.settings.update((old) => ({ ...old, clientId: null }));
    rig.agent.wake();
    expect(await rig.manage.startLogin(PASTE)).toMatchObject({ kind: 'refused', reason: 'not-set-up' });
  });

  test('[C53] says that Globus cannot be reached', async () => {
    await rig.sandbox.close();
    const login = await rig.manage.startLogin(PASTE);
    expect(login).toMatchObject({ kind: 'refused', reason: 'unreachable' });
    expect(login.kind === 'refused' ? login.detail : '').toContain('Globus could not be reached');
  });
});

test('another account joins, and is signed out of by its name', async () => {
  await rig.close();
  rig = await manageRig();
  await rig.signIn();
  const link = await started({ ...PASTE, account: 'new' });
  const code = await approveInProcess(link, { username: 'grace@lab.example' });
  expect(await rig.manage.submitCode(code)).toMatchObject({ value: { phase: 'done' } });
  const names = () => rig.agent.snapshot().accounts.map(({ username }) => username);
  expect(names()).toEqual(['ada@uni.example', 'grace@lab.example']);
  expect(await rig.manage.signOut('nobody', null)).toMatchObject({ reason: 'unknown-account' });
  expect(await rig.manage.signOut(null, 'transfer:all')).toMatchObject({ reason: 'unknown-scope' });
  expect(await rig.manage.signOut('grace@lab.example', null)).toEqual({ kind: 'done', value: null });
  expect(names()).toEqual(['ada@uni.example']);
});

test('[C23] a sign-out that Globus did not confirm is none', async () => {
  await rig.close();
  rig = await manageRig();
  await rig.signIn();
  await rig.sandbox.close();
  const out = await rig.manage.signOut(null, null);
  expect(out).toMatchObject({ kind: 'refused', reason: 'unreachable' });
  expect(rig.agent.snapshot().account).not.toBeNull();
});

test('takes a client ID, and refuses what is none', async () => {
  expect(await rig.manage.setClientId('nonsense')).toMatchObject({ kind: 'refused', reason: 'bad-request' });
  const id = '61338D24-54d5-408f-a10d-66c06b59f6d2';
  expect(await rig.manage.setClientId(id)).toEqual({ kind: 'done', value: null });
  expect(rig.settings.get().clientId).toBe(id.toLowerCase());
});

function connected(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
