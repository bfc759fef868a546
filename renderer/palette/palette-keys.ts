/** What a key does in the palette. Pure: a table test covers every combination. */
export type PaletteAction =
  'next' | 'previous' | 'first' | 'last' | 'curl' | 'header' | 'broker-curl' | 'test-call' | 'escape';

/** The part of a KeyboardEvent that decides. */
export interface PalettePress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  /** An input method is still putting a character together: its keys are not ours. */
  isComposing: boolean;
}

const PLAIN = new Map<string, PaletteAction>([
  ['ArrowDown', 'next'],
  ['ArrowUp', 'previous'],
  ['Home', 'first'],
  ['End', 'last'],
  ['Enter', 'curl'],
  ['Escape', 'escape'],
]);

export function paletteAction(press: PalettePress): PaletteAction | null {
  if (press.isComposing) return null;
  const { key, shiftKey: shift, altKey: alt } = press;
  const control = press.ctrlKey || press.metaKey;
  if (!shift && !alt && !control) return PLAIN.get(key) ?? null;
  if (key !== 'Enter') return null;
  // Two modifiers at once are a slip: nothing is copied by one.
  if (shift && !alt && !control) return 'header';
  if (control && !alt && !shift) return 'broker-curl';
  return alt && !shift && !control ? 'test-call' : null;
}

/** The footer's list. @param mac its keyboards have signs for the keys @param flatpak there is no broker */
export function paletteHelp(mac: boolean, flatpak = false): readonly { keys: string; does: string }[] {
  const [shift, control, alt] = mac ? ['⇧', '⌘', '⌥'] : ['Shift ', 'Ctrl ', 'Alt '];
  return [
    { keys: '⏎', does: 'curl with token' },
    { keys: `${shift}⏎`, does: 'header' },
    ...(flatpak ? [] : [{ keys: `${control}⏎`, does: 'broker curl' }]),
    { keys: `${alt}⏎`, does: 'try it' },
    { keys: 'Esc', does: 'close' },
  ];
}
