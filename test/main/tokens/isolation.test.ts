import { Server } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { flowScope } from '../../../main/globus/flow-scope.ts';
import { HELLO_FLOW_ID } from '../../sandbox/flows/seed.ts';
import { sandboxAgents } from '../../support/sandbox-agents.ts';
import type { LoggedRequest } from '../../sandbox/types.ts';
import { approveInProcess } from '../../sandbox/visitor.ts';
import { until } from '../../support/until.ts';
import { ALL_SCOPES, type SandboxAgent, scopeOf } from '../../support/sandbox-agent.ts';

const [VIEW, STATUS, RUN] = [scopeOf('view_flows'), scopeOf('run_status'), scopeOf('run')];
const HELLO = flowScope(HELLO_FLOW_ID);
const rig = sandboxAgents();

const authorizations = (from: number): LoggedRequest[] =>
  rig.sandbox.log.slice(from).filter((line) => line.path === '/v2/oauth2/authorize' && line.method === 'GET');
const revocations = (from: number): LoggedRequest[] =>
  rig.sandbox.log.slice(from).filter((line) => line.path === '/v2/oauth2/token/revoke');
const statusOf = ({ agent }: SandboxAgent, scope: string) =>
  agent.snapshot().scopes.find(({ entry }) => entry.scope === scope);

describe('isolating scopes', () => {
  it('[C15] asks for one scope and openid alone in each authorization of one browser trip', async () => {
    const made = rig.make();
    const from = rig.sandbox.log.length;
    const asked = [VIEW, STATUS, RUN];
    const result = await made.agent.signIn({ scopes: asked, way: 'browser', isolate: true });
    expect(result).toEqual({ ok: true, value: null });
    expect(made.opened).toHaveLength(1);
    expect(authorizations(from).map(({ query }) => query['scope']?.split(' ').sort())).toEqual(
      asked.map((scope) => [scope, 'openid'].sort()),
    );
    expect(made.settings.get().grants.map(({ scopes, isolated }) => [scopes, isolated])).toEqual(
      asked.map((scope) => [[scope], true]),
    );
    expect(asked.map((scope) => statusOf(made, scope))).toMatchObject(
      asked.map(() => ({ state: 'ready', isolated: true, others: [] })),
    );
  });

  it('[C3] [C7] [C8] gives each authorization its own port, state and challenge, all open before the browser', async () => {
    const made = rig.make();
    const original = Server.prototype.listen;
    const events: string[] = [];
    const listen = vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args) {
      events.push('listen');
      return original.apply(this, args);
    });
    made.visit.denies = () => {
      events.push('consent');
      return false;
    };
    await made.agent.signIn({ scopes: [VIEW, STATUS], way: 'browser', isolate: true });
    listen.mockRestore();
    expect(events).toEqual(['listen', 'listen', 'consent', 'consent']);
    const [one, two] = made.consented.map((url) => new URL(url).searchParams);
    for (const name of ['redirect_uri', 'state', 'nonce', 'code_challenge']) {
      expect(one?.get(name)).not.toBe(two?.get(name));
    }
    for (const uri of [one, two]) await expect(fetch(uri?.get('redirect_uri') ?? '')).rejects.toThrow();
  });

  it('keeps the name of the account, which an authorization with openid alone does not tell', async () => {
    const made = rig.make();
    await made.agent.signIn({ scopes: [STATUS], way: 'browser' });
    await made.agent.signIn({ scopes: [VIEW], way: 'browser', isolate: true });
    const { grants } = made.settings.get();
    expect(new Set(grants.map(({ username }) => username))).toEqual(
      new Set([rig.sandbox.users[0]?.username]),
    );
    const alone = rig.make();
    await alone.agent.signIn({ scopes: [VIEW], way: 'browser', isolate: true });
    await alone.agent.signIn({ scopes: [STATUS], way: 'browser' });
    expect(alone.agent.snapshot().account?.username).toBe(rig.sandbox.users[0]?.username);
  });

  it('revokes the identity token that nobody asked for, and keeps no grant of it', async () => {
    const made = rig.make();
    const from = rig.sandbox.log.length;
    await made.agent.signIn({ scopes: [VIEW], way: 'browser', isolate: true });
    expect(revocations(from)).toHaveLength(2);
    expect(made.settings.get().grants.map(({ resourceServer }) => resourceServer)).toEqual([
      'flows.globus.org',
    ]);
  });

  it('keeps what came before a refusal in the middle, and tells what is missing', async () => {
    const made = rig.make();
    made.visit.denies = (url) => url.searchParams.get('scope')?.includes(STATUS) === true;
    const result = await made.agent.signIn({ scopes: [VIEW, STATUS, RUN], way: 'browser', isolate: true });
    expect(result).toMatchObject({ ok: false, problem: { reason: 'denied' } });
    expect(made.agent.snapshot().signIn).toMatchObject({
      phase: 'done',
      granted: ['view_flows'],
      missing: ['run_status', 'run'],
      problem: { reason: 'denied', tokens: 'What you allowed before it is kept: view_flows.' },
    });
    expect(made.settings.get().grants.map(({ scopes }) => scopes)).toEqual([[VIEW]]);
    await until(made.agent, () => made.pages.at(-1)?.includes('access_denied') === true);
  });

  it('[C13] stops the trip when somebody else comes to the second consent, and shows it in the browser', async () => {
    const made = rig.make();
    made.visit.redirect = (url) => {
      made.visit.username = rig.sandbox.users[1]?.username ?? '';
      return url;
    };
    const result = await made.agent.signIn({ scopes: [VIEW, STATUS, RUN], way: 'browser', isolate: true });
    expect(result).toMatchObject({ ok: false, problem: { reason: 'other-account' } });
    expect(made.agent.snapshot().accounts.map(({ sub }) => sub)).toEqual([rig.sandbox.users[0]?.sub]);
    await until(made.agent, () => made.pages.length === 2);
    expect(made.pages.at(-1)).toContain('The sign-in stopped here');
    expect(made.consented).toHaveLength(2);
  });

  it('[C5] says which step it waits for, and stops listening everywhere on Cancel', async () => {
    const opened: string[] = [];
    const made = rig.make({
      openBrowser: (url) => {
        opened.push(url);
        return Promise.resolve();
      },
    });
    const attempt = made.agent.signIn({ scopes: [VIEW, STATUS], way: 'browser', isolate: true });
    await until(made.agent, () => made.agent.snapshot().signIn.phase === 'waiting');
    expect(made.agent.snapshot().signIn).toMatchObject({ step: { number: 1, of: 2 } });
    made.agent.cancelSignIn();
    expect(await attempt).toEqual({ ok: true, value: null });
    const redirect = new URL(opened[0] ?? '').searchParams.get('redirect_uri') ?? '';
    await expect(fetch(redirect)).rejects.toThrow();
  });

  it('goes from one pasted code to the next where there is no local browser', async () => {
    const made = rig.make({ openBrowser: () => Promise.reject(new Error('no browser')) });
    const attempt = made.agent.signIn({ scopes: [VIEW, STATUS], way: 'paste', isolate: true });
    for (const number of [1, 2]) {
      await until(made.agent, () => {
        const { signIn } = made.agent.snapshot();
        return signIn.phase === 'waiting' && signIn.step?.number === number;
      });
      made.agent.submitCode(await approveInProcess(made.agent.signInLink() ?? ''));
    }
    expect(await attempt).toEqual({ ok: true, value: null });
    expect(made.settings.get().grants.map(({ scopes }) => scopes)).toEqual([[VIEW], [STATUS]]);
  });

  it('[C13] revokes what comes after a Cancel, and keeps nothing of it', async () => {
    const made = rig.make();
    const from = rig.sandbox.log.length;
    rig.sandbox.addFault({
      host: 'auth',
      path: '/v2/oauth2/token',
      kind: 'slow',
      milliseconds: 150,
      times: 1,
    });
    const attempt = made.agent.signIn({ scopes: [VIEW, STATUS], way: 'browser', isolate: true });
    await until(made.agent, () => made.consented.length > 0 && made.agent.signInLink() === null);
    made.agent.cancelSignIn();
    expect(await attempt).toEqual({ ok: true, value: null });
    await until(made.agent, () => revocations(from).length === 4);
    expect(made.settings.get().grants).toEqual([]);
    expect(made.agent.snapshot().signIn).toEqual({ phase: 'idle' });
  });

  it('asks for a kept flow scope with its dependent scopes, and keeps the root', async () => {
    const made = rig.make();
    expect(made.agent.addScope(`flow:${HELLO_FLOW_ID}[*transfer:all]`)).toEqual({ ok: true, value: HELLO });
    await made.agent.signIn({ scopes: [HELLO], way: 'browser', isolate: true });
    const asked = new URL(made.opened[0] ?? '').searchParams.get('scope');
    expect(asked).toBe(`openid ${HELLO}[*urn:globus:auth:scope:transfer.api.globus.org:all]`);
    expect(statusOf(made, HELLO)).toMatchObject({ state: 'ready', isolated: true });
  });
});

describe('an isolated grant beside a wide one', () => {
  it('stays when a wider sign-in comes, and takes nothing away from a wider one', async () => {
    const made = rig.make();
    await made.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
    await made.agent.signIn({ scopes: [VIEW], way: 'browser', isolate: true });
    await made.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
    const grants = made.settings.get().grants.filter((one) => one.resourceServer === 'flows.globus.org');
    expect(grants.map(({ scopes, isolated }) => [scopes.length, isolated ?? false]).sort()).toEqual([
      [1, true],
      [6, false],
    ]);
    expect(statusOf(made, VIEW)).toMatchObject({ isolated: true, others: [] });
    expect(statusOf(made, RUN)?.others).toHaveLength(5);
  });

  it('is replaced by a new one of the same scope, whose sign-out also revokes the old token', async () => {
    const made = rig.make();
    await made.agent.signIn({ scopes: [VIEW], way: 'browser', isolate: true });
    await made.agent.signIn({ scopes: [VIEW], way: 'browser', isolate: true });
    expect(made.settings.get().grants).toHaveLength(1);
    const from = rig.sandbox.log.length;
    expect((await made.agent.signOut({ scope: VIEW })).ok).toBe(true);
    expect(revocations(from)).toHaveLength(3);
  });

  it('[C23] goes alone when its scope is signed out of; the wide one serves the scope again', async () => {
    const made = rig.make();
    await made.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
    await made.agent.signIn({ scopes: [VIEW], way: 'browser', isolate: true });
    const from = rig.sandbox.log.length;
    expect((await made.agent.signOut({ scope: VIEW })).ok).toBe(true);
    expect(revocations(from)).toHaveLength(2);
    expect(statusOf(made, VIEW)).toMatchObject({ state: 'ready', isolated: false });
    expect(statusOf(made, VIEW)?.others).toHaveLength(5);
  });

  it('[C23] is kept, and nothing is claimed, while the server does not confirm', async () => {
    const made = rig.make();
    await made.agent.signIn({ scopes: [VIEW], way: 'browser', isolate: true });
    rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token/revoke', kind: 'status', status: 503 });
    expect(await made.agent.signOut({ scope: VIEW })).toMatchObject({
      ok: false,
      problem: { reason: 'not-signed-out' },
    });
    expect(statusOf(made, VIEW)).toMatchObject({ state: 'ready', isolated: true });
  });
});
