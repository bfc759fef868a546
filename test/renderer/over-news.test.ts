import { expect, test } from 'vitest';
import type { AppView } from '../../preload/contract.ts';
import { overNews } from '../../renderer/over-news.ts';

type Standing = Pick<AppView, 'locked' | 'clipboard'>;

const COPY = { what: 'header for run', clearsAt: 45_000, duration: 45_000 };
const REST: Standing = { locked: false, clipboard: null };

test.each<[title: string, before: Standing | null, now: Standing, said: string | null]>([
  ['the first view', null, REST, null],
  ['an unlocking', { ...REST, locked: true }, REST, 'Unlocked.'],
  ['a copy that is gone', { ...REST, clipboard: COPY }, REST, 'No longer on the clipboard: header for run.'],
  ['a copy without a token, which stays', { ...REST, clipboard: { ...COPY, tokenFree: true } }, REST, ''],
  ['a copy', REST, { ...REST, clipboard: COPY }, ''],
  ['another copy', { ...REST, clipboard: COPY }, { ...REST, clipboard: { ...COPY, clearsAt: 50_000 } }, ''],
  ['a lock', REST, { ...REST, locked: true }, ''],
  ['nothing of that', { ...REST, clipboard: COPY }, { ...REST, clipboard: { ...COPY } }, null],
])('%s', (_title, before, now, said) => {
  expect(overNews(before, now)).toBe(said);
});
