import { describe, expect, test } from 'vitest';
import { DEFAULT_PALETTE_KEYS } from '../../main/settings/defaults.ts';
import { paletteKeys } from '../../main/settings/schema.ts';
import { type CapturedPress, captureOf, keyCaps, USUAL_KEYS } from '../../renderer/accelerator.ts';

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, altGraph: false };
const CTRL = { ...NONE, ctrlKey: true };

function press(key: string, held: Partial<CapturedPress> = {}, code = ''): CapturedPress {
  return { ...NONE, key, code, ...held };
}

describe('what a press becomes', () => {
  test.each<[string, CapturedPress, boolean, string]>([
    ['letters', press('G', { ...CTRL, shiftKey: true }, 'KeyG'), false, 'CommandOrControl+Shift+G'],
    ['⌘ on a Mac', press('g', { metaKey: true, shiftKey: true }), true, 'CommandOrControl+Shift+G'],
    ['⌃ on a Mac', press('g', { ctrlKey: true, altKey: true }), true, 'Control+Alt+G'],
    ['Super', press('g', { metaKey: true }), false, 'Super+G'],
    [
      'the written letter, not its place',
      press('z', { ...CTRL, altKey: true }, 'KeyY'),
      false,
      'CommandOrControl+Alt+Z',
    ],
    [
      'the place of a letter that is not Latin',
      press('п', { ...CTRL, altKey: true }, 'KeyG'),
      false,
      'CommandOrControl+Alt+G',
    ],
    [
      'a digit under Shift',
      press('!', { ...CTRL, shiftKey: true }, 'Digit1'),
      false,
      'CommandOrControl+Shift+1',
    ],
    ['a digit alone', press('1', CTRL, 'Digit1'), false, 'CommandOrControl+1'],
    ['Space', press(' ', { altKey: true }, 'Space'), false, 'Alt+Space'],
    ['an arrow', press('ArrowUp', { ...CTRL, altKey: true }), false, 'CommandOrControl+Alt+Up'],
    ['a function key with Shift', press('F9', { shiftKey: true }), false, 'Shift+F9'],
    ['plus', press('+', { ...CTRL, altKey: true }), false, 'CommandOrControl+Alt+Plus'],
    ['a sign', press(',', CTRL, 'Comma'), false, 'CommandOrControl+,'],
    ['a letter that every program leaves free', press('j', CTRL), false, 'CommandOrControl+J'],
  ])('%s', (_what, pressed, mac, keys) => {
    expect(captureOf(pressed, mac)).toEqual({ kind: 'keys', keys });
    // What the page lets through, main takes.
    expect(paletteKeys.safeParse(keys).success).toBe(true);
  });

  test('shows what is held so far', () => {
    const held = press('Shift', { ...CTRL, shiftKey: true });
    expect(captureOf(held, false)).toEqual({ kind: 'held', keys: 'CommandOrControl+Shift' });
  });

  test.each<[string, CapturedPress, string]>([
    ['a letter alone', press('g'), 'Ctrl'],
    ['Shift alone, which writes', press('G', { shiftKey: true }), 'Ctrl'],
    ['a function key alone', press('F9'), 'Shift'],
    ['AltGr, which writes', press('@', { ...CTRL, altKey: true, altGraph: true }), 'AltGr'],
    ['a key without a name', press('AudioVolumeUp', CTRL), 'key'],
    ['a dead key', press('Dead', CTRL, 'Quote'), 'key'],
    ['copying', press('c', CTRL), 'Every program'],
    ['pasting', press('v', CTRL), 'Every program'],
    ['the end of a window', press('F4', { altKey: true }), 'Every program'],
  ])('refuses %s', (_what, pressed, why) => {
    const capture = captureOf(pressed, false);
    expect(capture.kind === 'refused' ? capture.why : capture).toContain(why);
  });
});

test('the usual keys are main’s', () => {
  expect(USUAL_KEYS).toBe(DEFAULT_PALETTE_KEYS);
});

test('key caps are those of the system', () => {
  expect(keyCaps('CommandOrControl+Shift+G', false)).toEqual(['Ctrl', 'Shift', 'G']);
  expect(keyCaps('CommandOrControl+Alt+Shift+Return', true)).toEqual(['⌘', '⌥', '⇧', '↩']);
  expect(keyCaps('Super+Plus', false)).toEqual(['Super', '+']);
  expect(keyCaps('', false)).toEqual([]);
});
