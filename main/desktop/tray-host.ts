import type { Clock } from '../effects.ts';
import { CallQueue } from '../vault/queue.ts';
import { BUS, SessionBus } from '../vault/session-bus.ts';

/** The name that a Linux desktop with a tray owns (freedesktop StatusNotifierItem specification). */
const WATCHER = 'org.kde.StatusNotifierWatcher';

/**
 * Whether somebody shows our tray icon. macOS and Windows always do; on Linux Electron makes an icon without
 * a complaint even where nothing displays it, so the session bus is asked.
 */
export function trayHostProbe(
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
  clock: Clock,
): () => Promise<boolean> {
  if (platform !== 'linux') return () => Promise.resolve(true);
  const after = clock.after.bind(clock);
  const bus = new SessionBus(env, new CallQueue({ deadline: 3_000, after }));
  return async () => {
    const answer = await bus.call({ ...BUS, member: 'NameHasOwner', signature: 's', body: [WATCHER] });
    return answer.kind === 'reply' && answer.value === true;
  };
}
