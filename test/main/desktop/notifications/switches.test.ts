import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../../main/broker/contract.ts';
import { GRACE } from '../../../../main/desktop/notifications/expiry.ts';
import { Notifications } from '../../../../main/desktop/notifications/notifications.ts';
import { defaultSettings } from '../../../../main/settings/defaults.ts';
import type { NoticesView } from '../../../../preload/contract.ts';
import { FakeClock } from '../../../support/agent-parts.ts';
import { NOW, scopeView, view } from '../../../support/desktop.ts';
import { NoticeScreen } from '../../../support/notices.ts';
import { keychainView } from '../../../support/vault-views.ts';

/** What each kind says of the story below, one notification each. */
const SAYS: Record<keyof NoticesView, string> = {
  approval: 'Let this script use run_status?',
  expiry: 'view_flows ends in 8 min',
  signIn: 'run needs your consent',
  copied: 'Copied header for view_flows',
  keychain: 'The keychain is locked',
};
const KINDS = Object.keys(SAYS) as (keyof NoticesView)[];
const ALL_ON: NoticesView = { approval: true, expiry: true, signIn: true, copied: true, keychain: true };

const REFUSED: AuditEntry = {
  time: new Date(NOW).toISOString(),
  kind: 'refused',
  scope: 'scope:run',
  account: null,
  answer: 'denied',
  by: 'needs-consent',
  pid: null,
  program: null,
  script: null,
};

/** Everything that there is to say happens at once, with nobody in a window. @returns the titles of what is shown */
function told(switches: NoticesView): string[] {
  const screen = new NoticeScreen();
  const clock = new FakeClock(NOW);
  const notifications = new Notifications({
    port: screen.port,
    clock,
    switches: () => switches,
    act: () => undefined,
    inSight: () => false,
    looking: () => false,
  });
  const scopes = [
    scopeView({ state: 'expiring', expiresAt: NOW + 9.5 * 60_000 }),
    scopeView({ name: 'run', scope: 'scope:run', state: 'needs-consent', expiresAt: null }),
  ];
  const clipboard = { what: 'header for view_flows', clearsAt: NOW + 45_000, duration: 45_000 };
  const question = { id: 'q-1', title: SAYS.approval, who: 'Script: ~/jobs/watch-runs.sh', asked: true };
  notifications.look(view(scopes, { clipboard, vault: keychainView('locked') }), [question]);
  notifications.line(REFUSED);
  clock.advance(GRACE);
  notifications.stop();
  return screen.shown.map(({ title }) => title).sort();
}

const titles = (kinds: readonly (keyof NoticesView)[]) => kinds.map((kind) => SAYS[kind]).sort();

describe('the switches of the notifications', () => {
  it('are one for each kind, and all on at first', () => {
    expect(defaultSettings().notices).toEqual(ALL_ON);
    expect(told(ALL_ON)).toEqual(titles(KINDS));
  });

  it.each(KINDS)('switch off %s, and nothing else', (off) => {
    expect(told({ ...ALL_ON, [off]: false })).toEqual(titles(KINDS.filter((kind) => kind !== off)));
  });

  it.each(KINDS)('leave %s on alone', (on) => {
    const allOff = Object.fromEntries(KINDS.map((kind) => [kind, false])) as unknown as NoticesView;
    expect(told({ ...allOff, [on]: true })).toEqual(titles([on]));
  });
});
