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
  });
});

test('[C15] what is announced names the scopes that were not granted', () => {
  expect(signInNews(state('done with less'))).toBe('Signed in, without run_manage, all.');
  expect(signInNews(state('done'))).toBe('Signed in.');
  expect(signInNews(state('signed in'))).toBe('');
});
