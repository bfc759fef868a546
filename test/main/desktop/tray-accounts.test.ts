import { describe, expect, it } from 'vitest';
import { NO_FACTS, type MenuItemModel } from '../../../main/desktop/tray-items.ts';
import { nextChange, trayModel } from '../../../main/desktop/tray-menu.ts';
import type { AppView } from '../../../preload/contract.ts';
import { HOUR, NOW, scopeView } from '../../support/desktop.ts';
import { menuLines } from '../../support/menu-lines.ts';
import { flowsWith, GRACE, scopes, token, withOthers } from '../../support/other-accounts.ts';

function submenu(items: readonly MenuItemModel[], label: RegExp) {
  const found = items.find((item) => item.kind === 'submenu' && label.test(item.label));
  if (found?.kind !== 'submenu') throw new Error(`no submenu ${String(label)}`);
  return found;
}

/** The submenu of the second account. */
const graces = (of: AppView, facts = NO_FACTS) => submenu(trayModel(of, facts).menu.slice(1), /^grace@/);
const names = (items: readonly MenuItemModel[]) =>
  items.flatMap((item) => ('label' in item ? item.label.split(' – ')[0] : []));

describe('scopes of the other accounts in the menu', () => {
  it('[C13] are behind the name of each, below those of the default account', () => {
    const grace = token([1], { allows: ['all', 'run'] });
    const { menu } = trayModel(flowsWith([grace], 'view', 'run'));
    const below = menu.slice(menu.findIndex((item) => 'label' in item && item.label.startsWith('run')) + 1);
    expect(menuLines(below.slice(0, 4))).toEqual([
      '--',
      'Other account (off)',
      'grace@lab.example >',
      '  run – 20 h >',
      '    Copy curl',
      '    Copy header',
      '    Renew',
      '    --',
      '    Ready, 20 h left (off)',
      '    Also allows all (off)',
      '--',
    ]);
  });

  it('[C13] are copied and renewed as that account', () => {
    const { items } = submenu(graces(flowsWith([token([0])], 'view')).items, /^view/);
    const whose = { scope: 'urn:view', account: '2' };
    expect(items.flatMap((item) => (item.kind === 'action' ? item.action : []))).toEqual([
      { kind: 'copy', ...whose, format: 'curl' },
      { kind: 'copy', ...whose, format: 'header' },
      { kind: 'renew', ...whose },
    ]);
  });

  it('are not there for one account alone, nor while nothing of them would work', () => {
    const of = flowsWith([token([0])], 'view');
    const texts = (change: Partial<AppView>) => menuLines(trayModel({ ...of, ...change }).menu.slice(1));
    expect(texts({}).join()).toContain('grace@');
    expect(texts({ groups: of.groups.map(({ others: _, ...group }) => group) }).join()).not.toContain(
      'grace@',
    );
    expect(texts({ locked: true }).join()).not.toContain('grace@');
  });

  it('come in the order of use, and those that wait for the person last', () => {
    const ended = token([0], { state: 'needs-sign-in', expiresAt: null });
    const of = flowsWith([ended, token([3, 1, 2])], 'a', 'b', 'c', 'd');
    expect(names(graces(of).items)).toEqual(['b', 'c', 'd', 'a']);
    const used = { ...NO_FACTS, uses: (scope: string) => ({ 'urn:d': 2, 'urn:a': 9 })[scope] ?? 0 };
    expect(names(graces(of, used).items)).toEqual(['d', 'b', 'c', 'a']);
  });

  it('lead to their row in the window, where they wait for the person', () => {
    const ended = token([0], { state: 'needs-sign-in', expiresAt: null });
    const grace = graces(flowsWith([ended], 'view'));
    expect(grace.label).toBe('grace@lab.example – 1 scope needs you');
    expect(submenu(grace.items, /^view – sign in$/).items).toContainEqual({
      kind: 'action',
      label: 'Sign in…',
      action: { kind: 'show', scope: 'urn:view', account: '2' },
      enabled: true,
    });
    expect(graces(flowsWith([{ ...ended, rows: [0, 1] }], 'a', 'b')).label).toMatch(/ – 2 scopes need you$/);
  });

  it('say of which service they are, where two have one name', () => {
    const others = [{ ...GRACE, tokens: [token([0])] }];
    const groups = ['Flows', 'Transfer'].map((title) => {
      return { title, scopes: [scopeView({ name: 'all', scope: `urn:${title}:all` })], others };
    });
    expect(names(graces(withOthers(groups)).items)).toEqual(['all (Flows)', 'all (Transfer)']);
  });

  it('[C57] are a few rows and a few accounts; the window has the others', () => {
    const many = Array.from({ length: 40 }, (_, index) => `s${index}`);
    const rows = many.map((_, index) => index);
    const accounts = Array.from({ length: 9 }, (_, index) => {
      return { sub: `${index + 2}`, username: `user${index}@lab.example`, tokens: [token(rows)] };
    });
    const { menu } = trayModel(withOthers([{ title: 'Flows', scopes: scopes(...many), others: accounts }]));
    const own = submenu(menu.slice(1), /^user4@/).items;
    expect(own).toHaveLength(16);
    expect(own.at(-1)).toMatchObject({ label: '25 more in the window…', action: { kind: 'open' } });
    const labels = names(menu);
    expect(labels.filter((label) => label?.startsWith('user'))).toHaveLength(5);
    expect(labels).toContain('4 more accounts in the window…');
    // Each line costs bus traffic at every change.
    expect(menuLines(menu).length).toBeLessThan(900);
  });

  it('show a long name short', () => {
    const username = `grace@${'x'.repeat(200)}.example`;
    const others = [{ sub: '2', username, tokens: [token([0])] }];
    const { menu } = trayModel(withOthers([{ title: 'Flows', scopes: scopes('view'), others }]));
    expect(submenu(menu.slice(1), /^grace@/).label.length).toBeLessThan(60);
  });

  it('[C54] are drawn anew when a time of theirs reads differently', () => {
    const own = { scopes: [scopeView({ expiresAt: NOW + 90 * HOUR })], title: 'Flows' };
    const soon = token([0], { expiresAt: NOW + 90_000 });
    expect(nextChange(withOthers([{ ...own, others: [{ ...GRACE, tokens: [soon] }] }]))).toBe(30_001);
    expect(nextChange(withOthers([{ ...own, others: [] }]))).toBeGreaterThan(60_000);
  });
});

describe('icon and tooltip', () => {
  const ends = NOW + 4.5 * 60_000;
  const other = { ...GRACE, sub: '3', username: 'kim@site.example' };
  it.each([
    ['ok', '1 scope ready, 47 h left', [token([0])]],
    ['attention', '1 scope of grace@lab.example needs you', [token([0], { state: 'needs-sign-in' })]],
    [
      'expiring',
      '1 scope of grace@lab.example expiring, 4 min left',
      [token([0], { state: 'expiring', expiresAt: ends })],
    ],
  ] as const)('[C13] know of the other accounts: %s, %s', (icon, line, tokens) => {
    expect(trayModel(flowsWith([...tokens], 'view'))).toMatchObject({
      icon,
      tooltip: `Globus Token Tray: ${line}`,
    });
  });

  it('[C13] count what all of them need, and say whose it is where none of it is the default one’s', () => {
    const tokens = [token([0, 1], { state: 'needs-consent' })];
    const others = [
      { ...GRACE, tokens },
      { ...other, tokens },
    ];
    const of = (state: 'ready' | 'needs-consent') =>
      trayModel(
        withOthers([
          { title: 'Flows', scopes: scopes('view', 'run').map((one) => ({ ...one, state })), others },
        ]),
      ).tooltip;
    expect(of('ready')).toMatch(/: 4 scopes of other accounts need you$/);
    expect(of('needs-consent')).toMatch(/: 6 scopes need you$/);
  });
});
