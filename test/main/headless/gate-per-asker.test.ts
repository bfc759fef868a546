import { setMaxListeners } from 'node:events';
import { beforeEach, expect, test } from 'vitest';
import { APPROVAL_LIMITS, createApprovals } from '../../../main/broker/approvals/gate.ts';
import { PendingPrompter } from '../../../main/broker/approvals/pending-prompter.ts';
import { openRules, type RuleStore } from '../../../main/broker/approvals/rules.ts';
import { memoryTextFile } from '../../../main/broker/approvals/text-file.ts';
import { GatePerAsker } from '../../../main/headless/gate-per-asker.ts';
import { FakeClock, RecordingLog } from '../../support/agent-parts.ts';
import type { Subject } from '../../../main/broker/types.ts';
import { binary, caller, forwarded, question, unidentified } from '../../support/questions.ts';

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
  gates = new GatePerAsker(clock, (shared) => {
    made += 1;
    return createApprovals({ rules, prompter, clock, random, log, isLocked: () => false, shared });
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

test('[C57] a burst of many askers at once is held to the same number, and leaves every place free', async () => {
  const verdicts = Array.from({ length: 500 }, (_, number) => gates.decide(asks(number), never));
  await settled();
  expect(gates.pending()).toHaveLength(APPROVAL_LIMITS.total);
  gates.lock();
  const reasons = (await Promise.all(verdicts)).map((one) =>
    one.kind === 'refused' ? one.reason : one.kind,
  );
  expect(reasons.filter((reason) => reason === 'locked')).toHaveLength(APPROVAL_LIMITS.total);
  expect(reasons.filter((reason) => reason === 'busy')).toHaveLength(500 - APPROVAL_LIMITS.total);
  for (let number = 0; number < APPROVAL_LIMITS.total; number += 1) void gates.decide(asks(number), never);
  await settled();
  expect(gates.pending()).toHaveLength(APPROVAL_LIMITS.total);
});

test('[C35] a no is remembered when its asker had to make room', async () => {
  const first = asks(0);
  const verdict = gates.decide(first, never);
  await settled();
  prompter.answer(first, { kind: 'deny' });
  expect(await verdict).toMatchObject({ reason: 'denied' });
  for (let number = 1; number <= 300; number += 1) await gates.decide({ ...asks(number), wait: 0 }, never);
  expect(await gates.decide(asks(0), never)).toMatchObject({ reason: 'cooling-down' });
});

test('[C57] one ssh, and one process without a name, leaves the others of its kind their turn', async () => {
  const through = (pid: number, executable: string, subject: Subject) =>
    question(subject, { caller: caller(subject, { peer: { pid, startTime: '1', executable } }) });
  for (const [executable, subject] of [
    ['/usr/bin/ssh', forwarded(null)],
    ['', unidentified],
  ] as const) {
    const greedy = Array.from({ length: 9 }, () => gates.decide(through(7, executable, subject), never));
    const other = through(8, executable, subject);
    const verdict = gates.decide(other, never);
    await settled();
    prompter.answer(other, { kind: 'allow', term: 'once' });
    expect(await verdict).toMatchObject({ kind: 'allowed' });
    gates.lock();
    await Promise.all(greedy);
  }
});

test('[C35] a no to a process without a name is one to the next such process', async () => {
  const nameless = (pid: number) =>
    question(unidentified, {
      caller: caller(unidentified, { peer: { pid, startTime: '0', executable: '' } }),
    });
  const first = nameless(7);
  const verdict = gates.decide(first, never);
  await settled();
  prompter.answer(first, { kind: 'deny' });
  expect(await verdict).toMatchObject({ reason: 'denied' });
  expect(await gates.decide(nameless(8), never)).toMatchObject({ reason: 'cooling-down' });
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
