import { setMaxListeners } from 'node:events';
import { beforeEach, describe, expect, test } from 'vitest';
import { createApprovals, type Gate } from '../../../../main/broker/approvals/gate.ts';
import { openRules, type RuleStore } from '../../../../main/broker/approvals/rules.ts';
import { memoryTextFile } from '../../../../main/broker/approvals/text-file.ts';
import type { PromptAnswer, Prompter, Question, Term, Verdict } from '../../../../main/broker/types.ts';
import { FakeClock, RecordingLog } from '../../../support/agent-parts.ts';
import { binary, forwarded, program, question, terminal, unidentified } from '../../../support/questions.ts';

interface Prompt {
  question: Question;
  offers: readonly Term[];
  signal: AbortSignal;
  answer(answer: PromptAnswer): void;
  fail(error: Error): void;
}

/** A person who answers when the test says so, and who looks away as soon as a question is withdrawn. */
class Person implements Prompter {
  readonly prompts: Prompt[] = [];
  stubborn = false;
  #arrived: (() => void)[] = [];

  ask(asked: Question, offers: readonly Term[], signal: AbortSignal): Promise<PromptAnswer> {
    return new Promise((resolve, reject) => {
      this.prompts.push({ question: asked, offers, signal, answer: resolve, fail: reject });
      if (!this.stubborn) signal.addEventListener('abort', () => resolve({ kind: 'none' }));
      for (const arrived of this.#arrived.splice(0)) arrived();
    });
  }

  /** The n-th prompt, once it is there. */
  async prompt(number: number): Promise<Prompt> {
    for (;;) {
      const prompt = this.prompts[number];
      if (prompt !== undefined) return prompt;
      await new Promise<void>((resolve) => this.#arrived.push(resolve));
    }
  }
}

const ALLOW_ONCE: PromptAnswer = { kind: 'allow', term: 'once' };
const never = new AbortController().signal;
setMaxListeners(0, never);
const other = (number: number) => question(binary({ program: `/opt/app/tool-${number}` }));

let clock: FakeClock;
let person: Person;
let rules: RuleStore;
let gate: Gate;
let locked: boolean;
let log: RecordingLog;

beforeEach(() => {
  clock = new FakeClock(1_000_000);
  person = new Person();
  log = new RecordingLog();
  locked = false;
  let drawn = 0;
  const random = () => (drawn++ % 1000) / 1000;
  rules = openRules({ file: memoryTextFile(), clock, random, log });
  gate = createApprovals({ rules, prompter: person, clock, random, log, isLocked: () => locked });
});

/** Everything that needs no event has happened. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('tells of each change of what is pending: it came, it is asked, it is settled', async () => {
  const seen: string[] = [];
  const told = createApprovals({
    ...{ rules, prompter: person, clock, random: () => 0, log, isLocked: () => false },
    changed: () =>
      void seen.push(
        told
          .pending()
          .map(({ asked }) => (asked ? 'asked' : 'waits'))
          .join(),
      ),
  });
  const verdicts = [told.decide(question(), never), told.decide(other(1), never)];
  (await person.prompt(0)).answer(ALLOW_ONCE);
  (await person.prompt(1)).answer({ kind: 'deny' });
  await Promise.all(verdicts);
  expect(seen).toEqual(['waits', 'asked,waits', 'asked,waits', 'waits', 'asked', '']);
});

test('[C31] asks a person, with what the subject can get', async () => {
  const verdict = gate.decide(question(), never);
  const prompt = await person.prompt(0);
  expect(prompt.offers).toEqual(['once', 'ten-minutes', 'hour', 'always']);
  expect(gate.pending()).toMatchObject([
    { asked: true, since: 1_000_000, question: { scopeName: 'run_status' } },
  ]);
  prompt.answer(ALLOW_ONCE);
  expect(await verdict).toEqual({ kind: 'allowed', by: 'prompt' });
  expect(gate.pending()).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

test('[C35] "once" is asked again, "ten minutes" is not', async () => {
  for (const [number, term] of (['once', 'ten-minutes'] as const).entries()) {
    const verdict = gate.decide(question(), never);
    (await person.prompt(number)).answer({ kind: 'allow', term });
    expect(await verdict).toMatchObject({ kind: 'allowed' });
  }
  const [rule] = await gate.list();
  expect(await gate.decide(question(), never)).toEqual({ kind: 'allowed', by: `rule:${rule?.id}` });
  clock.advance(600_000);
  void gate.decide(question(), never);
  expect((await person.prompt(2)).question.scopeName).toBe('run_status');
});

test('[C35] "never" refuses from then on, until it is revoked', async () => {
  const verdict = gate.decide(question(), never);
  (await person.prompt(0)).answer({ kind: 'never' });
  expect(await verdict).toEqual({ kind: 'refused', reason: 'denied', by: 'prompt' });
  const [rule] = await gate.list();
  expect(await gate.decide(question(), never)).toEqual({
    kind: 'refused',
    reason: 'denied-by-rule',
    by: `rule:${rule?.id}`,
  });
  expect(await gate.revoke(rule?.id ?? '')).toBe(true);
  expect(await gate.list()).toEqual([]);
});

describe('an answer that was not offered', () => {
  test.each([
    ['terminal', terminal],
    ['forward', forwarded()],
    ['unidentified caller', unidentified],
    ['helper', binary({ program: '/usr/bin/curl' })],
    ['inline code', program({ inline: true, script: null })],
  ])('[C35] "always" for a %s is a no', async (_name, subject) => {
    const verdict = gate.decide(question(subject), never);
    (await person.prompt(0)).answer({ kind: 'allow', term: 'always' });
    expect(await verdict).toMatchObject({ kind: 'refused', reason: 'no-answer' });
    expect(await gate.list()).toEqual([]);
  });
});

describe('after a no', () => {
  test.each([
    ['denied', { kind: 'deny' }, 'denied'],
    ['closed', { kind: 'none' }, 'no-answer'],
  ] as const)('[C35] the same is not asked for a minute when it was %s', async (_name, answer, reason) => {
    const verdict = gate.decide(question(), never);
    (await person.prompt(0)).answer(answer);
    expect(await verdict).toMatchObject({ reason });
    const rewritten = program({ script: { path: '/home/ada/jobs/watch-runs.sh', binding: null } });
    expect(await gate.decide(question(rewritten), never)).toMatchObject({ reason: 'cooling-down' });
    const elsewhere = gate.decide(question(program(), { scope: 'another' }), never);
    (await person.prompt(1)).answer(ALLOW_ONCE);
    expect(await elsewhere).toMatchObject({ kind: 'allowed' });
    clock.advance(60_000);
    void gate.decide(question(), never);
    await person.prompt(2);
  });

  test('[C35] what waited for the same is not asked any more', async () => {
    const process = { pid: 7, startTime: '1', executable: '/usr/bin/bash' };
    const verdicts = [gate.decide(question(), never), gate.decide(question(program({ process })), never)];
    (await person.prompt(0)).answer({ kind: 'deny' });
    expect((await Promise.all(verdicts)).map((one) => one.kind === 'refused' && one.reason)).toEqual([
      'denied',
      'cooling-down',
    ]);
    expect(person.prompts).toHaveLength(1);
  });
});

describe('without an answer', () => {
  test('[C35] 60 seconds mean no', async () => {
    const verdict = gate.decide(question(), never);
    const prompt = await person.prompt(0);
    clock.advance(59_999);
    await settled();
    expect(prompt.signal.aborted).toBe(false);
    clock.advance(1);
    expect(await verdict).toEqual({ kind: 'refused', reason: 'no-answer', by: 'no-answer' });
    expect(prompt.signal.aborted).toBe(true);
  });

  test('[C35] the client’s end withdraws the prompt, and the next one comes', async () => {
    const client = new AbortController();
    const first = gate.decide(question(), client.signal);
    const prompt = await person.prompt(0);
    const second = gate.decide(other(1), never);
    client.abort();
    expect(await first).toMatchObject({ reason: 'no-answer' });
    expect(prompt.signal.aborted).toBe(true);
    (await person.prompt(1)).answer(ALLOW_ONCE);
    expect(await second).toMatchObject({ kind: 'allowed' });
  });

  test('[C35] a client that is gone already is not asked about', async () => {
    expect(await gate.decide(question(), AbortSignal.abort())).toMatchObject({ reason: 'no-answer' });
    expect(person.prompts).toEqual([]);
  });

  test('[C35] a client that goes while waiting in the queue leaves it', async () => {
    const client = new AbortController();
    void gate.decide(other(1), never);
    await person.prompt(0);
    const waiting = gate.decide(other(2), client.signal);
    await settled();
    expect(gate.pending()).toHaveLength(2);
    client.abort();
    expect(await waiting).toMatchObject({ reason: 'no-answer' });
    expect(gate.pending()).toHaveLength(1);
  });

  test('[C35] a prompt that fails means no, and the next one comes', async () => {
    const first = gate.decide(other(1), never);
    const second = gate.decide(other(2), never);
    (await person.prompt(0)).fail(new Error('no window'));
    expect(await first).toMatchObject({ reason: 'no-answer' });
    (await person.prompt(1)).answer(ALLOW_ONCE);
    expect(await second).toMatchObject({ kind: 'allowed' });
    expect(log.lines).toHaveLength(1);
  });

  test('a prompt that does not go away delays the next one by the grace time only', async () => {
    person.stubborn = true;
    const first = gate.decide(other(1), never);
    void gate.decide(other(2), never);
    await person.prompt(0);
    clock.advance(60_000);
    expect(await first).toMatchObject({ reason: 'no-answer' });
    await settled();
    expect(person.prompts).toHaveLength(1);
    clock.advance(2_000);
    await person.prompt(1);
  });
});

describe('a caller that waits only so long', () => {
  const waits = (wait: number, subject = program()) => question(subject, { wait });

  test('[C49] with no time at all nobody is asked, and nothing cools down', async () => {
    const verdict = await gate.decide(waits(0), never);
    expect(verdict).toMatchObject({ kind: 'refused', reason: 'no-answer', by: 'no-answer' });
    expect(verdict).toMatchObject({
      detail: 'Nobody may be asked, and no rule allows this program this scope.',
      // Without the time there is nothing that could be answered afterwards.
      next: expect.stringMatching(/--wait 10m.*globus-token approvals/) as string,
    });
    expect(gate.pending()).toEqual([]);
    const asked = gate.decide(question(), never);
    (await person.prompt(0)).answer(ALLOW_ONCE);
    expect(await asked).toMatchObject({ kind: 'allowed' });
  });

  test('[C49] with no time at all rules still decide', async () => {
    await rules.add(question(), 'always');
    expect(await gate.decide(waits(0), never)).toMatchObject({ kind: 'allowed' });
    await rules.add(question(binary()), 'never');
    expect(await gate.decide(waits(0, binary()), never)).toMatchObject({ reason: 'denied-by-rule' });
  });

  test('[C35] its prompt ends with its time, which counts as unanswered', async () => {
    const verdict = gate.decide(waits(30_000), never);
    const prompt = await person.prompt(0);
    clock.advance(29_999);
    await settled();
    expect(prompt.signal.aborted).toBe(false);
    clock.advance(1);
    expect(await verdict).toEqual({ kind: 'refused', reason: 'no-answer', by: 'no-answer' });
    expect(prompt.signal.aborted).toBe(true);
    expect(await gate.decide(waits(30_000), never)).toMatchObject({ reason: 'cooling-down' });
    // What is left is for the window to go.
    clock.advance(2_000);
    expect(clock.pendingTimers).toBe(0);
  });

  test('[C35] nobody gets more time than the gate gives', async () => {
    const verdict = gate.decide(waits(600_000), never);
    await person.prompt(0);
    clock.advance(60_000);
    expect(await verdict).toMatchObject({ reason: 'no-answer' });
    // What is left is for the window to go.
    clock.advance(2_000);
    expect(clock.pendingTimers).toBe(0);
  });

  test('its time runs while others are asked, and what nobody saw does not cool down', async () => {
    void gate.decide(other(1), never);
    const first = await person.prompt(0);
    const verdict = gate.decide(waits(1_000), never);
    await settled();
    clock.advance(1_000);
    expect(await verdict).toMatchObject({ reason: 'no-answer' });
    expect(gate.pending()).toHaveLength(1);
    first.answer(ALLOW_ONCE);
    void gate.decide(question(), never);
    await person.prompt(1);
  });

  test('one that shares the prompt and has more time still gets the answer', async () => {
    const verdicts = [gate.decide(waits(1_000), never), gate.decide(question(), never)];
    const prompt = await person.prompt(0);
    await settled();
    clock.advance(1_000);
    expect(await verdicts[0]).toMatchObject({ reason: 'no-answer' });
    expect(prompt.signal.aborted).toBe(false);
    prompt.answer(ALLOW_ONCE);
    expect(await verdicts[1]).toMatchObject({ kind: 'allowed' });
  });
});

describe('lock and switch', () => {
  test.each([
    ['lock', 'locked', () => gate.lock()],
    ['the deny-all switch', 'denied', () => gate.denyAll(true)],
  ])('[C29] [C35] %s refuses the open prompt and all that wait, at once', async (_name, reason, act) => {
    const verdicts = [1, 2, 3].map((number) => gate.decide(other(number), never));
    const prompt = await person.prompt(0);
    await settled();
    act();
    prompt.answer(ALLOW_ONCE);
    for (const verdict of await Promise.all(verdicts))
      expect(verdict).toMatchObject({ kind: 'refused', reason });
    expect(prompt.signal.aborted).toBe(true);
    expect(person.prompts).toHaveLength(1);
  });

  test('[C29] while locked nothing is asked, and no rule helps', async () => {
    await rules.add(question(), 'always');
    locked = true;
    expect(await gate.decide(question(), never)).toEqual({ kind: 'refused', reason: 'locked', by: 'locked' });
    locked = false;
    expect(await gate.decide(question(), never)).toMatchObject({ kind: 'allowed' });
  });

  test('[C29] a lock while the rules are read counts', async () => {
    await rules.add(question(), 'always');
    const verdict = gate.decide(question(), never);
    locked = true;
    expect(await verdict).toMatchObject({ reason: 'locked' });
  });

  test('[C29] a lock that only shows with the answer counts', async () => {
    const verdict = gate.decide(question(), never);
    const prompt = await person.prompt(0);
    locked = true;
    prompt.answer({ kind: 'allow', term: 'hour' });
    expect(await verdict).toMatchObject({ reason: 'locked' });
    expect(await gate.list()).toEqual([]);
  });

  test('[C35] the switch comes before rules, and can be turned off', async () => {
    await rules.add(question(), 'always');
    gate.denyAll(true);
    expect(await gate.decide(question(), never)).toEqual({
      kind: 'refused',
      reason: 'denied',
      by: 'deny-all',
    });
    gate.denyAll(false);
    expect(await gate.decide(question(), never)).toMatchObject({ kind: 'allowed' });
  });
});

describe('many questions', () => {
  test('[C35] one prompt at a time', async () => {
    const verdicts = [1, 2, 3].map((number) => gate.decide(other(number), never));
    for (const number of [0, 1, 2]) {
      const prompt = await person.prompt(number);
      await settled();
      expect(person.prompts).toHaveLength(number + 1);
      prompt.answer(ALLOW_ONCE);
    }
    for (const verdict of await Promise.all(verdicts)) expect(verdict).toMatchObject({ kind: 'allowed' });
  });

  test('identical ones of one process share a prompt; it stands until the last client is gone', async () => {
    const clients = [new AbortController(), new AbortController()];
    const verdicts = clients.map(({ signal }) => gate.decide(question(), signal));
    const prompt = await person.prompt(0);
    await settled();
    expect(gate.pending()).toHaveLength(1);
    clients[0]?.abort();
    expect(await verdicts[0]).toMatchObject({ kind: 'refused' });
    expect(prompt.signal.aborted).toBe(false);
    prompt.answer(ALLOW_ONCE);
    expect(await verdicts[1]).toMatchObject({ kind: 'allowed' });
    expect(person.prompts).toHaveLength(1);
  });

  test.each([
    ['forwarded', forwarded()],
    ['unidentified', unidentified],
  ])('[C35] %s ones never share an answer', async (_name, subject) => {
    const verdicts = [gate.decide(question(subject), never), gate.decide(question(subject), never)];
    (await person.prompt(0)).answer(ALLOW_ONCE);
    expect(await verdicts[0]).toMatchObject({ kind: 'allowed' });
    (await person.prompt(1)).answer({ kind: 'deny' });
    expect(await verdicts[1]).toMatchObject({ kind: 'refused' });
  });

  test('an answer that lasts answers what waits', async () => {
    const process = { pid: 7, startTime: '1', executable: '/usr/bin/bash' };
    const verdicts = [gate.decide(question(), never), gate.decide(question(program({ process })), never)];
    (await person.prompt(0)).answer({ kind: 'allow', term: 'hour' });
    for (const verdict of await Promise.all(verdicts)) expect(verdict).toMatchObject({ kind: 'allowed' });
    expect(person.prompts).toHaveLength(1);
  });

  test('askers take turns: one that floods delays another by one prompt', async () => {
    const scopes = ['a', 'b', 'c', 'd'];
    for (const scope of scopes) void gate.decide(question(program(), { scope }), never);
    await person.prompt(0);
    void gate.decide(other(1), never);
    await settled();
    (await person.prompt(0)).answer(ALLOW_ONCE);
    (await person.prompt(1)).answer(ALLOW_ONCE);
    const { subject } = (await person.prompt(2)).question.caller;
    expect(subject).toMatchObject({ program: '/opt/app/tool-1' });
  });

  test('the queue is bounded, per asker and in all', async () => {
    const flood = Array.from({ length: 6 }, (_, number) =>
      gate.decide(question(program(), { scope: `s${number}` }), never),
    );
    // One is open, four wait, the sixth finds its lane full.
    expect(await flood[5]).toMatchObject({ reason: 'busy' });
    const many = Array.from({ length: 29 }, (_, number) => gate.decide(other(number), never));
    expect(await many[28]).toMatchObject({ reason: 'busy' });
    expect(gate.pending()).toHaveLength(33);
    gate.lock();
    await Promise.all([...flood, ...many]);
    expect(gate.pending()).toEqual([]);
  });
});

describe('many processes of one script', () => {
  const pid = (number: number) =>
    program({ process: { pid: number, startTime: '1', executable: '/usr/bin/bash' } });
  const many = (count: number, of: (number: number) => Question) =>
    Array.from({ length: count }, (_, number) => gate.decide(of(number), never));
  const kinds = async (verdicts: Promise<Verdict>[]) => (await Promise.all(verdicts)).map(({ kind }) => kind);

  test('are one question, and a lasting answer is for all of them', async () => {
    const verdicts = many(50, (number) => question(pid(number)));
    const { answer } = await person.prompt(0);
    await settled();
    expect(gate.pending()).toMatchObject([{ behind: 49 }]);
    answer({ kind: 'allow', term: 'hour' });
    expect(await kinds(verdicts)).toEqual(Array.from({ length: 50 }, () => 'allowed'));
    expect(person.prompts).toHaveLength(1);
    expect(gate.pending()).toEqual([]);
  });

  test('[C35] get a "once" one by one', async () => {
    const verdicts = many(3, (number) => question(pid(number)));
    (await person.prompt(0)).answer(ALLOW_ONCE);
    expect(await verdicts[0]).toEqual({ kind: 'allowed', by: 'prompt' });
    const second = await person.prompt(1);
    expect(second.question.caller.subject).toMatchObject({ process: { pid: 1 } });
    second.answer({ kind: 'deny' });
    expect(await kinds(verdicts)).toEqual(['allowed', 'refused', 'refused']);
    expect(await verdicts[2]).toMatchObject({ reason: 'cooling-down' });
  });

  test('[C35] are all told when nobody answered', async () => {
    const verdicts = many(3, (number) => question(pid(number)));
    await person.prompt(0);
    await settled();
    clock.advance(60_000);
    for (const verdict of verdicts) expect(await verdict).toMatchObject({ reason: 'no-answer' });
    expect(person.prompts).toHaveLength(1);
  });

  test('wait no longer than they said, and not for one that went away', async () => {
    const first = new AbortController();
    const gone = new AbortController();
    const verdicts = [
      gate.decide(question(pid(1)), first.signal),
      gate.decide(question(pid(2), { wait: 5_000 }), never),
      gate.decide(question(pid(3)), gone.signal),
      gate.decide(question(pid(4)), never),
    ];
    await person.prompt(0);
    await settled();
    gone.abort();
    expect(await verdicts[2]).toMatchObject({ reason: 'no-answer' });
    clock.advance(5_000);
    expect(await verdicts[1]).toMatchObject({ reason: 'no-answer' });
    first.abort();
    const next = await person.prompt(1);
    expect(next.question.caller.subject).toMatchObject({ process: { pid: 4 } });
    next.answer(ALLOW_ONCE);
    expect(await verdicts[3]).toMatchObject({ kind: 'allowed' });
  });

  test('keep what is left of their time when their turn comes', async () => {
    const verdicts = [
      gate.decide(question(pid(1)), never),
      gate.decide(question(pid(2), { wait: 9_000 }), never),
    ];
    const { answer } = await person.prompt(0);
    await settled();
    clock.advance(5_000);
    answer(ALLOW_ONCE);
    await person.prompt(1);
    clock.advance(4_000);
    expect(await verdicts[1]).toMatchObject({ reason: 'no-answer' });
  });

  test('[C35] are asked about one by one where no file says what they run, or for another scope', async () => {
    const inline = (number: number) => ({ ...pid(number), script: null, inline: true });
    void many(2, (number) => question(inline(number)));
    void many(2, (number) => question(pid(1), { scope: `scope-${number}` }));
    await settled();
    expect(gate.pending()).toHaveLength(4);
    gate.lock();
  });
});

test('[C35] rules that cannot be asked answer nothing: a person is asked', async () => {
  rules.match = () => Promise.reject(new Error('disk'));
  const verdict = gate.decide(question(), never);
  (await person.prompt(0)).answer({ kind: 'deny' });
  expect(await verdict).toMatchObject({ reason: 'denied' });
});
