import type { Notice, NotificationPort } from '../../main/desktop/notifications/port.ts';
import type { MenuAction } from '../../main/desktop/tray-items.ts';

/** A screen that shows notifications, and a person who switches kinds off and clicks. */
export class NoticeScreen {
  readonly shown: Notice[] = [];
  readonly clicks: { click: () => void; action: () => void }[] = [];
  readonly acts: MenuAction[] = [];
  /** Positions in `shown` that were taken back. */
  readonly takenBack: number[] = [];
  enabled = true;

  readonly port: NotificationPort = {
    show: (notice, on) => {
      const at = this.shown.push(notice) - 1;
      this.clicks.push(on);
      return () => void this.takenBack.push(at);
    },
  };

  /** What every kind of notification works with. */
  get effects() {
    return {
      port: this.port,
      enabled: () => this.enabled,
      act: (action: MenuAction) => void this.acts.push(action),
    };
  }
}
