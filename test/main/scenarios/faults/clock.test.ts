import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSandbox } from '../../../sandbox/index.ts';
import type { Sandbox } from '../../../sandbox/types.ts';
import { realClock } from '../../../support/agent-parts.ts';
import { type SandboxAgent, sandboxAgent, scopeOf } from '../../../support/sandbox-agent.ts';
import { until } from '../../../support/until.ts';

const HOUR = 3_600_000;
const SCOPE = scopeOf('view_flows');
let sandbox: Sandbox;
/** Milliseconds that the wall clock jumped; timers count on as if nothing had happened. */
let jumped: number;
let made: SandboxAgent;

beforeEach(async () => {
  sandbox = await startSandbox();
  jumped = 0;
  made = sandboxAgent(sandbox, { clock: { ...realClock, now: () => Date.now() + jumped } });
  await made.agent.start();
  expect((await made.agent.signIn({ scopes: [SCOPE], way: 'browser' })).ok).toBe(true);
});
afterEach(async () => {
  made.agent.close();
  await sandbox.close();
});

const renewals = () => sandbox.ledger.lines.filter(({ kind }) => kind === 'spent').length;
const state = () => made.agent.snapshot().scopes.find(({ entry }) => entry.scope === SCOPE)?.state;

it('[C54] a jump forward past the end of a token renews it once, and nobody is signed out', async () => {
  jumped = 60 * HOUR;
  sandbox.clock.advance(60 * HOUR);
  made.agent.wake();
  made.agent.wake();
  const got = await Promise.all(Array.from({ length: 5 }, () => made.agent.accessToken(SCOPE, 0)));
  await until(made.agent, () => renewals() > 0 && state() === 'ready');
  expect(new Set(got.map(({ kind }) => kind))).toEqual(new Set(['token']));
  expect(renewals()).toBe(1);
});

it('[C54] a jump of years, which only this clock makes, is no reason to end a sign-in', async () => {
  jumped = 5 * 365 * 24 * HOUR;
  made.agent.wake();
  await until(made.agent, () => renewals() > 0 && state() === 'ready');
  expect((await made.agent.accessToken(SCOPE, 0)).kind).toBe('token');
  // What the server says of its own time is believed: the difference is named.
  expect(Math.abs(made.agent.snapshot().clockSkew ?? 0)).toBeGreaterThan(4 * 365 * 24 * HOUR);
});

it('[C54] a jump back leaves the token in use, asks for no other, and is made good by the next one', async () => {
  const before = await made.agent.accessToken(SCOPE, 0);
  jumped = -10 * HOUR;
  made.agent.wake();
  const after = await made.agent.accessToken(SCOPE, 0);
  expect(after).toEqual(before);
  expect(renewals()).toBe(0);
  // Put right again.
  jumped = 0;
  made.agent.wake();
  expect(state()).toBe('ready');
  expect(renewals()).toBe(0);
});
