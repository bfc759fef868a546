import { describe, expect, it } from 'vitest';
import { NO_FACTS, topRowsOf, type MenuItemModel, type TrayFacts } from '../../../main/desktop/tray-items.ts';
import { nextChange, trayModel } from '../../../main/desktop/tray-menu.ts';
import type { AppView } from '../../../preload/contract.ts';
import { HOUR, NOW, scopeView, view } from '../../support/desktop.ts';
import { menuLines as lines } from '../../support/menu-lines.ts';
import { keychainView, passphraseView } from '../../support/vault-views.ts';

const PROBLEM = { reason: 'r', title: 'Something broke', tokens: 'k', next: 'n' };
const all = (...scopes: Parameters<typeof scopeView>[0][]) => scopes.map((change) => scopeView(change));

describe('an update', () => {
  const labels = (update: AppView['update']) =>
    lines(trayModel(view([], update === undefined ? {} : { update })).menu).filter((line) =>
      line.includes('update'),
    );

  it('is in the menu when it is ready, and only then', () => {
    expect(labels({ phase: 'ready', version: '0.2.0' })).toEqual(['Restart to update to 0.2.0']);
    expect(labels({ phase: 'downloading', version: '0.2.0', percent: 99 })).toEqual([]);
    expect(labels({ phase: 'found', version: '0.2.0', how: 'h' })).toEqual([]);
    expect(labels(undefined)).toEqual([]);
  });
});

describe('icon and tooltip', () => {
  it.each([
    ['ok', '1 scope ready, 47 h left', view(all({}))],
    ['ok', '2 scopes ready, 5 h 0 min left', view(all({}, { expiresAt: NOW + 5 * HOUR }))],
    ['ok', '1 scope ready', view(all({ state: 'renewing' }))],
    [
      'expiring',
      '1 scope expiring, 4 min left',
      view(all({}, { state: 'expiring', expiresAt: NOW + 4.5 * 60_000 })),
    ],
    ['attention', '1 scope needs you', view(all({}, { state: 'needs-consent' }))],
    ['attention', '2 scopes need you', view(all({ state: 'needs-sign-in' }, { state: 'needs-consent' }))],
    [
      'attention',
      '1 scope needs you, 1 scope expiring, 4 min left',
      view(all({ state: 'needs-consent' }, { state: 'expiring', expiresAt: NOW + 4.5 * 60_000 })),
    ],
    ['attention', 'Something broke', view(all({}), { problem: PROBLEM })],
    ['attention', 'no keychain was found', view(all({}), { vault: keychainView('missing') })],
    ['attention', 'the keychain refused access', view(all({}), { vault: keychainView('denied') })],
    ['attention', 'the keychain does not answer', view(all({}), { vault: keychainView('slow') })],
    ['locked', 'the keychain is locked', view(all({ state: 'locked' }), { vault: keychainView('locked') })],
    ['locked', 'the keychain is locked', view(all({}, { state: 'locked' }))],
    ['locked', 'the passphrase file is locked', view(all({}), { vault: passphraseView('locked') })],
    ['attention', 'the passphrase file is not there', view(all({}), { vault: passphraseView('missing') })],
    ['attention', 'the passphrase file is damaged', view(all({}), { vault: passphraseView('damaged') })],
    ['attention', 'the passphrase file refused access', view(all({}), { vault: passphraseView('denied') })],
    ['offline', 'offline, 47 h left', view(all({ state: 'offline' }), { online: false })],
    ['offline', 'offline', view(all({ state: 'offline', expiresAt: NOW - 1 }), { online: false })],
    ['offline', 'offline', view(all({ state: 'needs-consent' }), { online: false })],
    ['offline', 'offline, 47 h left', view(all({}, { state: 'offline' }))],
    ['signed-out', 'not signed in', view(all({ state: 'needs-sign-in' }), { account: null })],
    ['signed-out', 'not set up yet', view([], { account: null, clientId: null })],
  ] as const)('%s: %s', (icon, status, shown) => {
    expect(trayModel(shown)).toMatchObject({ icon, tooltip: `Globus Token Tray: ${status}` });
  });

  it('[C30] says first that a program asks, and how many wait behind it', () => {
    const shown = view(all({ state: 'needs-consent' }), { problem: PROBLEM });
    const asked = (...questions: string[]) => trayModel(shown, { ...NO_FACTS, questions });
    const first = 'Let this script use run_status?';
    expect(asked(first)).toMatchObject({ icon: 'asking', tooltip: `Globus Token Tray: ${first}` });
    expect(asked(first, 'b', 'c').tooltip).toMatch(/run_status\? 2 more wait$/);
    expect(trayModel({ ...shown, locked: true }, { ...NO_FACTS, questions: [first] }).icon).toBe('locked');
  });

  it('says a problem once in the menu, where it can be clicked', () => {
    const shown = lines(trayModel(view(all({}), { problem: PROBLEM })).menu);
    expect(shown.filter((line) => line.startsWith('Something broke'))).toEqual(['Something broke']);
  });

  it('says that programs are refused, while they are', () => {
    const broker = { path: '/run/sock', denyAll: true, programsToday: 0 };
    expect(trayModel(view(all({}), { broker })).tooltip).toMatch(
      /1 scope ready, 47 h left; programs are refused$/,
    );
    expect(trayModel(view(all({}), { broker, locked: true })).tooltip).toMatch(/: locked$/);
  });

  it('carries the demo label first', () => {
    const demo = view(all({}), { environment: { name: 'demo', label: 'Demo (fake Globus)', fake: true } });
    expect(trayModel(demo).tooltip).toMatch(/^Demo \(fake Globus\) · Globus Token Tray/);
    expect(lines(trayModel(demo).menu)[0]).toBe('Demo (fake Globus): no real tokens (off)');
  });
});

/** The first row of that name, wherever it is. */
function row(
  items: readonly MenuItemModel[],
  name: string,
): (MenuItemModel & { kind: 'submenu' }) | undefined {
  for (const item of items) {
    if (item.kind !== 'submenu') continue;
    if (item.label.startsWith(name)) return item;
    const inside = row(item.items, name);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

describe('menu', () => {
  it('has everything useful', () => {
    const shown = view(
      all({ alsoAllows: ['run', 'all'] }, { name: 'Tar and transfer', state: 'needs-consent' }),
      {
        clipboard: { what: 'curl for view_flows', clearsAt: NOW + 1, duration: 1 },
        broker: { path: '/run/sock', denyAll: false, programsToday: 0 },
      },
    );
    expect(lines(trayModel(shown).menu)).toEqual([
      'ada@example.org (off)',
      '1 scope needs you (off)',
      '--',
      'view_flows – 47 h >',
      '  Copy curl',
      '  Copy header',
      '  Renew',
      '  --',
      '  Ready, 47 h left (off)',
      '  Also allows run, all (off)',
      'All scopes >',
      '  Flows >',
      '    One token for one scope (off)',
      '    view_flows – 47 h >',
      '      Copy curl',
      '      Copy header',
      '      Renew',
      '      --',
      '      Ready, 47 h left (off)',
      '      Also allows run, all (off)',
      '    Tar and transfer – needs consent >',
      '      Copy curl (off)',
      '      Copy header (off)',
      '      Renew (off)',
      '      Give consent…',
      '      --',
      '      Needs consent (off)',
      '--',
      'Needs consent: Tar and transfer…',
      '--',
      'Search…',
      'Clear clipboard (curl for view_flows)',
      'Lock now',
      'Sign in…',
      'Sign out…',
      '--',
      'Broker on · /run/sock (off)',
      'Open Globus Token Tray',
      'Quit',
    ]);
  });

  it('[C30] leads to the question of a program, and answers none', () => {
    const questions = ['Let this script use run_status?', 'Let this program use all?'];
    const { menu } = trayModel(view(all({})), { ...NO_FACTS, questions });
    expect(lines(menu).slice(0, 4)).toEqual([
      'ada@example.org (off)',
      '--',
      'Let this script use run_status…',
      '1 more question waits (off)',
    ]);
    expect(menu[2]).toMatchObject({ action: { kind: 'question' } });
  });

  describe('the rows at the top', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const seven = names.map((name) => ({ name, scope: name }));
    const top = (uses: Record<string, number>, ...scopes: Parameters<typeof scopeView>[0][]) => {
      const facts: TrayFacts = { ...NO_FACTS, uses: (scope) => uses[scope] ?? 0 };
      const shown = trayModel(view(all(...(scopes.length === 0 ? seven : scopes))), facts).menu;
      const end = shown.findIndex((item) => item.kind === 'submenu' && item.label === 'All scopes');
      return shown.slice(3, end).flatMap((item) => ('label' in item ? item.label.split(' – ')[0] : []));
    };

    it('are the five that are used most', () => {
      expect(top({ g: 9, c: 12, a: 1 })).toEqual(['Most used', 'c', 'g', 'a', 'b', 'd']);
    });

    it('are in the order of the list while nothing was used, and between equals', () => {
      expect(top({})).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(top({ g: 2, b: 2, f: 2 })).toEqual(['Most used', 'b', 'f', 'g', 'a', 'c']);
    });

    it('are fewer on a low screen, where GNOME shows the open one inside the menu', () => {
      const rows = (platform: NodeJS.Platform, height: number) => {
        const facts = { ...NO_FACTS, topRows: topRowsOf(platform, height) };
        const { menu } = trayModel(view(all(...seven)), facts);
        return lines(menu).filter((line) => /^[a-g] – 47 h >/.test(line)).length;
      };
      expect(rows('linux', 736)).toBe(3);
      expect(rows('linux', 1048)).toBe(5);
      expect(rows('darwin', 736)).toBe(5);
      expect(rows('win32', 736)).toBe(5);
    });

    it('leave out what cannot be used before the person did something', () => {
      const state = 'needs-consent' as const;
      expect(top({ a: 9 }, { name: 'a', scope: 'a', state }, { name: 'b', scope: 'b' })).toEqual(['b']);
    });

    it('say of which service they are, where two have one name', () => {
      const groups = ['Flows', 'Transfer'].map((title, index) => {
        return { id: title, title, note: 'n', scopes: all({ name: 'all', scope: `s${index}` }) };
      });
      const { menu } = trayModel(view([], { groups }));
      expect(lines(menu)).toContain('all (Flows) – 47 h >');
      expect(lines(menu)).toContain('all (Transfer) – 47 h >');
    });

    it('are all there are, when they are few', () => {
      const shown = lines(trayModel(view(all(...seven.slice(0, 5)))).menu);
      expect(shown).not.toContain('All scopes >');
    });
  });

  it('is one line for many scopes that need the person, and leads to the first', () => {
    const four = ['a', 'b', 'c', 'd'].map((name) => ({ name, scope: name, state: 'needs-sign-in' as const }));
    const needs = ({ menu }: ReturnType<typeof trayModel>) =>
      menu.filter((item) => item.kind === 'action' && item.label.startsWith('Needs'));
    expect(needs(trayModel(view(all(...four))))).toMatchObject([
      { label: 'Needs sign-in: 4 scopes…', action: { kind: 'show', scope: 'a' } },
    ]);
    expect(needs(trayModel(view(all(...four.slice(0, 3)))))).toHaveLength(3);
  });

  it('shows long names short', () => {
    const name = 'n'.repeat(200);
    const shown = lines(trayModel(view(all({ name, alsoAllows: [name], state: 'needs-consent' }))).menu);
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThan(90);
  });

  it('[C29] says locked, and offers to unlock instead of to lock', () => {
    const model = trayModel(view(all({ state: 'locked', expiresAt: null }), { locked: true }));
    expect(model.icon).toBe('locked');
    expect(model.tooltip).toContain('locked');
    expect(lines(model.menu)).toContain('Unlock');
    expect(lines(model.menu)).not.toContain('Lock now');
    // Nothing in the rows would work.
    expect(lines(model.menu).join()).not.toContain('view_flows');
  });

  it('is short while nobody is signed in', () => {
    expect(lines(trayModel(view(all({ state: 'needs-sign-in' }), { account: null })).menu)).toEqual([
      'Not signed in (off)',
      '--',
      'Sign in…',
      '--',
      'Open Globus Token Tray',
      'Quit',
    ]);
  });

  it.each([
    ['ready', 'view_flows – 47 h', [true, true, true]],
    ['expiring', 'view_flows – expiring, 47 h left', [true, true, true]],
    ['renewing', 'view_flows – renewing…', [true, true, false]],
    ['offline', 'view_flows – offline, 47 h left', [true, true, false]],
    ['needs-sign-in', 'view_flows – sign in', [false, false, false, true]],
    ['needs-consent', 'view_flows – needs consent', [false, false, false, true]],
    ['locked', 'view_flows – locked', [false, false, false]],
  ] as const)('%s scope: "%s", copy and renew %j', (state, label, enabled) => {
    const { menu } = trayModel(view(all({ state }, { name: 'other' })));
    const submenu = row(menu, 'view_flows');
    expect(submenu?.label).toBe(label);
    expect(submenu?.items.flatMap((item) => (item.kind === 'action' ? item.enabled : []))).toEqual(enabled);
  });

  it('offers no copy of a token that ended while offline', () => {
    const { menu } = trayModel(view(all({ state: 'offline', expiresAt: NOW - 1 }), { online: false }));
    const submenu = menu.find((item) => item.kind === 'submenu');
    expect(submenu?.items.flatMap((item) => (item.kind === 'action' ? item.enabled : []))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('sends the full scope string with its actions', () => {
    const submenu = trayModel(view(all({}))).menu.find((item) => item.kind === 'submenu');
    const { scope } = scopeView();
    expect(submenu?.items.flatMap((item) => (item.kind === 'action' ? item.action : []))).toEqual([
      { kind: 'copy', scope, format: 'curl' },
      { kind: 'copy', scope, format: 'header' },
      { kind: 'renew', scope },
    ]);
  });

  it.each([
    { phase: 'waiting', way: 'browser', deadline: NOW, step: null },
    { phase: 'exchanging' },
  ] as const)('offers to cancel while signing in: %j', (signIn) => {
    const shown = lines(trayModel(view(all({}), { signIn })).menu);
    expect(shown).toContain('Cancel sign-in');
    expect(shown).toContain('Sign out… (off)');
    expect(shown).not.toContain('Sign in…');
  });

  it('has a submenu to switch between accounts, when there are several', () => {
    const account = { username: 'ada@example.org', displayName: '', initials: 'A' };
    const accounts = [
      { ...account, sub: '1', isDefault: true },
      { ...account, sub: '2', username: 'grace@x', isDefault: false },
    ];
    const { menu } = trayModel(view(all({}), { account, accounts }));
    expect(lines(menu).slice(0, 3)).toEqual(['ada@example.org >', '  (x) ada@example.org', '  ( ) grace@x']);
    expect(menu[0]).toMatchObject({ items: [{}, { action: { kind: 'use-account', sub: '2' } }] });
  });

  it('[C57] shows the first rows of a long group, and where the others are', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ name: `s${index}` }));
    const shown = lines(trayModel(view(all(...many))).menu);
    expect(shown.filter((line) => /^s\d+ – 47 h >/.test(line))).toHaveLength(5);
    expect(shown.filter((line) => /^ {4}s\d+ – 47 h >/.test(line))).toHaveLength(15);
    expect(shown).toContain('    25 more in the window…');
  });

  it('offers no curl where nothing is known to call', () => {
    const shown = lines(trayModel(view(all({ recipes: [] }))).menu);
    expect(shown).not.toContain('  Copy curl');
    expect(shown).toContain('  Copy header');
  });

  it('offers to clear the clipboard only while a token is on it', () => {
    const clipboard = { what: 'curl for run', clearsAt: NOW, duration: 1 };
    const shown = (tokenFree?: true) =>
      lines(
        trayModel(view(all({}), { clipboard: tokenFree ? { ...clipboard, tokenFree } : clipboard })).menu,
      );
    expect(shown()).toContain('Clear clipboard (curl for run)');
    expect(shown(true)).not.toContain('Clear clipboard (curl for run)');
  });

  it('names a problem and opens the window for it', () => {
    const { menu } = trayModel(view(all({}), { problem: PROBLEM }));
    expect(menu).toContainEqual({
      kind: 'action',
      label: 'Something broke',
      action: { kind: 'open' },
      enabled: true,
    });
  });
});

describe('nextChange', () => {
  it.each([
    ['the soonest of the times shown', all({}, { expiresAt: NOW + 90_000 }), 30_001],
    ['the hour of a far one', all({}), HOUR / 2 + 1],
    ['nothing for states without a time', all({ state: 'needs-consent' }, { state: 'locked' }), null],
    ['nothing without a token', all({ expiresAt: null }), null],
    ['nothing for an ended one', all({ expiresAt: NOW - 1 }), null],
  ])('is %s', (_title, scopes, expected) => {
    expect(nextChange(view(scopes))).toBe(expected);
  });
});
