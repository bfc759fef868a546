import { expect, it } from 'vitest';
import { ApprovalNotices } from '../../../../main/desktop/notifications/approval.ts';
import type { WaitingQuestion } from '../../../../main/desktop/waiting-questions.ts';
import { NoticeScreen } from '../../../support/notices.ts';

const question = (change: Partial<WaitingQuestion> = {}): WaitingQuestion => ({
  id: 'q-1',
  title: 'Let this script use run_status?',
  who: 'Script: ~/jobs/watch-runs.sh',
  asked: true,
  ...change,
});

function setup() {
  const screen = new NoticeScreen();
  return { screen, notices: new ApprovalNotices(screen.effects) };
}

it('[C31] says who asks for what, once, and leads to the question without an answer to it', () => {
  const { screen, notices } = setup();
  notices.look([question()]);
  notices.look([question()]);
  expect(screen.shown).toEqual([
    {
      title: 'Let this script use run_status?',
      body: 'Script: ~/jobs/watch-runs.sh. It waits a minute for your answer.',
      action: 'Look and answer',
      lasts: 60_000,
    },
  ]);
  screen.clicks[0]?.click();
  screen.clicks[0]?.action();
  expect(screen.acts).toEqual([{ kind: 'question' }, { kind: 'question' }]);
});

it('is gone with its question, and the next one is told when it is asked', () => {
  const { screen, notices } = setup();
  notices.look([question(), question({ id: 'q-2', asked: false })]);
  notices.look([question({ id: 'q-2' })]);
  expect(screen.takenBack).toEqual([0]);
  expect(screen.shown).toHaveLength(2);
  notices.stop();
  expect(screen.takenBack).toEqual([0, 1]);
});

it('says nothing when it is switched off, and nothing late when it is switched on', () => {
  const { screen, notices } = setup();
  screen.enabled = false;
  notices.look([question()]);
  screen.enabled = true;
  notices.look([question()]);
  expect(screen.shown).toEqual([]);
  notices.look([question({ id: 'q-2' })]);
  expect(screen.shown).toHaveLength(1);
});
