import { describe, expect, test } from 'vitest';
import { screenOf, signInNews } from '../../renderer/screen.ts';
import { appView, STATES } from '../support/fake-bridge.ts';

const state = (name: string) => STATES[name] ?? appView();

describe('the screen', () => {
  test.each([
    ['first run', 'first-run'],
    ['signed out', 'choose'],
    ['waiting', 'waiting'],
    ['paste a code', 'paste'],
    ['exchanging', 'exchanging'],
    ['done', 'done'],
    ['failed', 'failed'],
    ['signed in', 'scopes'],
    ['no keychain', 'choose'],
    ['locked', 'scopes'],
  ])('for "%s" is %s', (name, screen) => {
    expect(screenOf(state(name), 'home')).toBe(screen);
  });

  test('follows the user to the chooser and to the client, but never away from a sign-in under way', () => {
    expect(screenOf(appView(), 'choose')).toBe('choose');
    expect(screenOf(appView(), 'client')).toBe('first-run');
    expect(screenOf(state('waiting'), 'client')).toBe('waiting');
    expect(screenOf(state('waiting'), 'audit')).toBe('waiting');
  });

  test.each(['audit', 'approvals', 'scripts'] as const)(
    'is %s with an account and without, not before the first run',
    (place) => {
      expect(screenOf(appView(), place)).toBe(place);
      expect(screenOf(state('signed out'), place)).toBe(place);
      expect(screenOf(state('first run'), place)).toBe('first-run');
    },
  );
});

test('[C15] what is announced names the scopes that were not granted', () => {
  expect(signInNews(state('done with less'))).toBe('Signed in, without run_manage, all.');
  expect(signInNews(state('done'))).toBe('Signed in.');
  expect(signInNews(state('signed in'))).toBe('');
});
