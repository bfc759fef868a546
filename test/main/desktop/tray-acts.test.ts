import { expect, it } from 'vitest';
import { menuActs } from '../../../main/desktop/tray-acts.ts';

it('sends each choice where it belongs', () => {
  const went: unknown[] = [];
  const act = menuActs({
    perform: (action) => went.push(['perform', action]),
    openPalette: () => went.push('palette'),
    toggleWindow: () => went.push('toggle'),
    raiseQuestion: () => went.push('question'),
    showScope: (row) => went.push(['show', row]),
    askSignOut: () => went.push('sign out?'),
  });
  act({ kind: 'search' });
  act({ kind: 'toggle' });
  act({ kind: 'question' });
  act({ kind: 'show', scope: 's' });
  act({ kind: 'show', scope: 's', account: '2' });
  act({ kind: 'ask-sign-out' });
  act({ kind: 'lock' });
  expect(went).toEqual([
    'palette',
    'toggle',
    'question',
    ['show', { scope: 's' }],
    ['show', { scope: 's', account: '2' }],
    'sign out?',
    ['perform', { kind: 'lock' }],
  ]);
});
