import { beforeAll, describe, expect, it } from 'vitest';
import { sandboxAgents } from '../../support/sandbox-agents.ts';
import { createTokenSource } from '../../../main/broker/token-source.ts';
import { ALL_SCOPES, type SandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';

const VIEW = scopeOf('view_flows');
const rig = sandboxAgents();
let ada: { sub: string; username: string };
let grace: { sub: string; username: string };

beforeAll(() => {
  const [first, second] = rig.sandbox.users;
  if (first === undefined || second === undefined) throw new Error('the sandbox needs two users');
  [ada, grace] = [first, second];
});

/** Ada first, and so by default; then Grace. */
async function withTwo(): Promise<SandboxAgent> {
  const made = rig.make();
  await made.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
  made.visit.username = grace.username;
  expect(await made.agent.signIn({ scopes: [VIEW], way: 'browser', account: 'new' })).toEqual({
    ok: true,
    value: null,
  });
  return made;
}

async function whoOwns(value: string): Promise<string | undefined> {
  const answer = await fetch(`${rig.sandbox.flows.origin}/flows`, {
    headers: { authorization: `Bearer ${value}` },
  });
  expect(answer.status).toBe(200);
  return value;
}

describe('several accounts', () => {
  it('adds a second account beside the first, asks who signs in, and keeps the default', async () => {
    const made = await withTwo();
    expect(new URL(made.opened[1] ?? '').searchParams.get('prompt')).toBe('login');
    const { account, accounts } = made.agent.snapshot();
    expect(account?.sub).toBe(ada.sub);
    expect(accounts.map(({ sub, isDefault }) => [sub, isDefault])).toEqual([
      [ada.sub, true],
      [grace.sub, false],
    ]);
  });

  it('stays with its default account when that one signs in again', async () => {
    const made = await withTwo();
    made.visit.username = ada.username;
    await made.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
    expect(made.agent.snapshot().account?.sub).toBe(ada.sub);
  });

  it('[C13] refuses another sub than the one asked for, revokes its tokens, replaces nothing', async () => {
    const made = await withTwo();
    const before = made.settings.get().grants;
    const from = rig.sandbox.log.length;
    expect(await made.agent.signIn({ scopes: [VIEW], way: 'browser', account: ada.sub })).toMatchObject({
      ok: false,
      problem: { reason: 'other-account' },
    });
    expect(made.settings.get().grants).toEqual(before);
    const revoked = rig.sandbox.log.slice(from).filter(({ path }) => path === '/v2/oauth2/token/revoke');
    expect(revoked).toHaveLength(4);
  });

  it('gives each account its own tokens and states', async () => {
    const made = await withTwo();
    const [first, second] = await Promise.all([
      made.agent.accessToken(VIEW, 0),
      made.agent.accessToken(VIEW, 0, grace.sub),
    ]);
    if (first.kind !== 'token' || second.kind !== 'token') throw new Error('no token');
    expect([first.grant.sub, second.grant.sub]).toEqual([ada.sub, grace.sub]);
    expect(await whoOwns(first.token.value)).not.toBe(await whoOwns(second.token.value));
    expect(await made.agent.accessToken(scopeOf('run'), 0, grace.sub)).toEqual({ kind: 'none' });
    expect(await made.agent.accessToken(VIEW, 0, 'nobody')).toEqual({ kind: 'none' });
  });

  it('says what the others hold, renews for them and writes their tokens', async () => {
    const { agent } = await withTwo();
    expect(agent.others()).toMatchObject([
      {
        account: { sub: grace.sub, username: grace.username },
        holdings: [{ serves: [VIEW], state: 'ready' }],
      },
    ]);
    const mine = await agent.accessToken(VIEW, 0);
    expect(await agent.renew(VIEW, grace.sub)).toEqual({ ok: true, value: null });
    const hers = await agent.accessToken(VIEW, 0, grace.sub);
    if (mine.kind !== 'token' || hers.kind !== 'token') throw new Error('no token');
    expect(await agent.accessToken(VIEW, 0)).toMatchObject({ token: { value: mine.token.value } });
    const header = await agent.render({ scope: VIEW, format: 'header', account: grace.sub });
    expect(header.ok && header.value.text.endsWith(hers.token.value)).toBe(true);
    expect(await agent.render({ scope: scopeOf('run'), format: 'header', account: grace.sub })).toMatchObject(
      {
        ok: false,
      },
    );
    agent.useAccount(grace.sub);
    expect(agent.others()).toMatchObject([{ account: { sub: ada.sub } }]);
  });

  it('switches the default, and refuses one that is not signed in', async () => {
    const made = await withTwo();
    expect(made.agent.useAccount(grace.sub)).toEqual({ ok: true, value: null });
    expect(made.agent.snapshot().account?.username).toBe(grace.username);
    const states = made.agent.snapshot().scopes.map(({ entry, state }) => [entry.name, state]);
    expect(Object.fromEntries(states)).toMatchObject({ view_flows: 'ready', run: 'needs-consent' });
    expect(made.agent.useAccount('nobody')).toMatchObject({ ok: false });
    expect(made.agent.snapshot().account?.username).toBe(grace.username);
  });

  it('[C23] signs out of one account alone; the other one becomes the default', async () => {
    const made = await withTwo();
    const from = rig.sandbox.log.length;
    expect((await made.agent.signOut({ account: ada.sub })).ok).toBe(true);
    const revoked = rig.sandbox.log.slice(from).filter(({ path }) => path === '/v2/oauth2/token/revoke');
    expect(revoked).toHaveLength(4);
    expect(made.agent.snapshot().accounts).toMatchObject([{ sub: grace.sub, isDefault: true }]);
  });

  it('[C59] leaves no sign-in behind with a client ID that is changed', async () => {
    const made = await withTwo();
    const before = made.settings.get().clientId ?? '';
    const other = '11111111-2222-4333-8444-555555555555';
    expect(made.agent.setClientId(other)).toMatchObject({
      ok: false,
      problem: { reason: 'client-holds-sign-ins', next: 'Sign out of every account, then change it.' },
    });
    expect(made.settings.get().clientId).toBe(before);
    expect(made.agent.snapshot().accounts).toHaveLength(2);
    // The same one again changes nothing, however it is written.
    expect(made.agent.setClientId(` ${before.toUpperCase()} `)).toMatchObject({ ok: true });
    await made.agent.signOut();
    expect(made.agent.setClientId(other)).toMatchObject({ ok: true });
  });

  it('never mixes client IDs: the accounts of another one are not there', async () => {
    const made = await withTwo();
    made.settings.update((old) => ({ ...old, clientId: '11111111-2222-4333-8444-555555555555' }));
    expect(made.agent.snapshot()).toMatchObject({ account: null, accounts: [] });
    expect(await made.agent.accessToken(VIEW, 0, ada.sub)).toEqual({ kind: 'none' });
  });

  it('lets scripts choose an account by username or sub', async () => {
    const made = await withTwo();
    const tokens = createTokenSource(made.agent, Date.now);
    expect(tokens.account(null)?.sub).toBe(ada.sub);
    for (const text of [grace.username, grace.sub]) expect(tokens.account(text)?.sub).toBe(grace.sub);
    expect(tokens.account('eve@uni.example')).toBeNull();
    const outcome = await tokens.token(VIEW, 0, grace.sub);
    expect(outcome.kind === 'token' && outcome.scopes).toEqual([VIEW]);
    await made.agent.signOut({ account: grace.sub });
    expect(await tokens.token(VIEW, 0, grace.sub)).toMatchObject({ reason: 'unknown-account' });
  });
});
