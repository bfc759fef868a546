import type { App, Session } from 'electron';
import { ownPackage } from '../own-package.ts';
import type { Clock, Logger } from '../../effects.ts';
import type { Settings } from '../../settings/types.ts';
import { sessionFetch } from '../fetch.ts';
import { compiledSource, type UpdateSource } from './build.ts';
import { listName } from './feed.ts';
import { installWay, type InstallWay } from './install-way.ts';
import { look } from './look.ts';
import { UPDATE_PARTITION, quietSession } from './network.ts';
import { Updates } from './updates.ts';

export interface UpdateParts {
  app: Pick<App, 'isPackaged'>;
  version: string;
  demo: boolean;
  settings: () => Pick<Settings, 'updates'>;
  /** `Session.fromPartition`, which may be called once the app is ready. */
  session: (partition: string, options: { cache: boolean }) => Session;
  /** Locked, or offline. */
  busy: () => boolean;
  clock: Clock;
  log: Logger;
  changed: () => void;
}

const NO_SOURCE: InstallWay = {
  kind: 'none',
  why: 'This build does not update itself: it was made without an update server. Get new versions where you got this one.',
};

/** The updater on Electron's real effects; nothing of electron-updater is loaded until there is a newer version. */
export function setupUpdates(parts: UpdateParts): Updates {
  const { app, version, demo, settings, busy, clock, log, changed } = parts;
  const { platform, arch, env, execPath: program } = process;
  const source = compiledSource();
  const way =
    source === null ? NO_SOURCE : installWay({ platform, packaged: app.isPackaged, demo, env, program });
  return new Updates({
    way,
    setting: () => settings().updates,
    look: source === null ? nothing : looker(parts, source, version),
    installer: async () => {
      if (source === null) throw new Error('no update server');
      const { electronInstaller } = await import('./installer.ts');
      const own = ownPackage(env, program);
      const image = platform === 'linux' && own.kind === 'app-image' ? own.file : null;
      return electronInstaller({ source, image, platform, log });
    },
    busy,
    clock,
    random: Math.random,
    log,
    changed,
  });

  function looker({ session }: UpdateParts, { feed, key }: UpdateSource, current: string) {
    let made: Session | null = null;
    // Made by the first request: without updates there is none.
    const quiet = () => {
      if (made === null) {
        made = session(UPDATE_PARTITION, { cache: false });
        quietSession(made, feed);
      }
      return made;
    };
    const list = listName(platform, arch);
    const read = async (verified: string) => {
      const { readOffer } = await import('./offer.ts');
      return readOffer(verified, platform, arch);
    };
    const looking = { fetch: sessionFetch(quiet), feed, key, list, version: current, read };
    return (signal: AbortSignal) => look(looking, signal);
  }
}

function nothing(): Promise<{ kind: 'same' }> {
  return Promise.resolve({ kind: 'same' });
}
