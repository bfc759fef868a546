import { expect, test } from 'vitest';
import { PendingPrompter } from '../../../../main/broker/approvals/pending-prompter.ts';
import type { PromptAnswer } from '../../../../main/broker/types.ts';
import { question } from '../../../support/questions.ts';

const ONCE: PromptAnswer = { kind: 'allow', term: 'once' };
const NONE: PromptAnswer = { kind: 'none' };

/** `waits` while the question is open. */
function now(asked: Promise<PromptAnswer>): Promise<PromptAnswer | 'waits'> {
  return Promise.race([asked, new Promise<'waits'>((resolve) => setImmediate(() => resolve('waits')))]);
}

test('a question stays open until it is answered, and the first answer counts', async () => {
  const prompter = new PendingPrompter();
  const about = question();
  const asked = prompter.ask(about, ['once'], new AbortController().signal);
  expect(await now(asked)).toBe('waits');
  expect(prompter.isAnswered(about)).toBe(false);
  expect(prompter.answer(about, ONCE)).toBe(true);
  expect(prompter.answer(about, { kind: 'deny' })).toBe(false);
  expect(await asked).toEqual(ONCE);
});

test('an answer is for one question, not for another with the same words', async () => {
  const prompter = new PendingPrompter();
  const [one, other] = [question(), question()];
  const asked = [one, other].map((about) => prompter.ask(about, ['once'], new AbortController().signal));
  prompter.answer(other, ONCE);
  expect(await now(asked[0] ?? Promise.reject(new Error()))).toBe('waits');
  expect(await asked[1]).toEqual(ONCE);
});

test('an answer that came before its turn is given then', async () => {
  const prompter = new PendingPrompter();
  const about = question();
  expect(prompter.answer(about, ONCE)).toBe(true);
  expect(await prompter.ask(about, ['once'], new AbortController().signal)).toEqual(ONCE);
});

test('[C35] a withdrawn question is answered with nothing, whatever comes later', async () => {
  const prompter = new PendingPrompter();
  const about = question();
  const client = new AbortController();
  const asked = prompter.ask(about, ['once'], client.signal);
  client.abort();
  prompter.answer(about, ONCE);
  expect(await asked).toEqual(NONE);
  // Withdrawn before it was asked: an answer that is there already is nobody's.
  expect(await prompter.ask(about, ['once'], client.signal)).toEqual(NONE);
});

test('[C35] the end of the agent answers everything with nothing', async () => {
  const prompter = new PendingPrompter();
  const asked = prompter.ask(question(), ['once'], new AbortController().signal);
  prompter.close();
  expect(await asked).toEqual(NONE);
  const late = question();
  prompter.answer(late, ONCE);
  expect(await prompter.ask(late, ['once'], new AbortController().signal)).toEqual(NONE);
});
