import { describe, expect, it } from 'vitest';
import { displayOf, elsewhereText } from '../../../main/desktop/open-elsewhere.ts';

const HOLDER = { kind: 'desktop', socket: null, pid: 4711, host: 'login1', since: 0, display: ':1' };

describe('a second start', () => {
  it('on another desktop of the same machine says where the first is', () => {
    const text = elsewhereText(HOLDER, { display: ':2', host: 'login1' });
    expect(text?.detail).toContain('on display :1 of this machine (process 4711)');
  });

  it.each([
    ['on the same desktop', HOLDER, { display: ':1', host: 'login1' }],
    ['on another machine, whose names are its own', HOLDER, { display: ':2', host: 'login2' }],
    ['where screens have no names', HOLDER, { host: 'login1' }],
    [
      'of a first whose screen is not known',
      { ...HOLDER, display: undefined },
      { display: ':2', host: 'login1' },
    ],
    ['while nobody has the lock', null, { display: ':2', host: 'login1' }],
  ])('%s says nothing', (_title, holder, here) => {
    const { display, ...rest } = holder ?? HOLDER;
    const known = display === undefined ? rest : { ...rest, display };
    expect(elsewhereText(holder === null ? null : known, here)).toBeNull();
  });
});

it.each([
  [':1', { display: ':1' }],
  [':1.0', { display: ':1' }],
  ['localhost:10.0', { display: 'localhost:10' }],
  ['', {}],
  [undefined, {}],
])('the desktop of DISPLAY=%s is %j', (DISPLAY, display) => {
  expect(displayOf({ DISPLAY })).toEqual(display);
});
