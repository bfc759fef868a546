import { expect, it } from 'vitest';
import type { Question } from '../../../main/broker/types.ts';
import { headlessApprovals } from '../../../main/headless/approvals.ts';
import { unusedPolicy } from '../../../main/headless/policy-port.ts';
import { FakeClock, RecordingLog } from '../../support/agent-parts.ts';

const question: Question = {
  caller: {
    peer: { pid: 0, startTime: '0', executable: '' },
    uid: 0,
    subject: { kind: 'unidentified', why: 'a Windows pipe does not tell who is at its other end' },
    chain: [],
  },
  scope: 'https://auth.globus.org/scopes/x/view_flows',
  scopeName: 'view_flows',
  account: { sub: 'a', username: 'ada@uni.example' },
  selfName: null,
  wait: 300_000,
};

function gate(named: boolean) {
  return headlessApprovals({
    ...{ named, clock: new FakeClock(), random: () => 0.5, log: new RecordingLog() },
    rules: {
      match: () => Promise.resolve(null),
      add: () => Promise.resolve(null),
      list: () => Promise.resolve([]),
      revoke: () => Promise.resolve(false),
    },
    policy: { refresh: () => Promise.resolve({ kind: 'absent' }), state: { kind: 'absent' } },
    policyPath: '/x/policy.json',
    isLocked: () => false,
    denyAll: () => false,
  });
}

it('[C59] where nobody can be named an agent without a window says so at once, to whoever would wait', async () => {
  const approvals = gate(false);
  const leaving = new AbortController().signal;
  for (let times = 0; times < 3; times += 1) {
    expect(await approvals.decide(question, leaving)).toMatchObject({
      ...{ kind: 'refused', reason: 'no-answer' },
      detail:
        'This system does not tell which program asks, so without a window no token is handed out here.',
      next: 'Start the app, which asks in a window of its own.',
    });
  }
  expect(approvals.pending()).toEqual([]);
});

it('elsewhere the question waits for a person', async () => {
  const approvals = gate(true);
  const decided = approvals.decide(question, new AbortController().signal);
  await expect.poll(() => approvals.pending()).toHaveLength(1);
  approvals.close();
  expect(await decided).toMatchObject({ kind: 'refused', reason: 'no-answer' });
});

it('[C59] offers and writes no policy where no rule is about anybody', async () => {
  const port = unusedPolicy('/nonexistent/policy.json');
  for (const answer of [await port.read(), await port.start()]) {
    expect(answer).toMatchObject({ state: 'bad', count: 0 });
    expect(answer.why.join()).toContain('no rule and no answer in a terminal is taken');
  }
});
