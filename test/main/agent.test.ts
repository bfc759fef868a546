import { describe, expect, it } from 'vitest';
import { sandboxAgents } from '../support/sandbox-agents.ts';
import type { LoggedRequest } from '../sandbox/types.ts';
import { MemoryVault } from '../../main/vault/memory.ts';
import { FlakyVault } from '../support/flaky-vault.ts';
import { FakeClock } from '../support/agent-parts.ts';
import { until } from '../support/until.ts';
import {
  ALL_SCOPES,
  type SandboxAgent,
  type SandboxAgentOptions,
  scopeOf,
} from '../support/sandbox-agent.ts';

const HOUR = 3_600_000;
const rig = sandboxAgents();

/** The app started again over the same settings and vault. */
function restarted(earlier: SandboxAgent, options: SandboxAgentOptions = {}): SandboxAgent {
  earlier.agent.close();
  return rig.successorOf(earlier, options);
}

/** Both clocks: the app's and the sandbox's. */
function pass(clock: FakeClock, milliseconds: number): void {
  rig.sandbox.clock.advance(milliseconds);
  clock.advance(milliseconds);
}

const refreshes = (from: number): LoggedRequest[] =>
  rig.sandbox.log.slice(from).filter((line) => line.form?.['grant_type'] === 'refresh_token');
const states = ({ agent }: SandboxAgent): string[] => agent.snapshot().scopes.map((one) => one.state);
const everyScope = (state: string): string[] => ALL_SCOPES.map(() => state);
const curl = { scope: scopeOf('view_flows'), format: 'curl' } as const;

describe('the agent', () => {
  it('finds the grants again after a restart, without a new sign-in', async () => {
    const again = restarted(await rig.signedIn());
    const from = rig.sandbox.log.length;
    await again.agent.start();
    await until(again.agent, () => states(again).every((state) => state === 'ready'));
    expect(again.opened).toEqual([]);
    // The one grant that kept scopes are served from; the identity alone is not renewed unasked.
    expect(refreshes(from)).toHaveLength(1);
    expect(again.agent.snapshot().account?.username).toBe(rig.sandbox.users[0]?.username);
  });

  it('[C26] offers memory in place of a keychain that is gone, but not of one that holds sign-ins', async () => {
    const vault = new FlakyVault();
    vault.trouble = 'missing';
    const made = rig.make({ vault });
    const wish = { scopes: ALL_SCOPES, way: 'browser' } as const;
    const offered =
      'Or keep tokens in memory until you quit, or in a file with a passphrase: globus-token unlock --new';
    expect(await made.agent.signIn(wish)).toMatchObject({
      problem: { next: expect.stringContaining(offered) as string },
    });
    vault.trouble = null;
    expect(await made.agent.signIn(wish)).toMatchObject({ ok: true });
    vault.trouble = 'missing';
    const again = await made.agent.signIn(wish);
    expect(again).toMatchObject({ problem: { reason: 'vault-missing-service' } });
    expect(again).not.toMatchObject({ problem: { next: expect.stringContaining('memory') as string } });
  });

  it('[C27] writes down when the vault stops answering and when it does again, once each', async () => {
    const vault = new FlakyVault();
    const made = rig.make({ vault });
    await made.agent.start();
    const lines = () => made.log.lines.filter(({ message }) => message.startsWith('the vault'));
    expect(lines()).toEqual([]);
    vault.trouble = 'missing';
    await made.agent.checkVault();
    await made.agent.checkVault();
    vault.trouble = null;
    await made.agent.checkVault();
    await made.agent.checkVault();
    expect(lines()).toMatchObject([
      { level: 'warn', fields: { status: 'missing' }, message: 'the vault is not ready' },
      { level: 'info', message: 'the vault is ready again' },
    ]);
  });

  it('[C26] starts signed out, without a complaint, after a run that kept its grants in memory', async () => {
    const made = await rig.signedIn({ vault: new MemoryVault() });
    expect(made.settings.get().grants).toHaveLength(2);
    const again = restarted(made);
    await again.agent.start();
    expect(states(again)).toEqual(everyScope('needs-sign-in'));
    expect(again.settings.get().grants).toEqual([]);
    expect(again.agent.snapshot().problem).toBeNull();
  });

  it('[C26] keeps the names of what is in the keychain while memory is in use', async () => {
    const made = await rig.signedIn();
    made.agent.close();
    const other = rig.make({ settings: made.settings, vault: new MemoryVault() });
    await other.agent.start();
    expect(states(other)).toEqual(everyScope('needs-sign-in'));
    expect(made.settings.get().grants).toHaveLength(2);
  });

  it('[C20] makes one token request for 50 callers of an expired token', async () => {
    const clock = new FakeClock(rig.sandbox.clock.now());
    const made = await rig.signedIn({ clock });
    const again = restarted(made, { clock });
    const from = rig.sandbox.log.length;
    const results = await Promise.all(Array.from({ length: 50 }, () => again.agent.render(curl)));
    expect(new Set(results.map((one) => (one.ok ? one.value.text : 'failed'))).size).toBe(1);
    expect(results[0]?.ok).toBe(true);
    expect(refreshes(from)).toHaveLength(1);
  });

  it('renews by itself shortly before the end, once, and is ready all the time', async () => {
    const clock = new FakeClock(rig.sandbox.clock.now());
    const made = await rig.signedIn({ clock });
    const from = rig.sandbox.log.length;
    pass(clock, 47 * HOUR);
    expect(refreshes(from)).toEqual([]);
    pass(clock, HOUR - 5 * 60_000);
    await until(made.agent, () => states(made).every((state) => state === 'ready'));
    expect(refreshes(from)).toHaveLength(1);
  });

  it('copies the header and the curl command of a scope with the live token', async () => {
    const made = await rig.signedIn();
    const header = await made.agent.render({ scope: scopeOf('view_flows'), format: 'header' });
    if (!header.ok) throw new Error(header.problem.title);
    expect(header.value.text).toMatch(/^Authorization: Bearer Ag\w+$/);
    const answer = await fetch(`${rig.sandbox.flows.origin}/flows`, {
      headers: { authorization: header.value.text.slice('Authorization: '.length) },
    });
    expect(answer.status).toBe(200);
    const command = await made.agent.render(curl);
    expect(command.ok && command.value.what).toBe('curl for view_flows');
    expect(command.ok && command.value.text).toContain(header.value.text);
  });

  it.each([
    ['the network is gone', { kind: 'cut' }],
    ['the server answers 502', { kind: 'status', status: 502 }],
    ['the server answers 429 with Retry-After', { kind: 'status', status: 429, retryAfter: 30 }],
    ['the answer is broken JSON', { kind: 'broken_json' }],
  ] as const)('[C22] keeps the grants while %s, and recovers by itself', async (_what, fault) => {
    const clock = new FakeClock(rig.sandbox.clock.now());
    const made = restarted(await rig.signedIn({ clock }), { clock });
    const clear = rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', ...fault });
    await made.agent.start();
    await until(made.agent, () => states(made).every((state) => state === 'offline'));
    expect(made.settings.get().grants).toHaveLength(2);
    expect(made.agent.snapshot().problem?.tokens).toContain('kept');
    clear();
    pass(clock, 60_000);
    await until(made.agent, () => states(made).every((state) => state === 'ready'));
    await until(made.agent, () => {
      pass(clock, 60_000);
      return made.agent.snapshot().problem === null;
    });
  });

  it('[C53] backs off: ten minutes of 502 make few requests', async () => {
    const clock = new FakeClock(rig.sandbox.clock.now());
    const made = restarted(await rig.signedIn({ clock }), { clock });
    rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', kind: 'status', status: 502 });
    const from = rig.sandbox.log.length;
    await made.agent.start();
    await until(made.agent, () => states(made).every((state) => state === 'offline'));
    for (let step = 0; step < 120; step += 1) {
      pass(clock, 5_000);
      await until(made.agent, () => states(made).every((state) => state === 'offline'));
    }
    // Doubling from one second: about nine tries.
    expect(refreshes(from).length).toBeGreaterThan(5);
    expect(refreshes(from).length).toBeLessThanOrEqual(12);
  });

  it('says needs-sign-in after six months without use, and what that means', async () => {
    const clock = new FakeClock(rig.sandbox.clock.now());
    const made = restarted(await rig.signedIn({ clock }), { clock });
    pass(clock, 200 * 24 * HOUR);
    await made.agent.start();
    await until(made.agent, () => states(made).every((state) => state === 'needs-sign-in'));
    expect(made.settings.get().grants).toEqual([]);
    expect(made.agent.snapshot().problem).toMatchObject({ reason: 'grant-ended' });
  });

  it('[C54] with keep-alive renews once, after five months of disuse, what no kept scope needs', async () => {
    const clock = new FakeClock(rig.sandbox.clock.now());
    const made = await rig.signedIn({ clock });
    for (const scope of ALL_SCOPES) made.agent.removeScope(scope);
    const again = restarted(made, { clock });
    await again.agent.start();
    const from = rig.sandbox.log.length;
    pass(clock, 149 * 24 * HOUR);
    expect(refreshes(from)).toEqual([]);
    expect(again.agent.setKeepAlive(true)).toEqual({ ok: true, value: null });
    pass(clock, 5 * 24 * HOUR);
    await until(again.agent, () => refreshes(from).length === 2);
    pass(clock, 40 * 24 * HOUR);
    expect(refreshes(from)).toHaveLength(2);
    expect(again.agent.addScope('view_flows')).toMatchObject({ ok: true });
    await until(again.agent, () => states(again)[0] === 'ready');
    expect(again.settings.get().grants).toHaveLength(2);
  });

  it('without keep-alive asks once after a grant that must have ended of disuse, and removes it', async () => {
    const clock = new FakeClock(rig.sandbox.clock.now());
    const made = await rig.signedIn({ clock });
    for (const scope of ALL_SCOPES) made.agent.removeScope(scope);
    const again = restarted(made, { clock });
    await again.agent.start();
    const from = rig.sandbox.log.length;
    pass(clock, 180 * 24 * HOUR);
    expect(refreshes(from)).toEqual([]);
    pass(clock, 10 * 24 * HOUR);
    await until(again.agent, () => again.settings.get().grants.length === 0);
    expect(again.agent.snapshot().account).toBeNull();
  });

  it('[C23] revokes access and refresh tokens of every resource server at sign-out', async () => {
    const made = await rig.signedIn();
    const header = await made.agent.render({ scope: scopeOf('view_flows'), format: 'header' });
    const from = rig.sandbox.log.length;
    expect(await made.agent.signOut()).toEqual({ ok: true, value: null });
    expect(rig.sandbox.log.slice(from).filter((line) => line.path.endsWith('/token/revoke'))).toHaveLength(4);
    expect(states(made)).toEqual(everyScope('needs-sign-in'));
    const answer = await fetch(`${rig.sandbox.flows.origin}/flows`, {
      headers: { authorization: header.ok ? header.value.text.slice('Authorization: '.length) : '' },
    });
    expect(answer.status).toBe(401);
  });

  it('[C23] revokes also the access tokens that a renewal replaced', async () => {
    const made = await rig.signedIn();
    await made.agent.renew(scopeOf('view_flows'));
    const from = rig.sandbox.log.length;
    await made.agent.signOut();
    expect(rig.sandbox.log.slice(from).filter((line) => line.path.endsWith('/token/revoke'))).toHaveLength(5);
  });

  it('[C23] says that nobody is signed out when the server does not confirm', async () => {
    const made = await rig.signedIn();
    const clear = rig.sandbox.addFault({
      host: 'auth',
      path: '/v2/oauth2/token/revoke',
      kind: 'status',
      status: 503,
    });
    expect(await made.agent.signOut()).toMatchObject({ ok: false, problem: { reason: 'not-signed-out' } });
    expect(made.settings.get().grants).toHaveLength(2);
    expect(states(made)).toEqual(everyScope('ready'));
    clear();
    expect((await made.agent.signOut()).ok).toBe(true);
  });

  it('[C23] says that nobody is signed out when the server cannot be reached', async () => {
    let offline = false;
    // Nobody listens on port 1: a connection that is really refused.
    const made = await rig.signedIn({
      fetch: (url, init) => fetch(offline ? 'http://127.0.0.1:1/' : url, init),
    });
    offline = true;
    expect(await made.agent.signOut()).toMatchObject({ ok: false, problem: { reason: 'not-signed-out' } });
    expect(made.settings.get().grants).toHaveLength(2);
    expect(states(made)).toEqual(everyScope('ready'));
    offline = false;
    expect((await made.agent.signOut()).ok).toBe(true);
  });

  it.each([-10, 10])('[C24] works with the clock %i min wrong, and names the skew', async (minutes) => {
    const clock = new FakeClock(rig.sandbox.clock.now() + minutes * 60_000);
    const made = await rig.signedIn({ clock });
    expect(states(made)).toEqual(everyScope('ready'));
    expect(Math.round((made.agent.snapshot().clockSkew ?? 0) / 60_000)).toBe(-minutes);
    expect(await made.agent.renew(scopeOf('run'))).toEqual({ ok: true, value: null });
  });

  it('keeps a wider grant when a narrower sign-in comes later, and uses the narrower one', async () => {
    const made = await rig.signedIn();
    await made.agent.signIn({ scopes: [scopeOf('run_status')], way: 'browser' });
    expect(states(made)).toEqual(everyScope('ready'));
    const others = made.agent.snapshot().scopes.map((one) => [one.entry.name, one.others.length]);
    expect(Object.fromEntries(others)).toMatchObject({ run_status: 0, view_flows: 5 });
  });

  it('replaces a grant that a new sign-in covers in full', async () => {
    const made = await rig.signedIn();
    await made.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
    expect(made.settings.get().grants).toHaveLength(2);
  });

  it('[C16] [C25] puts no token into addresses, log lines, settings or snapshots', async () => {
    const made = await rig.signedIn();
    await made.agent.renew(scopeOf('all'));
    const seen = JSON.stringify([
      made.opened,
      made.log.lines,
      made.settings.get(),
      made.agent.snapshot(),
      made.pages,
    ]);
    for (const secret of rig.sandbox.issued) expect(seen.includes(secret)).toBe(false);
  });

  it('[C29] hands out nothing while locked, drops what is in memory, and goes on after unlocking', async () => {
    const made = await rig.signedIn();
    const from = rig.sandbox.log.length;
    made.agent.setLocked(true);
    expect(made.agent.snapshot().locked).toBe(true);
    expect(states(made)).toEqual(everyScope('locked'));
    expect(await made.agent.render(curl)).toMatchObject({ ok: false, problem: { reason: 'locked' } });
    expect(await made.agent.accessToken(curl.scope, 0)).toEqual({ kind: 'locked' });
    expect(refreshes(from)).toEqual([]);
    made.agent.setLocked(false);
    await until(made.agent, () => states(made).every((state) => state === 'ready'));
    expect((await made.agent.render(curl)).ok).toBe(true);
  });

  it.each(['', 'not a uuid', '61338d24-54d5-408f-a10d', '61338d24-54d5-408f-a10d-66c06b59f6d2 extra'])(
    'refuses %j as client ID and keeps the old one',
    (text) => {
      const made = rig.make();
      const before = made.settings.get().clientId;
      expect(made.agent.setClientId(text)).toMatchObject({ ok: false, problem: { reason: 'client-id' } });
      expect(made.settings.get().clientId).toBe(before);
    },
  );
});
