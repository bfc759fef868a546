import { describe, expect, it } from 'vitest';
import { ExpiryNotices, GRACE as GRACE_MS } from '../../../../main/desktop/notifications/expiry.ts';
import type { NotificationPort } from '../../../../main/desktop/notifications/port.ts';
import type { ScopeView } from '../../../../preload/contract.ts';
import { FakeClock } from '../../../support/agent-parts.ts';
import { NOW, scopeView, view } from '../../../support/desktop.ts';
import { GRACE, token, withOthers } from '../../../support/other-accounts.ts';

const END = NOW + 9.5 * 60_000;
const ending = (change: Partial<ScopeView> = {}) =>
  scopeView({ state: 'expiring', expiresAt: END, ...change });

function setup() {
  const clock = new FakeClock(NOW);
  const shown: { title: string; body: string }[] = [];
  const clicks: { click: () => void; action: () => void }[] = [];
  const acts: unknown[] = [];
  const switches = { enabled: true, closed: 0 };
  const port: NotificationPort = {
    show(text, on) {
      shown.push(text);
      clicks.push(on);
      return () => void (switches.closed += 1);
    },
  };
  const notices = new ExpiryNotices({
    port,
    clock,
    enabled: () => switches.enabled,
    act: (action) => void acts.push(action),
  });
  const look = (...scopes: ScopeView[]) => notices.look(view(scopes, { now: clock.now() }));
  return { clock, shown, clicks, acts, switches, notices, look };
}

describe('ExpiryNotices', () => {
  it('[C59] says which scope ends and when, once the app had its time to renew', () => {
    const { clock, shown, look } = setup();
    look(ending());
    expect(shown).toEqual([]);
    clock.advance(GRACE_MS);
    expect(shown).toEqual([
      {
        title: 'view_flows ends in 8 min',
        body: 'It could not be renewed so far. Programs that use it fail from then on.',
        action: 'Renew',
      },
    ]);
  });

  it('stays silent when the renewal went well', () => {
    const { clock, shown, look } = setup();
    look(ending());
    clock.advance(1_000);
    look(ending({ state: 'renewing' }));
    look(scopeView());
    clock.advance(2 * GRACE_MS);
    expect(shown).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('speaks once per token and end, however often the renewal is tried', () => {
    const { clock, shown, look } = setup();
    for (let minute = 0; minute < 8; minute += 1) {
      look(ending());
      look(ending({ state: 'renewing' }));
      clock.advance(GRACE_MS);
    }
    expect(shown).toHaveLength(1);
    look(ending({ expiresAt: END + 48 * 3_600_000 }));
    clock.advance(GRACE_MS);
    expect(shown).toHaveLength(2);
  });

  it('stays silent about a token that was told of, also when it comes back into view', () => {
    const { clock, shown, look } = setup();
    look(ending());
    clock.advance(GRACE_MS);
    look();
    look(ending());
    clock.advance(GRACE_MS);
    expect(shown).toHaveLength(1);
  });

  it('starts anew with a token that went out of view before it was told of', () => {
    const { clock, shown, look } = setup();
    look(ending());
    look();
    clock.advance(GRACE_MS);
    expect(shown).toEqual([]);
    look(ending());
    clock.advance(GRACE_MS);
    expect(shown).toHaveLength(1);
  });

  it('is one notification for the scopes of one token, another for another token', () => {
    const { clock, shown, look } = setup();
    const two = [
      ending({ alsoAllows: ['run'] }),
      ending({ scope: 'b', name: 'run', alsoAllows: ['view_flows'] }),
    ];
    look(...two, ending({ scope: 'c', name: 'all' }));
    clock.advance(GRACE_MS);
    expect(shown.map(({ title }) => title)).toEqual([
      'The token for 2 scopes ends in 8 min',
      'all ends in 8 min',
    ]);
  });

  it('shows none when notifications are off, and none that is over', () => {
    const off = setup();
    off.switches.enabled = false;
    off.look(ending());
    off.clock.advance(GRACE_MS);
    const late = setup();
    late.look(ending({ expiresAt: NOW + GRACE_MS - 1 }));
    late.clock.advance(GRACE_MS);
    const changed = setup();
    changed.look(ending());
    changed.switches.enabled = false;
    changed.clock.advance(GRACE_MS);
    expect([off.shown, late.shown, changed.shown]).toEqual([[], [], []]);
  });

  it('renews by its button, opens the window by a click, and goes when it is out of date', () => {
    const { clock, clicks, acts, switches, look } = setup();
    look(ending());
    clock.advance(GRACE_MS);
    clicks[0]?.action();
    clicks[0]?.click();
    expect(acts).toEqual([{ kind: 'renew', scope: ending().scope }, { kind: 'open' }]);
    look(scopeView());
    expect(switches.closed).toBe(1);
  });

  it('[C29] takes everything back when the app is locked, and when it ends', () => {
    const { clock, shown, notices, look } = setup();
    look(ending());
    look(ending({ state: 'locked', expiresAt: null }));
    look(ending({ expiresAt: END + 1 }));
    notices.stop();
    clock.advance(GRACE_MS);
    expect(shown).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

it('[C13] [C59] says whose token ends, and renews that one', () => {
  const { clock, shown, clicks, acts, notices } = setup();
  const look = (...own: ScopeView[]) => {
    const now = clock.now();
    const grace = token([0], { state: 'expiring', expiresAt: END });
    const others = [{ ...GRACE, tokens: [grace] }];
    notices.look({ ...withOthers([{ title: 'Flows', scopes: own, others }]), now });
  };
  look(scopeView());
  clock.advance(GRACE_MS);
  expect(shown.map(({ title }) => title)).toEqual(['view_flows of grace@lab.example ends in 8 min']);
  clicks[0]?.action();
  expect(acts).toEqual([{ kind: 'renew', scope: scopeView().scope, account: GRACE.sub }]);
  // The same end of the default account's is another token's.
  look(ending());
  clock.advance(GRACE_MS);
  expect(shown.map(({ title }) => title).slice(1)).toEqual(['view_flows ends in 7 min']);
});
