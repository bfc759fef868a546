import { expect, it } from 'vitest';
import { menuActs } from '../../../main/desktop/tray-acts.ts';

it('sends each choice where it belongs', () => {
  const went: unknown[] = [];
  const act = menuActs({
    perform: (action) => went.push(['perform', action]),
    openPalette: () => went.push('palette'),
    raiseQuestion: () => went.push('question'),
    showScope: (scope) => went.push(['show', scope]),
  });
  act({ kind: 'search' });
  act({ kind: 'question' });
  act({ kind: 'show', scope: 's' });
  act({ kind: 'lock' });
  expect(went).toEqual(['palette', 'question', ['show', 's'], ['perform', { kind: 'lock' }]]);
});
