import { setMaxListeners } from 'node:events';
import { beforeEach, expect, test } from 'vitest';
import { APPROVAL_LIMITS, createApprovals } from '../../../main/broker/approvals/gate.ts';
import { PendingPrompter } from '../../../main/broker/approvals/pending-prompter.ts';
import { openRules, type RuleStore } from '../../../main/broker/approvals/rules.ts';
import { memoryTextFile } from '../../../main/broker/approvals/text-file.ts';
import { GatePerAsker } from '../../../main/headless/gate-per-asker.ts';
import { FakeClock, RecordingLog } from '../../support/agent-parts.ts';
import { binary, question } from '../../support/questions.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);
const asks = (number: number) => question(binary({ program: `/opt/app/tool-${number}` }));

let gates: GatePerAsker;
let prompter: PendingPrompter;
let rules: RuleStore;
let made: number;
let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock(1_000_000);
  prompter = new PendingPrompter();
  const log = new RecordingLog();
  const random = Math.random;
  rules = openRules({ file: memoryTextFile(), clock, random, log });
  made = 0;
  gates = new GatePerAsker(() => {
    made += 1;
    return createApprovals({ rules, prompter, clock, random, log, isLocked: () => false });
  });
});

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('one asker does not wait for the answer to another', async () => {
  void gates.decide(asks(1), never);
  const second = asks(2);
  const verdict = gates.decide(second, never);
  await settled();
  expect(gates.pending().map(({ asked }) => asked)).toEqual([true, true]);
  prompter.answer(second, { kind: 'allow', term: 'once' });
  expect(await verdict).toEqual({ kind: 'allowed', by: 'prompt' });
  expect(gates.pending()).toHaveLength(1);
});

test('a no is remembered for its asker', async () => {
  const first = asks(1);
  const verdict = gates.decide(first, never);
  await settled();
  prompter.answer(first, { kind: 'deny' });
  expect(await verdict).toMatchObject({ reason: 'denied' });
  expect(await gates.decide(asks(1), never)).toMatchObject({ reason: 'cooling-down' });
  expect(made).toBe(1);
});

test('[C57] no more wait at once than one gate would let; rules still answer', async () => {
  for (let number = 0; number < APPROVAL_LIMITS.total; number += 1) void gates.decide(asks(number), never);
  await settled();
  expect(gates.pending()).toHaveLength(APPROVAL_LIMITS.total);
  const next = asks(1_000);
  expect(await gates.decide(next, never)).toMatchObject({ kind: 'refused', reason: 'busy' });
  await rules.add(next, 'always');
  expect(await gates.decide(next, never)).toMatchObject({ kind: 'allowed' });
});

test('[C57] askers are forgotten when there are very many, but none that waits', async () => {
  const waiting = asks(0);
  const verdict = gates.decide(waiting, never);
  await settled();
  for (let number = 1; number <= 300; number += 1) await gates.decide({ ...asks(number), wait: 0 }, never);
  expect(made).toBe(301);
  // The newest are kept, the first ones are made anew.
  await gates.decide({ ...asks(300), wait: 0 }, never);
  expect(made).toBe(301);
  await gates.decide({ ...asks(1), wait: 0 }, never);
  expect(made).toBe(302);
  expect(gates.pending()).toHaveLength(1);
  gates.lock();
  expect(await verdict).toMatchObject({ reason: 'locked' });
});

test('[C29] a lock and the switch reach every question', async () => {
  const locked = [gates.decide(asks(1), never), gates.decide(asks(2), never)];
  await settled();
  gates.lock();
  for (const verdict of await Promise.all(locked)) expect(verdict).toMatchObject({ reason: 'locked' });
  const denied = [gates.decide(asks(1), never), gates.decide(asks(2), never)];
  await settled();
  gates.denyAll(true);
  for (const verdict of await Promise.all(denied)) expect(verdict).toMatchObject({ by: 'deny-all' });
  expect(gates.pending()).toEqual([]);
});
