import { describe, expect, test } from 'vitest';
import { BOUND, type KeyAction, keyAction, keyHelp, keyOf, type KeyPlace } from '../../renderer/keys.ts';

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
    expect(keyAction(press(key), place, true)).toBe(action);
  });

  test.each([true, false])(
    'with Ctrl or ⌘ does only what is listed, so that Ctrl+C stays the system’s: single letters %s',
    (letters) => {
      expect(keyAction(press('k', { ctrlKey: true }), 'text', letters)).toBe('filter');
      expect(keyAction(press('K', { metaKey: true }), 'page', letters)).toBe('filter');
      expect(keyAction(press('w', { ctrlKey: true }), 'page', letters)).toBe('close');
      expect(keyAction(press('c', { ctrlKey: true }), 'page', letters)).toBeNull();
      expect(keyAction(press('z', { ctrlKey: true }), 'page', letters)).toBe('undo');
      expect(keyAction(press('z', { ctrlKey: true }), 'text', letters)).toBeNull();
      expect(keyAction(press('c', { altKey: true }), 'page', letters)).toBeNull();
    },
  );

  test.each([true, false])(
    'that the help names is one that works, and each that works is named: single letters %s',
    (letters) => {
      const signs: Record<string, string> = { '↑': 'ArrowUp', '↓': 'ArrowDown', Esc: 'Escape' };
      const pressed = (name: string) => {
        const ctrlKey = name.startsWith('Control+');
        return keyAction(press(ctrlKey ? name.slice('Control+'.length) : name, { ctrlKey }), 'page', letters);
      };
      const named = keyHelp('Ctrl', letters)
        .flatMap(({ keys }) => keys)
        // Enter is the row button's own.
        .filter((key) => key !== 'Enter')
        .map(
          (key) =>
            signs[key] ?? key.replace(/^Ctrl (.)$/, (_, letter: string) => `Control+${letter.toLowerCase()}`),
        );
      for (const name of named) expect(pressed(name), name).not.toBeNull();
      expect([...named].sort()).toEqual(BOUND.filter((name) => pressed(name) !== null).sort());
    },
  );
});

/** A key that types nothing has a name of several characters instead. */
const CHARACTERS = Array.from({ length: 0x17f - 0x20 }, (_, index) => String.fromCodePoint(index + 0x20));
const PLACES: readonly KeyPlace[] = ['page', 'text', 'choice', 'list'];

describe('[C58] with single-letter keys off', () => {
  test.each(PLACES)('no character that is typed alone does anything in %s', (place) => {
    expect(CHARACTERS.filter((key) => keyAction(press(key), place, false) !== null)).toEqual([]);
    expect(keyAction(press('😀'), place, false)).toBeNull();
  });

  test('every other key does what it did, everywhere', () => {
    const others = BOUND.filter((name) => !name.startsWith('Control+') && name.length > 1);
    expect(others).toEqual(['ArrowDown', 'ArrowUp', 'Home', 'End', 'Delete', 'Escape']);
    for (const key of others)
      for (const place of PLACES)
        expect(keyAction(press(key), place, false), `${key} in ${place}`).toBe(
          keyAction(press(key), place, true),
        );
  });

  test.each<[KeyAction, string | undefined, string | undefined]>([
    ['copy-header', 'h', undefined],
    ['test-call', 't', undefined],
    ['renew', 'r', undefined],
    ['undo', 'z', undefined],
    ['clear-copy', 'x', undefined],
    ['add', 'a', undefined],
    ['help', '?', undefined],
    ['remove', 'Delete', 'Delete'],
    ['close', undefined, undefined],
  ])('a control for %s names %s, and then %s', (action, on, off) => {
    expect([keyOf(action, true), keyOf(action, false)]).toEqual([on, off]);
  });
});
