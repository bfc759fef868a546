/** Keys as desktops write them: to ask for some, and to show what they say of those that they gave. Pure. */

const ASKED_MODIFIERS = new Map([
  ['CommandOrControl', 'CTRL'],
  ['Control', 'CTRL'],
  ['Alt', 'ALT'],
  ['Shift', 'SHIFT'],
  ['Super', 'LOGO'],
]);

/** Electron's names of keys to xkbcommon's, where they differ by more than their case. */
const KEYSYMS = new Map([
  ['Plus', 'plus'],
  ['Space', 'space'],
  ['PageUp', 'Page_Up'],
  ['PageDown', 'Page_Down'],
  [',', 'comma'],
  ['.', 'period'],
  ['-', 'minus'],
  ['=', 'equal'],
  [';', 'semicolon'],
  ['/', 'slash'],
]);

/**
 * Keys that are wished for, as the portals take them (XDG "shortcuts" specification): "CTRL+SHIFT+g".
 *
 * @param keys as Electron writes them: "CommandOrControl+Shift+G"
 * @returns null: the specification has no name for one of them
 */
export function triggerOf(keys: string): string | null {
  const names = keys.split('+');
  const key = names.pop() ?? '';
  const modifiers = names.map((name) => ASKED_MODIFIERS.get(name));
  if (key === '' || modifiers.includes(undefined)) return null;
  return [...modifiers, KEYSYMS.get(key) ?? (/^[A-Z]$/.test(key) ? key.toLowerCase() : key)].join('+');
}

const GTK_KEYS = /((?:<\w+>)+)(\S+)/;
const GTK_MODIFIERS = new Map([
  ['Control', 'Ctrl'],
  ['Primary', 'Ctrl'],
  ['Mod1', 'Alt'],
  ['Mod4', 'Super'],
]);

/**
 * What a desktop says of the keys that it gave, as people write keys: "Ctrl+Alt+G". KDE says so itself; GNOME has a
 * sentence with GTK's spelling in it, "Press <Control><Alt>g". What is neither stays as it is.
 */
export function shownTrigger(description: string): string {
  const found = GTK_KEYS.exec(description);
  if (found === null) return description.trim();
  const [, modifiers = '', key = ''] = found;
  const names = [...modifiers.matchAll(/<(\w+)>/g)].map(([, name = '']) => GTK_MODIFIERS.get(name) ?? name);
  return [...names, key.length === 1 ? key.toUpperCase() : key].join('+');
}
