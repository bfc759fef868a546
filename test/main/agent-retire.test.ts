import { beforeEach, expect, it } from 'vitest';
import { openSealed } from '../../main/tokens/handover.ts';
import type { SealedToken } from '../../main/tokens/handover-types.ts';
import { MemoryVault } from '../../main/vault/memory.ts';
import { sandboxAgents } from '../support/sandbox-agents.ts';
import type { LoggedRequest } from '../sandbox/types.ts';
import { FakeClock } from '../support/agent-parts.ts';
import { FlakyVault } from '../support/flaky-vault.ts';
import { ALL_SCOPES, type SandboxAgent, scopeOf } from '../support/sandbox-agent.ts';

const VIEW = scopeOf('view_flows');
const TOKEN = '/v2/oauth2/token';
const rig = sandboxAgents();
let from: number;

beforeEach(() => {
  from = rig.sandbox.log.length;
});

/** Milliseconds: more than a token has left a moment after it came, less than a new one lives. */
const ALMOST_A_LIFE = 172_799_000;

async function retired({ agent }: SandboxAgent): Promise<readonly SealedToken[]> {
  const result = await agent.retire();
  if (result.kind !== 'retired') throw new Error(result.detail);
  return result.sealed;
}

const isRefresh = (line: LoggedRequest): boolean => line.form?.['grant_type'] === 'refresh_token';
const refreshes = (): LoggedRequest[] => rig.sandbox.log.slice(from).filter(isRefresh);
const flowsGrant = ({ settings }: SandboxAgent): string =>
  settings.get().grants.find((grant) => grant.scopes.includes(VIEW))?.name ?? '';

it('[C20] 50 callers that wait on one renewal are all answered by an agent that retires meanwhile', async () => {
  const made = rig.successorOf(await rig.signedIn());
  rig.sandbox.addFault({ host: 'auth', path: TOKEN, kind: 'slow', milliseconds: 300, times: 1 });
  const callers = Array.from({ length: 50 }, () => made.agent.accessToken(VIEW, 0));
  await rig.sandbox.waitForRequest(isRefresh, from);
  const sealed = await retired(made);
  const results = await Promise.all(callers);
  const values = results.map((one) => (one.kind === 'token' ? one.token.value : one.kind));
  expect(new Set(values).size).toBe(1);
  const name = flowsGrant(made);
  const one = sealed.find((entry) => entry.grant === name);
  const read = await made.vault.read(name);
  if (read.kind !== 'found') throw new Error(read.kind);
  expect(openSealed(one, read.entry.refreshToken)?.token.value).toBe(values[0]);
  expect(openSealed(one, `${read.entry.refreshToken}x`)).toBeNull();
  for (const secret of rig.sandbox.issued) expect(JSON.stringify(sealed).includes(secret)).toBe(false);
});

it('[C20] the successor starts on what it was handed, without a token request', async () => {
  const made = await rig.signedIn();
  const before = await made.agent.accessToken(VIEW, 0);
  const next = rig.successorOf(made);
  await next.agent.adopt(await retired(made));
  await next.agent.start();
  const after = await next.agent.accessToken(VIEW, 0);
  expect(after.kind).toBe('token');
  expect(after).toMatchObject({ token: before.kind === 'token' ? before.token : null });
  expect(refreshes()).toEqual([]);
});

it('answers from memory after it retired, and asks Globus for nothing more', async () => {
  const clock = new FakeClock(rig.sandbox.clock.now());
  const made = await rig.signedIn({ clock });
  await retired(made);
  expect((await made.agent.accessToken(VIEW, 0)).kind).toBe('token');
  expect(await made.agent.accessToken(VIEW, ALMOST_A_LIFE)).toEqual({ kind: 'retired' });
  expect(await made.agent.renew(VIEW)).toMatchObject({ ok: false, problem: { reason: 'retired' } });
  expect(await made.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' })).toMatchObject({ ok: false });
  made.agent.wake();
  clock.advance(47.9 * 3_600_000);
  expect(refreshes()).toEqual([]);
  expect(await made.agent.retire()).toMatchObject({ kind: 'retired' });
});

it('[C22] refuses to retire with sign-ins in the memory of its process alone, and goes on', async () => {
  const made = await rig.signedIn({ vault: new MemoryVault() });
  expect(await made.agent.retire()).toMatchObject({ kind: 'refused' });
  expect(await made.agent.renew(VIEW)).toEqual({ ok: true, value: null });
});

it('[C22] refuses while a rotated refresh token waits for the vault, and retires once it is stored', async () => {
  const vault = new FlakyVault();
  const made = await rig.signedIn({ vault });
  rig.sandbox.addFault({ host: 'auth', path: TOKEN, kind: 'rotate', times: 1 });
  vault.writeTrouble = 'locked';
  expect((await made.agent.renew(VIEW)).ok).toBe(false);
  expect(await made.agent.retire()).toMatchObject({ kind: 'refused' });
  vault.writeTrouble = null;
  expect(await made.agent.retire()).toMatchObject({ kind: 'retired' });
  const read = await vault.read(flowsGrant(made));
  expect(rig.sandbox.issued).toContain(read.kind === 'found' ? read.entry.refreshToken : read.kind);
});

it('refuses while somebody signs in', async () => {
  let opened: () => void = () => undefined;
  const isOpen = new Promise<void>((resolve) => (opened = resolve));
  const waiting = rig.make({
    openBrowser: () => {
      opened();
      return Promise.resolve();
    },
  });
  const attempt = waiting.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
  await isOpen;
  expect(await waiting.agent.retire()).toMatchObject({ kind: 'refused' });
  waiting.agent.cancelSignIn();
  await attempt;
  expect(await waiting.agent.retire()).toEqual({ kind: 'retired', sealed: [] });
});

it('waits 15 s for a renewal at most, and hands over what it has', async () => {
  const clock = new FakeClock(rig.sandbox.clock.now());
  const made = await rig.signedIn({ clock });
  rig.sandbox.addFault({ host: 'auth', path: TOKEN, kind: 'slow', milliseconds: 1_500, times: 1 });
  const late = made.agent.renew(VIEW);
  await rig.sandbox.waitForRequest(isRefresh, from);
  const retiring = made.agent.retire();
  clock.advance(15_000);
  expect(await retiring).toMatchObject({ kind: 'retired', sealed: [{}, {}] });
  // Whoever waits for it is answered all the same.
  expect(await late).toEqual({ ok: true, value: null });
});

it('[C29] seals nothing while locked, and adopts nothing', async () => {
  const made = await rig.signedIn();
  const sealed = await made.agent.sealed(flowsGrant(made));
  expect(sealed).not.toBeNull();
  made.agent.setLocked(true);
  expect(await made.agent.sealed(flowsGrant(made))).toBeNull();
  const next = rig.successorOf(made);
  next.agent.setLocked(true);
  await next.agent.adopt(sealed === null ? [] : [sealed]);
  expect(await next.agent.sealed(flowsGrant(made))).toBeNull();
  expect(await retired(made)).toEqual([]);
});

it('adopts nothing that was changed, has ended, or is of a grant that it does not know', async () => {
  const clock = new FakeClock(rig.sandbox.clock.now());
  const made = await rig.signedIn({ clock });
  const [one] = await retired(made);
  if (one === undefined) throw new Error('nothing was sealed');
  const next = rig.successorOf(made, { clock });
  const twisted = { ...one, sealed: `${one.sealed.slice(0, 20)}AAAA${one.sealed.slice(24)}` };
  await next.agent.adopt([twisted, { ...one, grant: 'demo/unknown' }, null as never, 'text' as never]);
  expect(await next.agent.sealed(one.grant)).toBeNull();
  clock.advance(48 * 3_600_000);
  await next.agent.adopt([one]);
  expect(await next.agent.sealed(one.grant)).toBeNull();
});
