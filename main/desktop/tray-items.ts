import type { ScopeView } from '../../preload/contract.ts';
import { shortenEnd } from '../broker/visible-text.ts';
import type { TrayIcon } from './tray-status.ts';

/** What the app itself does: desktop/actions.ts. */
export type TrayAction =
  /** `account` is a `sub` here and below; absent: the default account. */
  | { kind: 'copy'; scope: string; account?: string; format: 'curl' | 'header' }
  | { kind: 'renew'; scope: string; account?: string }
  | { kind: 'clear-clipboard' }
  | { kind: 'sign-in' }
  | { kind: 'cancel-sign-in' }
  | { kind: 'use-account'; sub: string }
  | { kind: 'lock' }
  | { kind: 'unlock' }
  /** Installs the update that is ready. */
  | { kind: 'restart' }
  | { kind: 'open' }
  | { kind: 'quit' };

/** What opens another window, or the window at one place: desktop/tray-acts.ts. */
export type FaceAction =
  /** The icon itself was clicked: opens the window, or closes the one that the user is in. */
  | { kind: 'toggle' }
  | { kind: 'search' }
  /** Brings the question of a program to the front. It is answered there alone. */
  | { kind: 'question' }
  | { kind: 'show'; scope: string; account?: string }
  /** It revokes at Globus, and cannot be undone: the window asks first. */
  | { kind: 'ask-sign-out' };

export type MenuAction = TrayAction | FaceAction;

export type MenuItemModel =
  | { kind: 'separator' }
  /** A line to read. */
  | { kind: 'text'; label: string }
  /** `keys` are shown, not registered; as Electron writes them. */
  | { kind: 'action'; label: string; action: MenuAction; enabled: boolean; keys?: string }
  /** One of several, of which one is in use. */
  | { kind: 'choice'; label: string; action: MenuAction; chosen: boolean }
  | { kind: 'submenu'; label: string; items: MenuItemModel[] };

export interface TrayModel {
  icon: TrayIcon;
  tooltip: string;
  menu: MenuItemModel[];
}

/** What the menu shows beyond the view. */
export interface TrayFacts {
  /** Of programs that wait, the one that is asked now first: "Let this script use run_status?" */
  questions: readonly string[];
  /** How often a scope was used; the full scope string. */
  uses: (scope: string) => number;
  /** Keys that open the palette; null: none are registered. */
  searchKeys: string | null;
  /** How many scopes stand at the top. */
  topRows: number;
}

/** What a glance takes in. */
const TOP_ROWS = 5;
const TOP_ROWS_LOW = 3;
/** Pixels. GNOME's menu of five scopes has 700 and grows by the 200 of the submenu that is open in it. */
const LOW_SCREEN = 900;

/** @param height of the screen, without its panels, in pixels of the desktop */
export function topRowsOf(platform: NodeJS.Platform, height: number): number {
  return platform === 'linux' && height < LOW_SCREEN ? TOP_ROWS_LOW : TOP_ROWS;
}

export const NO_FACTS: TrayFacts = { questions: [], uses: () => 0, searchKeys: null, topRows: TOP_ROWS };

export const SEPARATOR: MenuItemModel = { kind: 'separator' };

export function text(label: string): MenuItemModel {
  return { kind: 'text', label };
}

export function action(label: string, what: MenuAction, enabled = true): MenuItemModel {
  return { kind: 'action', label, action: what, enabled };
}

export function capitalized(line: string): string {
  return line.charAt(0).toUpperCase() + line.slice(1);
}

/** A flow's title may be 200 characters long, and a menu is as wide as its longest line. */
const NAME_LIMIT = 48;

export function menuName(scope: Pick<ScopeView, 'name'>): string {
  return shortenEnd(scope.name, NAME_LIMIT);
}
