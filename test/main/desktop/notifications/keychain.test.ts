import { expect, it } from 'vitest';
import { KeychainNotices, PATIENCE } from '../../../../main/desktop/notifications/keychain.ts';
import type { AppView } from '../../../../preload/contract.ts';
import { FakeClock } from '../../../support/agent-parts.ts';
import { NOW, view } from '../../../support/desktop.ts';
import { NoticeScreen } from '../../../support/notices.ts';
import { keychainView, passphraseView } from '../../../support/vault-views.ts';

function setup() {
  const screen = new NoticeScreen();
  const clock = new FakeClock(NOW);
  const eyes = { here: false };
  const notices = new KeychainNotices({ ...screen.effects, clock, looking: () => eyes.here });
  const look = (status: AppView['vault']['status'], change: Partial<AppView> = {}) => {
    notices.look(view([], { vault: keychainView(status), ...change }));
  };
  return { screen, clock, eyes, notices, look };
}

it('[C27] says that the keychain is locked, what that means, and leads to the window', () => {
  const { screen, clock, look } = setup();
  look('locked');
  look('locked');
  clock.advance(PATIENCE);
  look('locked');
  expect(screen.shown).toEqual([
    {
      title: 'The keychain is locked',
      body: 'Your sign-ins are kept. Programs get no tokens until you unlock it.',
      action: 'Unlock…',
    },
  ]);
  screen.clicks[0]?.click();
  screen.clicks[0]?.action();
  expect(screen.acts).toEqual([{ kind: 'open' }, { kind: 'open' }]);
});

it('has words of its own for one that does not answer, and for a passphrase file', () => {
  const { screen, clock, look } = setup();
  look('slow');
  clock.advance(PATIENCE);
  look('locked', { vault: passphraseView('locked') });
  clock.advance(PATIENCE);
  expect(screen.shown.map(({ title }) => title)).toEqual([
    'The keychain does not answer',
    'The passphrase file is locked',
  ]);
  expect(screen.takenBack).toEqual([0]);
});

it('says nothing of a moment, and is gone when the keychain is back', () => {
  const { screen, clock, look } = setup();
  look('slow');
  clock.advance(PATIENCE - 1);
  look('ready');
  clock.advance(PATIENCE);
  expect(screen.shown).toEqual([]);
  look('locked');
  clock.advance(PATIENCE);
  look('ready');
  expect(screen.takenBack).toEqual([0]);
  look('locked');
  clock.advance(PATIENCE);
  expect(screen.shown).toHaveLength(2);
});

it('says nothing to whoever is in the window, has no sign-in, or has switched it off', () => {
  const here = setup();
  here.eyes.here = true;
  here.look('locked');
  here.clock.advance(PATIENCE);
  const nobody = setup();
  nobody.look('locked', { account: null });
  nobody.clock.advance(PATIENCE);
  const off = setup();
  off.look('locked');
  off.screen.enabled = false;
  off.clock.advance(PATIENCE);
  expect([here, nobody, off].map(({ screen }) => screen.shown)).toEqual([[], [], []]);
});

it('leaves nothing behind', () => {
  const { screen, clock, notices, look } = setup();
  look('locked');
  notices.stop();
  clock.advance(PATIENCE);
  expect(screen.shown).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});
