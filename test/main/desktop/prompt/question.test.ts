import { describe, expect, it } from 'vitest';
import { INERT_MS, OpenQuestion } from '../../../../main/desktop/prompt/question.ts';
import { FakeClock } from '../../../support/agent-parts.ts';
import { PROMPT } from '../../../support/prompt-content.ts';

function setup() {
  const clock = new FakeClock();
  const question = new OpenQuestion('q-1', PROMPT, clock, 60_000);
  return { clock, question };
}

/** Shown, and long enough ago. */
function ready() {
  const parts = setup();
  parts.question.shown();
  parts.clock.advance(INERT_MS);
  return parts;
}

describe('OpenQuestion', () => {
  it('[C35] takes no answer before its window has been seen for a moment', () => {
    const { clock, question } = setup();
    expect(question.take('q-1', 'once')).toBe('early');
    clock.advance(10_000);
    expect(question.take('q-1', 'once')).toBe('early');
    question.shown();
    clock.advance(INERT_MS - 1);
    expect(question.take('q-1', 'once')).toBe('early');
    clock.advance(1);
    expect(question.take('q-1', 'once')).toBe('taken');
  });

  it('[C35] is deaf for a moment again when it came to the front under a moving pointer', () => {
    const { clock, question } = ready();
    question.raised();
    expect(question.take('q-1', 'once')).toBe('early');
    clock.advance(INERT_MS);
    expect(question.take('q-1', 'once')).toBe('taken');
  });

  it('cannot be raised into being seen', () => {
    const { clock, question } = setup();
    question.raised();
    clock.advance(INERT_MS);
    expect(question.take('q-1', 'once')).toBe('early');
  });

  it('waits longer, not shorter, when the clock is set back', () => {
    const { clock, question } = ready();
    clock.advance(-5_000);
    expect(question.take('q-1', 'once')).toBe('early');
  });

  it.each([
    ['once', { kind: 'allow', term: 'once' }],
    ['hour', { kind: 'allow', term: 'hour' }],
    ['deny', { kind: 'deny' }],
    ['never', { kind: 'never' }],
  ] as const)('gives the gate what was chosen: %s', async (choice, answer) => {
    const { question } = ready();
    expect(question.take('q-1', choice)).toBe('taken');
    expect(await question.answer).toEqual(answer);
  });

  it('[C44] takes one answer only', async () => {
    const { question } = ready();
    expect(question.take('q-1', 'deny')).toBe('taken');
    expect(question.take('q-1', 'once')).toBe('stale');
    question.settle({ kind: 'none' });
    expect(await question.answer).toEqual({ kind: 'deny' });
  });

  it('[C44] takes no answer to another question, and none that was not offered', () => {
    const { question } = ready();
    expect(question.take('q-0', 'once')).toBe('stale');
    expect(question.take('q-1', 'always')).toBe('stale');
    expect(question.take('q-1', 'terminal')).toBe('stale');
  });

  it('[C35] takes none after it was settled without one', async () => {
    const { question } = ready();
    question.settle({ kind: 'none' });
    expect(question.take('q-1', 'once')).toBe('stale');
    expect(await question.answer).toEqual({ kind: 'none' });
  });

  it('tells the page how much of the time is left, never more than there is', () => {
    const { clock, question } = setup();
    expect(question.view()).toMatchObject({ ...PROMPT, question: 'q-1', limit: 60_000, remaining: 60_000 });
    clock.advance(20_000);
    expect(question.view().remaining).toBe(40_000);
    clock.advance(-80_000);
    expect(question.view().remaining).toBe(60_000);
    clock.advance(1_000_000);
    expect(question.view().remaining).toBe(0);
  });
});
