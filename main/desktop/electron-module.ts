import electron from 'electron';

/**
 * Electron as one object. Named imports of what only newer versions export (ClipboardItem, from 44 on) would
 * fail to link on older ones; a property of this is simply undefined there.
 */
export const electronModule: { clipboard: Electron.Clipboard; ClipboardItem?: unknown } = electron;
