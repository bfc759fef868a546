import type { Notification, NotificationConstructorOptions } from 'electron';

export interface NotificationPort {
  /** Never shows a secret: the system keeps what it showed. @returns takes it off the screen */
  show(
    text: { title: string; body: string; action: string },
    on: { click: () => void; action: () => void },
  ): () => void;
}

export interface NotificationParts {
  isSupported: () => boolean;
  create: (options: NotificationConstructorOptions) => Pick<Notification, 'on' | 'show' | 'close'>;
  platform: NodeJS.Platform;
}

/** The system's notifications. Where it has none, nothing is shown: tray and window say the same. */
export function systemNotifications({ isSupported, create, platform }: NotificationParts): NotificationPort {
  // Electron's object must be held, or its click is lost to garbage collection.
  const open = new Set<object>();
  return {
    show({ title, body, action }, on) {
      if (!isSupported()) return () => undefined;
      const actions: NotificationConstructorOptions['actions'] = hasActions(platform)
        ? [{ type: 'button', text: action }]
        : [];
      const notification = create({ title, body, actions });
      open.add(notification);
      notification.on('click', on.click);
      notification.on('action', on.action);
      notification.on('close', () => {
        open.delete(notification);
      });
      notification.show();
      return () => {
        open.delete(notification);
        notification.close();
      };
    },
  };
}

/** Electron's documentation of `actions`. Elsewhere the click opens the window, which has the button. */
function hasActions(platform: NodeJS.Platform): boolean {
  return platform === 'darwin' || platform === 'win32';
}
