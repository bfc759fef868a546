import { expect, it } from 'vitest';
import { RecentScopes } from '../../../../main/desktop/palette/recent.ts';

it('lists what was copied, the last one first, each once; what was denied or fetched by programs is not in it', () => {
  const recent = new RecentScopes();
  const copy = (scope: string) => {
    recent.see({ kind: 'copy', answer: 'done', scope });
  };
  for (const scope of ['a', 'b', 'a', 'c']) copy(scope);
  recent.see({ kind: 'copy', answer: 'denied', scope: 'd' });
  recent.see({ kind: 'token', answer: 'allowed', scope: 'e' });
  recent.see({ kind: 'copy', answer: 'done', scope: null });
  expect(recent.list()).toEqual(['c', 'a', 'b']);
  for (let index = 0; index < 100; index++) copy(`more-${index}`);
  expect(recent.list()).toHaveLength(50);
});
