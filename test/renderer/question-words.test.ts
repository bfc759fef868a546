import { expect, test } from 'vitest';
import { spokenQuestion } from '../../renderer/prompt/question-words.ts';
import { PROMPT } from '../support/prompt-content.ts';

test('a question is one text for ears: what is given, who asks, how far that is believed, and how long it stands', () => {
  expect(spokenQuestion({ ...PROMPT, limit: 60_000 })).toBe(
    'It gets an access token that reads the state of your runs for 45 h. Your sign-in stays here. ' +
      'Script: ~/jobs/watch-runs.sh, claimed. Program: /usr/bin/bash, seen, pid 41822. ' +
      'Started by: cron, no terminal. Account: ada@university.example. ' +
      'Without an answer it is denied in 1 minute.',
  );
});
