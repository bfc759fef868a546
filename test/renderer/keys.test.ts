import { describe, expect, test } from 'vitest';
import { BOUND, type KeyAction, keyAction, keyHelp, type KeyPlace } from '../../renderer/keys.ts';

function press(key: string, change: { ctrlKey?: boolean; metaKey?: boolean; altKey?: boolean } = {}) {
  return { key, ctrlKey: false, metaKey: false, altKey: false, ...change };
}

describe('[C58] a key', () => {
  test.each<[string, KeyPlace, KeyAction | null]>([
    ['ArrowDown', 'page', 'next'],
    ['ArrowUp', 'page', 'previous'],
    ['Home', 'page', 'first'],
    ['End', 'page', 'last'],
    ['c', 'page', 'copy-curl'],
    ['h', 'page', 'copy-header'],
    ['t', 'page', 'test-call'],
    ['r', 'page', 'renew'],
    ['s', 'page', 'sign-in'],
    ['Delete', 'page', 'remove'],
    ['Delete', 'text', null],
    ['z', 'page', 'undo'],
    ['z', 'text', null],
    ['/', 'page', 'filter'],
    ['?', 'page', 'help'],
    ['Escape', 'page', 'collapse'],
    ['Enter', 'page', null],
    ['x', 'page', 'clear-copy'],
    ['x', 'text', null],
    ['q', 'page', null],
    ['c', 'text', null],
    ['/', 'text', null],
    ['ArrowUp', 'text', null],
    ['ArrowDown', 'text', 'next'],
    ['Escape', 'text', 'collapse'],
    ['ArrowDown', 'choice', null],
    ['Home', 'choice', null],
    ['c', 'choice', 'copy-curl'],
    ['c', 'list', null],
    ['ArrowDown', 'list', null],
    ['Escape', 'list', 'collapse'],
    ['constructor', 'page', null],
  ])('%s in %s does %s', (key, place, action) => {
    expect(keyAction(press(key), place)).toBe(action);
  });

  test('with Ctrl or ⌘ does only what is listed, so that Ctrl+C stays the system’s', () => {
    expect(keyAction(press('k', { ctrlKey: true }), 'text')).toBe('filter');
    expect(keyAction(press('K', { metaKey: true }), 'page')).toBe('filter');
    expect(keyAction(press('w', { ctrlKey: true }), 'page')).toBe('close');
    expect(keyAction(press('c', { ctrlKey: true }), 'page')).toBeNull();
    expect(keyAction(press('z', { ctrlKey: true }), 'page')).toBe('undo');
    expect(keyAction(press('z', { ctrlKey: true }), 'text')).toBeNull();
    expect(keyAction(press('c', { altKey: true }), 'page')).toBeNull();
  });

  test('that the help names is one that works, and each that works is named', () => {
    const signs: Record<string, string> = { '↑': 'ArrowUp', '↓': 'ArrowDown', Esc: 'Escape' };
    const named = keyHelp('Ctrl')
      .flatMap(({ keys }) => keys)
      // Enter is the row button's own.
      .filter((key) => key !== 'Enter')
      .map(
        (key) =>
          signs[key] ?? key.replace(/^Ctrl (.)$/, (_, letter: string) => `Control+${letter.toLowerCase()}`),
      );
    for (const name of named) {
      const control = name.startsWith('Control+');
      const made = press(control ? name.slice('Control+'.length) : name, { ctrlKey: control });
      expect(keyAction(made, 'page'), name).not.toBeNull();
    }
    expect([...named].sort()).toEqual([...BOUND].sort());
  });
});
