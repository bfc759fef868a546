import { expect, test } from 'vitest';
import { tickDelay } from '../../renderer/tick.ts';
import { appView, groupsOf, NOW, scopes, STATES } from '../support/fake-bridge.ts';

const expiring = (span: number) => appView({ groups: groupsOf(scopes({ expiresAt: NOW + span })) });

test.each([
  ['hours are left', appView(), 15_000],
  ['seconds are shown', expiring(50_000), 1_000],
  ['seconds are about to be shown', expiring(110_000), 1_000],
  ['every token has ended', expiring(-1), 15_000],
  ['the clipboard counts down', STATES['copied'], 1_000],
  ['the browser is waited for', STATES['waiting'], 1_000],
])('while %s the page looks again after %s', (_when, view, delay) => {
  expect(tickDelay(view ?? appView(), NOW)).toBe(delay);
});
