import { expect, it } from 'vitest';
import { waitingQuestions } from '../../../main/desktop/waiting-questions.ts';
import { forwarded, program, question, unidentified } from '../../support/questions.ts';

const waiting = (asked: ReturnType<typeof question>) => {
  const pending = { id: 'q-1', question: asked, offers: ['once'] as const, since: 0, asked: true, behind: 0 };
  return waitingQuestions([pending], '/home/ada');
};

it('[C31] says in the words of the prompt who asks for what', () => {
  expect(waiting(question())).toEqual([
    { id: 'q-1', title: 'Let this script use run_status?', who: 'Script: ~/jobs/watch-runs.sh', asked: true },
  ]);
  expect(waiting(question(program({ script: null, program: '/opt/tool' })))[0]?.who).toBe(
    'Program: /opt/tool',
  );
  expect(waiting(question(forwarded()))[0]?.who).toBe('Host: login.hpc.example');
  expect(waiting(question(unidentified))[0]?.who).toBe('Program: unknown');
});

it('[C31] shows the hidden characters of a path, and not the whole of a long one', () => {
  const path = `/home/ada/\u202egnp.sh\n${'x'.repeat(300)}`;
  const [made] = waiting(question(program({ script: { path, binding: null } })));
  expect(made?.who).not.toMatch(/[\u202e\n]/);
  expect(made?.who.length).toBeLessThan(80);
});
