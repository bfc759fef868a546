import type { MenuAction, TrayAction } from './tray-items.ts';

export interface MenuTargets {
  /** What the app itself does. */
  perform: (action: TrayAction) => void;
  openPalette: () => void;
  toggleWindow: () => void;
  /** Brings the question of a program to the front. */
  raiseQuestion: () => void;
  /** Opens the window at the row of this scope; of the default account where none is named. */
  showScope: (row: { scope: string; account?: string }) => void;
  /** Opens the window with the question whether to sign out. */
  askSignOut: () => void;
}

/** Where the choices of the tray's menu and of notifications go. */
export function menuActs(targets: MenuTargets): (action: MenuAction) => void {
  const showRow = ({ scope, account }: MenuAction & { kind: 'show' }) => {
    targets.showScope(account === undefined ? { scope } : { scope, account });
  };
  return (action) => {
    if (action.kind === 'search') targets.openPalette();
    else if (action.kind === 'toggle') targets.toggleWindow();
    else if (action.kind === 'question') targets.raiseQuestion();
    else if (action.kind === 'show') showRow(action);
    else if (action.kind === 'ask-sign-out') targets.askSignOut();
    else targets.perform(action);
  };
}
