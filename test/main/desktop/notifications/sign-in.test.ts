import { describe, expect, it } from 'vitest';
import { SignInNotices, TOGETHER } from '../../../../main/desktop/notifications/sign-in.ts';
import type { ScopeView } from '../../../../preload/contract.ts';
import { FakeClock } from '../../../support/agent-parts.ts';
import { NOW, scopeView, view } from '../../../support/desktop.ts';
import { NoticeScreen } from '../../../support/notices.ts';
import { flowsWith, GRACE, token } from '../../../support/other-accounts.ts';

const problem = (reason: string) => ({ reason, title: 't', tokens: 'k', next: 'n' });
const needs = (name: string, state: ScopeView['state'] = 'needs-sign-in') =>
  scopeView({ name, scope: `scope:${name}`, state, expiresAt: null });

function setup() {
  const screen = new NoticeScreen();
  const clock = new FakeClock(NOW);
  const eyes = { here: false };
  const notices = new SignInNotices({ ...screen.effects, clock, looking: () => eyes.here });
  const look = (scopes: ScopeView[], reason?: string) => {
    notices.look(view(scopes, { problem: reason === undefined ? null : problem(reason) }));
  };
  const asked = (scope: string, by = 'needs-consent', at = NOW + 1, account: string | null = null) => {
    notices.asked({ time: new Date(at).toISOString(), kind: 'refused', by, scope, account });
  };
  return { screen, clock, eyes, notices, look, asked };
}

it('[C59] says once that Globus ended a sign-in, what that means, and how to go on', () => {
  const { screen, clock, look } = setup();
  const scopes = ['a', 'b', 'c', 'd', 'e'].map((name) => needs(name));
  look(scopes.slice(0, 1), 'grant-ended');
  look(scopes, 'grant-ended');
  clock.advance(TOGETHER);
  look(scopes, 'grant-ended');
  expect(screen.shown).toEqual([
    {
      title: 'Globus ended a sign-in',
      body: 'a, b, c and 2 more: programs get no more tokens until you sign in again.',
      action: 'Sign in',
    },
  ]);
  screen.clicks[0]?.action();
  screen.clicks[0]?.click();
  expect(screen.acts).toEqual([{ kind: 'sign-in' }, { kind: 'open' }]);
  look([scopeView()]);
  expect(screen.takenBack).toEqual([0]);
});

it('says nothing of what the person did: signed out, or put a scope on the list', () => {
  const { screen, clock, look } = setup();
  look([scopeView()]);
  look([needs('view_flows')]);
  look([needs('view_flows'), needs('new', 'needs-consent')]);
  look([needs('view_flows')], 'network');
  clock.advance(TOGETHER);
  expect(screen.shown).toEqual([]);
});

it('says which scope a program asked for in vain, once until it is there', () => {
  const { screen, look, asked } = setup();
  look([needs('all', 'needs-consent')]);
  asked('scope:all');
  asked('scope:all');
  expect(screen.shown).toEqual([
    {
      title: 'all needs your consent',
      body: 'A program asked for it and got no token. Allow it at Globus, then run the program again.',
      action: 'Sign in',
    },
  ]);
  screen.clicks[0]?.click();
  expect(screen.acts).toEqual([{ kind: 'show', scope: 'scope:all' }]);
  look([scopeView({ scope: 'scope:all' })]);
  expect(screen.takenBack).toEqual([0]);
  look([needs('all')]);
  asked('scope:all', 'needs-sign-in');
  expect(screen.shown[1]?.title).toBe('all needs a sign-in');
});

it('counts no older line, no other refusal and no scope that is not on the list', () => {
  const { screen, look, asked } = setup();
  look([needs('all', 'needs-consent')]);
  asked('scope:all', 'needs-consent', NOW - 1);
  asked('scope:all', 'denied');
  asked('scope:other');
  expect(screen.shown).toEqual([]);
});

it('says nothing to whoever is in the window, or has switched it off', () => {
  const here = setup();
  here.eyes.here = true;
  const off = setup();
  off.screen.enabled = false;
  for (const { look, asked, clock } of [here, off]) {
    look([needs('all', 'needs-consent')]);
    asked('scope:all');
    look([needs('all')], 'grant-ended');
    clock.advance(TOGETHER);
  }
  expect([here.screen.shown, off.screen.shown]).toEqual([[], []]);
});

it('leaves nothing behind', () => {
  const { screen, clock, notices, look, asked } = setup();
  look([needs('all', 'needs-consent')]);
  asked('scope:all');
  look([needs('all')], 'grant-missing');
  notices.stop();
  clock.advance(TOGETHER);
  expect(screen.shown).toHaveLength(1);
  expect(screen.takenBack).toEqual([0]);
  expect(clock.pendingTimers).toBe(0);
});

describe('of another account', () => {
  const ended = flowsWith([token([0], { state: 'needs-sign-in', expiresAt: null })], 'view', 'run');
  const show = { kind: 'show', scope: 'urn:view', account: GRACE.sub };

  it('[C13] [C59] says whose sign-in ended, and its button leads to where that one starts', () => {
    const { screen, clock, notices } = setup();
    notices.look({ ...ended, problem: problem('grant-ended') });
    clock.advance(TOGETHER);
    expect(screen.shown[0]?.body).toMatch(/^view of grace@lab\.example: programs get no more tokens/);
    screen.clicks[0]?.action();
    expect(screen.acts).toEqual([show]);
  });

  it('[C13] says whose scope a program asked for in vain, not the default account’s', () => {
    const { screen, notices, asked } = setup();
    notices.look(ended);
    asked('urn:view', 'needs-sign-in', NOW + 1, 'ada@example.org');
    expect(screen.shown).toEqual([]);
    asked('urn:view', 'needs-sign-in', NOW + 1, GRACE.username);
    asked('urn:view', 'needs-sign-in', NOW + 2, GRACE.username);
    expect(screen.shown.map(({ title }) => title)).toEqual(['view of grace@lab.example needs a sign-in']);
    screen.clicks[0]?.click();
    screen.clicks[0]?.action();
    expect(screen.acts).toEqual([show, show]);
    notices.look(flowsWith([token([0])], 'view', 'run'));
    expect(screen.takenBack).toEqual([0]);
  });
});
