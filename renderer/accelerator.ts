/** Keys as Electron writes them ("Accelerator"): made from a press, and shown as people know them. Pure. */

/** The part of a KeyboardEvent that decides. */
export interface CapturedPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  /** AltGr is down: Windows says Ctrl and Alt for it as well. */
  altGraph: boolean;
}

export type Capture =
  /** Good for keys that work in any program. */
  | { kind: 'keys'; keys: string }
  /** Modifiers alone, so far. */
  | { kind: 'held'; keys: string }
  /** Not these; one sentence. */
  | { kind: 'refused'; why: string };

/** As main has it; the page may not import from there. */
export const USUAL_KEYS = 'CommandOrControl+Shift+G';

const MODIFIERS = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'Super', 'OS']);

/** Keys with names of their own, `KeyboardEvent.key` to Electron's. */
const NAMED = new Map([
  [' ', 'Space'],
  ['+', 'Plus'],
  ['ArrowUp', 'Up'],
  ['ArrowDown', 'Down'],
  ['ArrowLeft', 'Left'],
  ['ArrowRight', 'Right'],
  ['Home', 'Home'],
  ['End', 'End'],
  ['PageUp', 'PageUp'],
  ['PageDown', 'PageDown'],
  ['Insert', 'Insert'],
  ['Enter', 'Return'],
]);

/** With the main modifier alone these mean the same in every program: copy, paste, save, close… */
const EVERYWHERE = 'ACFNOPQRSTVWXYZ';

export function captureOf(press: CapturedPress, mac: boolean): Capture {
  const modifiers = modifiersOf(press, mac);
  if (MODIFIERS.has(press.key)) return { kind: 'held', keys: modifiers.join('+') };
  if (press.altGraph) return { kind: 'refused', why: 'AltGr writes characters: choose other keys.' };
  const key = keyOf(press);
  if (key === null) return { kind: 'refused', why: 'This key cannot be used here: choose another.' };
  if (modifiers.every((name) => name === 'Shift') && !/^F\d+$/.test(key)) {
    return { kind: 'refused', why: `Hold ${mac ? '⌘, ⌃ or ⌥' : 'Ctrl, Alt or Super'} as well.` };
  }
  if (modifiers.length === 0) return { kind: 'refused', why: 'Hold Shift or another such key as well.' };
  const keys = [...modifiers, key].join('+');
  const taken =
    (modifiers.join('+') === 'CommandOrControl' && EVERYWHERE.includes(key) && key.length === 1) ||
    keys === 'Alt+F4';
  return taken
    ? { kind: 'refused', why: 'Every program needs these keys: add Shift or Alt.' }
    : { kind: 'keys', keys };
}

/** "CommandOrControl+Shift+G" as key caps: "Ctrl", "Shift", "G". */
export function keyCaps(keys: string, mac: boolean): string[] {
  return keys
    .split('+')
    .filter(Boolean)
    .map((name) => (mac ? MAC_CAPS.get(name) : CAPS.get(name)) ?? name);
}

const CAPS = new Map([
  ['CommandOrControl', 'Ctrl'],
  ['Control', 'Ctrl'],
  ['Command', 'Super'],
  ['Option', 'Alt'],
  ['Return', 'Enter'],
  ['Plus', '+'],
]);
const MAC_CAPS = new Map([
  ['CommandOrControl', '⌘'],
  ['Command', '⌘'],
  ['Super', '⌘'],
  ['Control', '⌃'],
  ['Alt', '⌥'],
  ['Option', '⌥'],
  ['Shift', '⇧'],
  ['Return', '↩'],
  ['Plus', '+'],
]);

function modifiersOf({ ctrlKey, metaKey, altKey, shiftKey }: CapturedPress, mac: boolean): string[] {
  return [
    ...((mac ? metaKey : ctrlKey) ? ['CommandOrControl'] : []),
    ...(mac && ctrlKey ? ['Control'] : []),
    ...(!mac && metaKey ? ['Super'] : []),
    ...(altKey ? ['Alt'] : []),
    ...(shiftKey ? ['Shift'] : []),
  ];
}

/** By what is written on it; where that is no Latin letter, or Shift and Alt make a sign of it, by its place. */
function keyOf({ key, code }: CapturedPress): string | null {
  const named = NAMED.get(key);
  if (named !== undefined) return named;
  if (/^F([1-9]|1\d|2[0-4])$/.test(key)) return key;
  if (/^[a-zA-Z0-9]$/.test(key)) return key.toUpperCase();
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(code);
  if (place !== null) return place[1] ?? place[2] ?? null;
  return /^[,.\-=;/]$/.test(key) ? key : null;
}
