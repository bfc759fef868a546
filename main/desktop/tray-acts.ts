import type { MenuAction, TrayAction } from './tray-items.ts';

export interface MenuTargets {
  /** What the app itself does. */
  perform: (action: TrayAction) => void;
  openPalette: () => void;
  /** Brings the question of a program to the front. */
  raiseQuestion: () => void;
  /** Opens the window at the row of this scope. */
  showScope: (scope: string) => void;
}

/** Where the choices of the tray's menu and of notifications go. */
export function menuActs(targets: MenuTargets): (action: MenuAction) => void {
  return (action) => {
    if (action.kind === 'search') targets.openPalette();
    else if (action.kind === 'question') targets.raiseQuestion();
    else if (action.kind === 'show') targets.showScope(action.scope);
    else targets.perform(action);
  };
}
