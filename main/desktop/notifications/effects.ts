import type { MenuAction } from '../tray-items.ts';
import type { NotificationPort } from './port.ts';

/** What each kind of notification works with. */
export interface NoticeEffects {
  port: NotificationPort;
  /** The kind's own switch; asked every time, so a changed one counts at once. */
  enabled: () => boolean;
  act: (action: MenuAction) => void;
}
