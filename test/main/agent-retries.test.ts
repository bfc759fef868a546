import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sandboxAgents } from '../support/sandbox-agents.ts';
import type { Fault } from '../sandbox/types.ts';
import { FakeClock } from '../support/agent-parts.ts';
import { type SandboxAgent, type SandboxAgentOptions, scopeOf } from '../support/sandbox-agent.ts';
import { until } from '../support/until.ts';

const HOUR = 3_600_000;
const SCOPE = scopeOf('view_flows');
const rig = sandboxAgents();
let clock: FakeClock;

beforeEach(() => void (clock = new FakeClock(rig.sandbox.clock.now())));
afterEach(() => {
  vi.restoreAllMocks();
});

/** Signed in, and started again with an empty memory: its first renewal is due at once. */
async function started(options: SandboxAgentOptions = {}): Promise<SandboxAgent> {
  const first = rig.make({ clock });
  expect((await first.agent.signIn({ scopes: [SCOPE], way: 'browser' })).ok).toBe(true);
  first.agent.close();
  return rig.successorOf(first, { clock, ...options });
}

const fail = (fault: Partial<Fault> & Pick<Fault, 'kind'>): (() => void) =>
  rig.sandbox.addFault({ host: 'auth', path: '/v2/oauth2/token', ...fault });
const state = ({ agent }: SandboxAgent): string | undefined =>
  agent.snapshot().scopes.find(({ entry }) => entry.scope === SCOPE)?.state;
async function becomes(made: SandboxAgent, wanted: string): Promise<void> {
  await until(made.agent, () => state(made) === wanted);
  // The state is told before the pause that follows is noted.
  await new Promise((resolve) => setImmediate(resolve));
}
function pass(milliseconds: number): void {
  rig.sandbox.clock.advance(milliseconds);
  clock.advance(milliseconds);
}
const requests = (from: number): number =>
  rig.sandbox.log.slice(from).filter(({ form }) => form?.['grant_type'] === 'refresh_token').length;

describe('after a renewal that failed', () => {
  it.each([
    [0, 500],
    [0.5, 750],
    [1, 1_000],
  ])('[C53] comes back at a moment of its own: with %d after %d ms', async (random, wait) => {
    const made = await started({ random: () => random });
    fail({ kind: 'status', status: 502 });
    const from = rig.sandbox.log.length;
    await made.agent.start();
    await becomes(made, 'offline');
    expect(requests(from)).toBe(1);
    pass(wait - 10);
    expect(state(made)).toBe('offline');
    pass(10);
    expect(state(made)).not.toBe('offline');
    await becomes(made, 'offline');
    expect(requests(from)).toBe(2);
  });

  it.each([429, 502])('[C53] waits as long as Retry-After says, and no less: %i', async (status) => {
    const made = await started();
    const clear = fail({ kind: 'status', status, retryAfter: 90 });
    const from = rig.sandbox.log.length;
    await made.agent.start();
    await becomes(made, 'offline');
    clear();
    pass(89_000);
    expect(state(made)).toBe('offline');
    expect(requests(from)).toBe(1);
    pass(1_000);
    await becomes(made, 'ready');
    expect(requests(from)).toBe(2);
  });

  it('[C53] waits longer each time, up to five minutes', async () => {
    const made = await started();
    fail({ kind: 'status', status: 429 });
    await made.agent.start();
    await becomes(made, 'offline');
    for (const seconds of [0.75, 1.5, 3, 6, 12, 24, 48, 96, 192, 225, 225]) {
      pass(seconds * 1_000 - 250);
      expect(state(made)).toBe('offline');
      pass(250);
      expect(state(made)).not.toBe('offline');
      await becomes(made, 'offline');
    }
  });

  it('[C53] gives up a server that is slow, as one that cannot be reached, and the next answer recovers', async () => {
    const made = await started();
    const limits: number[] = [];
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    // The real limit, a hundred times as fast.
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
      limits.push(milliseconds);
      return timeout(milliseconds / 100);
    });
    const clear = fail({ kind: 'slow', milliseconds: 20_000 });
    await made.agent.start();
    await becomes(made, 'offline');
    expect(made.agent.snapshot().problem?.tokens).toContain('kept');
    expect(new Set(limits)).toEqual(new Set([30_000]));
    clear();
    pass(1_000);
    await becomes(made, 'ready');
  });
});

describe('the network', () => {
  it('[C54] goes and comes back: no request meanwhile, one renewal after, and the right state at once', async () => {
    const made = await started();
    await made.agent.start();
    await becomes(made, 'ready');
    const from = rig.sandbox.log.length;
    const clear = fail({ kind: 'cut' });
    made.agent.setOnline(false);
    // What is at hand has ended by then.
    pass(49 * HOUR);
    await becomes(made, 'offline');
    expect(made.agent.snapshot().online).toBe(false);
    const failed = requests(from);
    expect(failed).toBeLessThanOrEqual(1);
    pass(2 * HOUR);
    await becomes(made, 'offline');
    expect(requests(from)).toBe(failed);
    clear();
    made.agent.setOnline(true);
    made.agent.setOnline(true);
    await becomes(made, 'ready');
    expect(requests(from)).toBe(failed + 1);
  });

  it('[C54] that is back ends a pause at once', async () => {
    const made = await started();
    const clear = fail({ kind: 'cut' });
    await made.agent.start();
    await becomes(made, 'offline');
    for (let step = 0; step < 8; step += 1) {
      pass(200_000);
      await becomes(made, 'offline');
    }
    clear();
    const from = rig.sandbox.log.length;
    made.agent.setOnline(false);
    made.agent.setOnline(true);
    await becomes(made, 'ready');
    expect(requests(from)).toBe(1);
  });
});
