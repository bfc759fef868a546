import { describe, expect, it } from 'vitest';
import { paletteAction, paletteHelp } from '../../renderer/palette/palette-keys.ts';
import { entriesOf, rank } from '../../renderer/palette/rank.ts';
import { flowScope, groupsOf, groupsOfTwo, scopes } from '../support/fake-bridge.ts';

function found(text: string, recent: readonly string[] = []): string[] {
  const flow = flowScope();
  const groups = groupsOf([...scopes(), flow]);
  return rank(entriesOf(groups, 'ada@university.example'), text, recent).map(({ name }) => name);
}

describe('ranking', () => {
  it('shows the list as it is for an empty text', () => {
    expect(found('')).toEqual([...scopes().map(({ name }) => name), flowScope().name]);
    expect(found('   ')).toHaveLength(scopes().length + 1);
  });

  it('puts what was copied last first, then the list', () => {
    const [view, , , status] = scopes();
    const order = found('', [status?.scope ?? '', view?.scope ?? '']);
    expect(order.slice(0, 3)).toEqual(['run_status', 'view_flows', 'manage_flows']);
  });

  it('puts names that begin with it before names with a word that does, before the rest', () => {
    expect(found('run').slice(0, 3)).toEqual(['run', 'run_status', 'run_manage']);
    expect(found('manage')[0]).toBe('manage_flows');
    expect(found('manage')[1]).toBe('run_manage');
    expect(found('anage').sort()).toEqual(['manage_flows', 'run_manage']);
  });

  it('keeps that order whatever was copied, and lets that decide among equals', () => {
    const { scope = '' } = scopes()[4] ?? {};
    expect(found('manage', [scope])[0]).toBe('manage_flows');
    expect(found('run_', [scope])).toEqual(['run_manage', 'run_status']);
  });

  it('wants every word, in any order and case', () => {
    expect(found('STATUS run')[0]).toBe('run_status');
    expect(found('run zzz')).toEqual([]);
  });

  it('finds a flow by the words of its title', () => {
    const flow = flowScope();
    const word = flow.flow?.title.split(' ').at(-1) ?? '';
    expect(found(word.slice(0, 4))).toContain(flow.name);
  });

  it('an account’s name finds its rows and nobody else’s', () => {
    const entries = entriesOf(groupsOfTwo(), 'ada@university.example');
    const rows = rank(entries, 'grace', []);
    expect(rows).toHaveLength(3);
    expect(rows.every(({ account }) => account?.username === 'grace@lab.example')).toBe(true);
    expect(rank(entries, 'ada@', []).every(({ account }) => account === undefined)).toBe(true);
    expect(rank(entries, 'grace view', []).map(({ name }) => name)).toEqual(['view_flows']);
  });
});

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false };

describe('keys', () => {
  it.each([
    ['ArrowDown', {}, 'next'],
    ['ArrowUp', {}, 'previous'],
    ['Home', {}, 'first'],
    ['End', {}, 'last'],
    ['Escape', {}, 'escape'],
    ['Enter', {}, 'curl'],
    ['Enter', { shiftKey: true }, 'header'],
    ['Enter', { ctrlKey: true }, 'broker-curl'],
    ['Enter', { metaKey: true }, 'broker-curl'],
    ['Enter', { altKey: true }, 'test-call'],
    ['Enter', { shiftKey: true, ctrlKey: true }, null],
    ['Enter', { altKey: true, ctrlKey: true }, null],
    ['Enter', { altKey: true, shiftKey: true }, null],
    ['Enter', { isComposing: true }, null],
    ['Escape', { isComposing: true }, null],
    ['Home', { shiftKey: true }, null],
    ['ArrowDown', { ctrlKey: true }, null],
    ['a', {}, null],
  ] as const)('%s with %j means %s', (key, held, action) => {
    expect(paletteAction({ ...NONE, key, ...held })).toBe(action);
  });

  it('are listed with the signs of each keyboard', () => {
    expect(paletteHelp(true).map(({ keys }) => keys)).toEqual(['⏎', '⇧⏎', '⌘⏎', '⌥⏎', 'Esc']);
    expect(paletteHelp(false).map(({ keys }) => keys)).toContain('Ctrl ⏎');
  });

  it('name no broker in a Flatpak, which has none', () => {
    expect(paletteHelp(false, true).map(({ does }) => does)).toEqual([
      'curl with token',
      'header',
      'try it',
      'close',
    ]);
  });
});
