import type { Notification, NotificationConstructorOptions } from 'electron';
import type { Logger } from '../../effects.ts';
import type { NotificationPort } from './port.ts';

export interface NotificationParts {
  isSupported: () => boolean;
  create: (options: NotificationConstructorOptions) => Pick<Notification, 'on' | 'show' | 'close'>;
  log: Logger;
}

/** Of macOS and Windows, whose notifications have buttons in Electron. Where there are none, nothing is shown. */
export function electronNotifications({ isSupported, create, log }: NotificationParts): NotificationPort {
  // Electron's object must be held, or its click is lost to garbage collection.
  const open = new Set<object>();
  return {
    show({ title, body, action, quiet = false }, on) {
      if (!isSupported()) return () => undefined;
      const notification = create({
        title,
        body,
        silent: quiet,
        ...(quiet ? { urgency: 'low' as const } : {}),
        ...(action === null ? {} : { actions: [{ type: 'button' as const, text: action }] }),
      });
      open.add(notification);
      notification.on('click', on.click);
      notification.on('action', on.action);
      notification.on('close', () => {
        open.delete(notification);
      });
      // macOS shows none of an app that nobody signed (Electron 42 and later).
      notification.on('failed', (_event, error) => {
        open.delete(notification);
        log.warn({ error }, 'the system did not show a notification');
      });
      notification.show();
      return () => {
        open.delete(notification);
        notification.close();
      };
    },
  };
}
