/** The keyboard of the page: one table for the handler and for the list that `?` shows. Pure. */
export type KeyAction =
  | 'next'
  | 'previous'
  | 'first'
  | 'last'
  | 'copy-curl'
  | 'copy-header'
  | 'test-call'
  | 'renew'
  | 'sign-in'
  | 'remove'
  | 'undo'
  | 'clear-copy'
  | 'collapse'
  | 'filter'
  | 'add'
  | 'help'
  | 'close';

/** The part of a KeyboardEvent that decides. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** Where the press happened: `text` takes letters, `choice` (radios, boxes) takes arrows, `list` takes both. */
export type KeyPlace = 'page' | 'text' | 'choice' | 'list';

const PLAIN = new Map<string, KeyAction>([
  ['ArrowDown', 'next'],
  ['ArrowUp', 'previous'],
  ['Home', 'first'],
  ['End', 'last'],
  ['c', 'copy-curl'],
  ['h', 'copy-header'],
  ['t', 'test-call'],
  ['r', 'renew'],
  ['s', 'sign-in'],
  ['Delete', 'remove'],
  ['z', 'undo'],
  ['x', 'clear-copy'],
  ['a', 'add'],
  ['Escape', 'collapse'],
  ['/', 'filter'],
  ['?', 'help'],
]);
const WITH_CONTROL = new Map<string, KeyAction>([
  ['k', 'filter'],
  ['w', 'close'],
  ['z', 'undo'],
]);
/** What a text field leaves to the page: leaving it downwards and giving up. */
const IN_TEXT: readonly KeyAction[] = ['next', 'collapse'];
const TAKEN_BY_CHOICE: readonly KeyAction[] = ['next', 'previous', 'first', 'last'];

/** Every press that does something on the page, `Control+` before those with it: what the help must not leave out. */
export const BOUND: readonly string[] = [
  ...PLAIN.keys(),
  ...[...WITH_CONTROL.keys()].map((key) => `Control+${key}`),
];

/**
 * Only characters slip in: from a hand that shakes, and from a voice whose words are typed. They can be switched off
 * (WCAG 2.1.4).
 */
const works = (key: string, letters: boolean): boolean => letters || [...key].length > 1;

/** @param letters whether a character that is pressed alone does anything */
export function keyAction(press: KeyPress, place: KeyPlace, letters: boolean): KeyAction | null {
  if (press.altKey) return null;
  if (press.ctrlKey || press.metaKey) {
    const action = WITH_CONTROL.get(press.key.toLowerCase()) ?? null;
    // A text field takes back what was typed in it.
    return action === 'undo' && place === 'text' ? null : action;
  }
  const action = PLAIN.get(press.key) ?? null;
  if (action === null || !works(press.key, letters)) return null;
  if (place === 'text' && !IN_TEXT.includes(action)) return null;
  if (place === 'list' && action !== 'collapse') return null;
  if (place === 'choice' && TAKEN_BY_CHOICE.includes(action)) return null;
  return action;
}

/** The key without Control that a control of that action may name; undefined: none works now. */
export function keyOf(action: KeyAction, letters: boolean): string | undefined {
  return [...PLAIN].find(([key, does]) => does === action && works(key, letters))?.[0];
}

export interface KeyHelp {
  keys: readonly string[];
  does: string;
}

/** @param control "Ctrl", or "⌘" where that is the key @param letters see `keyAction`: what works is listed */
export function keyHelp(control: string, letters: boolean): readonly KeyHelp[] {
  const alone = (key: string) => (works(key, letters) ? [key] : []);
  const all: readonly KeyHelp[] = [
    { keys: ['↑', '↓'], does: 'Move through the scopes' },
    { keys: ['Home', 'End'], does: 'First and last scope' },
    { keys: ['Enter'], does: 'Open or close the scope' },
    { keys: alone('c'), does: 'Copy the curl command' },
    { keys: alone('h'), does: 'Copy the header' },
    { keys: alone('t'), does: 'Make the test call' },
    { keys: alone('r'), does: 'Renew the token' },
    { keys: alone('s'), does: 'Sign in for the scope' },
    { keys: ['Delete'], does: 'Take the scope off the list' },
    { keys: [...alone('z'), `${control} Z`], does: 'Put it back, for ten seconds' },
    { keys: alone('x'), does: 'Clear what was copied' },
    { keys: [...alone('/'), `${control} K`], does: 'Filter' },
    { keys: alone('a'), does: 'Add a scope or a flow' },
    { keys: ['Esc'], does: 'Clear the filter, close the scope, go back' },
    { keys: [`${control} W`], does: 'Close the window' },
    { keys: alone('?'), does: 'This list' },
  ];
  return all.filter(({ keys }) => keys.length > 0);
}

/** Which of these an element is. */
export function keyPlace(target: EventTarget | null): KeyPlace {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target instanceof HTMLTextAreaElement || target.isContentEditable) return 'text';
  if (target instanceof HTMLSelectElement) return 'list';
  if (!(target instanceof HTMLInputElement)) return 'page';
  return target.type === 'radio' || target.type === 'checkbox' ? 'choice' : 'text';
}
