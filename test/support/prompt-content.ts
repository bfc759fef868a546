import type { PromptContent } from '../../main/desktop/prompt/question.ts';

/** What the prompt's page shows for a script that cron started. */
export const PROMPT: PromptContent = {
  title: 'Let this script use run_status?',
  body: 'It gets an access token that reads the state of your runs for 45 h. Your sign-in stays here.',
  rows: [
    { label: 'Script', value: '~/jobs/watch-runs.sh', note: 'claimed', code: true },
    { label: 'Program', value: '/usr/bin/bash', note: 'seen, pid 41822', code: true },
    { label: 'Started by', value: 'cron', note: 'no terminal', code: false },
    { label: 'Account', value: 'ada@university.example', note: null, code: false },
  ],
  buttons: [
    { choice: 'deny', label: 'Deny' },
    { choice: 'never', label: 'Never' },
    { choice: 'once', label: 'Allow once' },
    { choice: 'hour', label: 'Allow 1 hour' },
  ],
  demo: null,
};
