import type { MenuItemModel } from '../../main/desktop/tray-items.ts';

/** Labels as lines, submenus indented, (off) where nothing can be clicked. */
export function menuLines(items: readonly MenuItemModel[], indent = ''): string[] {
  return items.flatMap((item) => {
    switch (item.kind) {
      case 'separator':
        return [`${indent}--`];
      case 'text':
        return [`${indent}${item.label} (off)`];
      case 'choice':
        return [`${indent}${item.chosen ? '(x)' : '( )'} ${item.label}`];
      case 'action':
        return [`${indent}${item.label}${item.enabled ? '' : ' (off)'}`];
      case 'submenu':
        return [`${indent}${item.label} >`, ...menuLines(item.items, `${indent}  `)];
    }
  });
}
