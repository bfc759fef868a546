import type { Menu, MenuItemConstructorOptions } from 'electron';

/**
 * No menu bar, except on macOS, where the one on top of the screen carries Copy, Paste and Quit for every
 * app. None offers developer tools or a reload.
 */
export function applicationMenu(
  platform: NodeJS.Platform,
  build: (template: MenuItemConstructorOptions[]) => Menu,
): Menu | null {
  if (platform !== 'darwin') return null;
  return build([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }]);
}
