import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parsePolicy, STARTER_POLICY } from '../../../../main/broker/approvals/policy.ts';
import type { Question, Verdict } from '../../../../main/broker/types.ts';
import { HEADLESS_PROMPT_MS } from '../../../../main/headless/approvals.ts';
import { type ManageRig, manageRig } from '../../../support/manage-rig.ts';
import { binary, forwarded, program, question, terminal } from '../../../support/questions.ts';

// The sandbox and its keys are made anew for every test.
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let rig: ManageRig;
beforeEach(async () => {
  rig = await manageRig();
});
afterEach(() => rig.close());

const never = new AbortController().signal;

/** Asks, and resolves to the ID of the question once it waits. */
async function asked(about: Question = question()): Promise<{ id: string; verdict: Promise<Verdict> }> {
  const before = new Set(rig.manage.pending().map(({ id }) => id));
  const verdict = rig.gate.decide(about, never);
  for (;;) {
    const id = rig.manage.pending().find((one) => !before.has(one.id))?.id;
    if (id !== undefined) return { id, verdict };
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The open question has its time. */
async function timed(): Promise<void> {
  while (rig.clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
}

describe('questions that wait', () => {
  test('[C31] are shown with what is seen, claimed and unverified, in whole sentences', async () => {
    await asked(question(program(), { selfName: 'backup \u001b[31mroot' }));
    const [shown] = rig.manage.pending();
    expect(shown).toMatchObject({
      program: '/usr/bin/bash',
      script: '/home/ada/jobs/watch-runs.sh',
      self_name: 'backup \ufffd[31mroot',
      pid: 41822,
      scope_name: 'run_status',
      account: 'ada@uni.example',
      offers: ['once', 'ten-minutes', 'hour', 'always'],
      behind: 0,
    });
    const lines = shown?.lines.join('\n') ?? '';
    expect(lines).toContain('Let this script use run_status?');
    expect(lines).toMatch(/Script: .*watch-runs\.sh \(claimed\)/);
    expect(lines).toMatch(/Program: \/usr\/bin\/bash \(seen, pid 41822\)/);
    expect(lines).toMatch(/Calls itself: .* \(unverified\)/);
    // eslint-disable-next-line no-control-regex -- that none is there is the point
    expect(lines).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  test.each([
    [terminal, 'this terminal (pts/3)'],
    [forwarded('login.hpc.example'), 'forwarded from login.hpc.example'],
  ])('name a subject without a program %#', async (subject, named) => {
    await asked(question(subject));
    expect(rig.manage.pending()).toMatchObject([{ program: named, script: null }]);
  });

  test('[C35] are answered by their ID, and wait for nothing else', async () => {
    const { id, verdict } = await asked();
    expect(await rig.manage.answer('q-0', 'once')).toMatchObject({ kind: 'refused', reason: 'not-found' });
    expect(await rig.manage.answer(id, 'once')).toEqual({ kind: 'done', value: null });
    expect(await verdict).toEqual({ kind: 'allowed', by: 'prompt' });
    expect(rig.manage.pending()).toEqual([]);
    expect(await rig.manage.answer(id, 'once')).toMatchObject({ kind: 'refused', reason: 'not-found' });
  });

  test('[C35] deny denies, and never makes a rule', async () => {
    const first = await asked();
    await rig.manage.answer(first.id, 'deny');
    expect(await first.verdict).toMatchObject({ kind: 'refused', reason: 'denied' });
    expect(await rig.gate.list()).toEqual([]);
    const second = await asked(question(binary()));
    await rig.manage.answer(second.id, 'never');
    expect(await second.verdict).toMatchObject({ kind: 'refused', reason: 'denied' });
    expect(await rig.gate.list()).toMatchObject([{ answer: 'deny', program: '/opt/app/mytool' }]);
  });

  test('[C35] an answer beyond the offers is refused, and the question still waits', async () => {
    const { id } = await asked(question(forwarded()));
    const answer = await rig.manage.answer(id, 'always');
    expect(answer).toMatchObject({ kind: 'refused', reason: 'bad-request' });
    expect(rig.manage.pending()).toMatchObject([{ id }]);
  });

  test('can be answered in any order', async () => {
    const [first, second] = [await asked(), await asked(question(binary()))];
    await rig.manage.answer(second.id, 'once');
    expect(await second.verdict).toMatchObject({ kind: 'allowed' });
    expect(rig.manage.pending()).toMatchObject([{ id: first.id }]);
    await rig.manage.answer(first.id, 'deny');
    expect(await first.verdict).toMatchObject({ kind: 'refused' });
  });

  test('of one asker come one after the other, and are answered in any order too', async () => {
    const [first, second] = [
      await asked(),
      await asked(question(program(), { scope: 'urn:other', scopeName: 'other' })),
    ];
    await rig.manage.answer(second.id, 'once');
    expect(rig.manage.pending()).toMatchObject([{ id: first.id }]);
    await rig.manage.answer(first.id, 'deny');
    expect(await first.verdict).toMatchObject({ kind: 'refused' });
    expect(await second.verdict).toMatchObject({ kind: 'allowed' });
  });

  test('[C35] are refused after five minutes', async () => {
    const { id, verdict } = await asked();
    await timed();
    rig.clock.advance(HEADLESS_PROMPT_MS - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(rig.manage.pending()).toMatchObject([{ id }]);
    rig.clock.advance(1);
    expect(await verdict).toMatchObject({ kind: 'refused', reason: 'no-answer' });
    expect(rig.manage.pending()).toEqual([]);
    expect(await rig.manage.answer(id, 'once')).toMatchObject({ reason: 'not-found' });
  });

  test('[C29] a lock denies them, and answers nobody', async () => {
    const { id, verdict } = await asked();
    rig.agent.setLocked(true);
    expect(await rig.manage.answer(id, 'always')).toMatchObject({ kind: 'refused', reason: 'locked' });
    rig.gate.lock();
    expect(await verdict).toMatchObject({ kind: 'refused', reason: 'locked' });
    expect(rig.manage.pending()).toEqual([]);
  });

  test('the switch against every script refuses without asking', async () => {
    const { verdict } = await asked();
    rig.settings.update((old) => ({ ...old, denyAll: true }));
    expect(await rig.gate.decide(question(binary()), never)).toMatchObject({ by: 'deny-all' });
    expect(await verdict).toMatchObject({ kind: 'refused', by: 'deny-all' });
    expect(rig.manage.pending()).toEqual([]);
  });

  test('an agent that ends refuses what waits and what comes', async () => {
    const { verdict } = await asked();
    rig.gate.close();
    expect(await verdict).toMatchObject({ kind: 'refused', reason: 'no-answer' });
    expect(await rig.gate.decide(question(binary()), never)).toMatchObject({ reason: 'no-answer' });
  });

  test('[C35] where a window asks, nobody answers from a terminal', async () => {
    await rig.close();
    rig = await manageRig({}, ({ questions }) => ({
      kind: 'desktop',
      policy: null,
      questions: { pending: () => questions.pending() },
    }));
    const { id } = await asked();
    expect(await rig.manage.answer(id, 'once')).toMatchObject({ kind: 'refused', reason: 'denied' });
    expect(rig.manage.pending()).toMatchObject([{ id }]);
    expect(await rig.manage.policy()).toMatchObject({ state: 'absent', path: rig.policyPath });
    expect(await rig.manage.startPolicy()).toMatchObject({ kind: 'refused', reason: 'denied' });
  });
});

describe('the policy file', () => {
  test('[C28] a first one is written for this user alone, and allows nobody anything', async () => {
    expect(await rig.manage.policy()).toMatchObject({ state: 'absent', path: rig.policyPath, count: 0 });
    expect(await rig.manage.startPolicy()).toMatchObject({
      kind: 'done',
      value: { state: 'rules', count: 0, why: [], starter: STARTER_POLICY },
    });
    expect(await readFile(rig.policyPath, 'utf8')).toBe(STARTER_POLICY);
    expect((await stat(rig.policyPath)).mode & 0o777).toBe(0o600);
    expect(parsePolicy(STARTER_POLICY)).toEqual({ ok: true, rules: [] });
    // As it is printed: no line that a terminal breaks.
    for (const line of STARTER_POLICY.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  });

  test('one that is there stays as it is, a mistake and all', async () => {
    await writeFile(rig.policyPath, '{\n"version": 2\n}', { mode: 0o600 });
    const started = await rig.manage.startPolicy();
    expect(started).toMatchObject({ kind: 'done', value: { state: 'bad', count: 0 } });
    expect(started.kind === 'done' ? started.value.why.join() : '').toContain('line 2');
    expect(await readFile(rig.policyPath, 'utf8')).toBe('{\n"version": 2\n}');
  });

  test('[C28] is not written through a symlink', async () => {
    const target = `${rig.policyPath}.elsewhere`;
    await symlink(target, rig.policyPath);
    await rig.manage.startPolicy();
    await expect(stat(target)).rejects.toThrow('ENOENT');
  });

  test('[C35] a rule in it answers before a person is asked, and counts at once', async () => {
    const about = question(binary());
    const rule = { program: '/opt/app/mytool', scope: about.scope, account: about.account.username };
    const write = (answer: string) =>
      writeFile(rig.policyPath, JSON.stringify({ version: 1, rules: [{ ...rule, answer }] }), {
        mode: 0o600,
      });
    await write('allow');
    expect(await rig.gate.decide(about, never)).toMatchObject({ kind: 'allowed' });
    await write('deny');
    expect(await rig.gate.decide(about, never)).toMatchObject({ reason: 'denied-by-rule' });
  });

  test('[C59] a mistake in it is named to whom nobody answered', async () => {
    await writeFile(rig.policyPath, '{}', { mode: 0o600 });
    const { verdict } = await asked();
    await timed();
    rig.clock.advance(HEADLESS_PROMPT_MS);
    expect(await verdict).toMatchObject({
      reason: 'no-answer',
      detail: expect.stringContaining(`${rig.policyPath} has a mistake`) as string,
    });
  });
});
