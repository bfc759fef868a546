import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ownPackage } from '../own-package.ts';

/** Who puts a new version in this one's place. */
export type InstallWay =
  | { kind: 'self' }
  /** Somebody else does: this app only tells that there is one. `how`: one sentence. */
  | { kind: 'told'; how: string }
  /** Nobody is asked at all. `why`: one sentence. */
  | { kind: 'none'; why: string };

export interface Installed {
  platform: NodeJS.Platform;
  packaged: boolean;
  demo: boolean;
  env: NodeJS.ProcessEnv;
  /** The running program. */
  program: string;
}

/** The way of this system, for this way of being installed. */
export function installWay({ platform, packaged, demo, env, program }: Installed): InstallWay {
  if (demo) return { kind: 'none', why: 'The demo does not update itself.' };
  const own = platform === 'linux' ? ownPackage(env, program) : null;
  if (own?.kind === 'app-image') return appImageWay(own.file);
  if (!packaged) return { kind: 'none', why: 'A development build does not update itself.' };
  if (platform === 'darwin' || platform === 'win32') return { kind: 'self' };
  if (own?.kind === 'boxed') {
    return { kind: 'none', why: 'This package is updated by the store that it came from.' };
  }
  // electron-updater would give the downloaded file to dpkg or rpm as root. A keeper of tokens should not teach
  // people to type an administrator's password for what comes up in the background, and a file that its user can
  // change between check and installation would become root's.
  return {
    kind: 'told',
    how: 'This copy was installed by your system’s package manager, which is how it is updated, too.',
  };
}

function appImageWay(image: string): InstallWay {
  try {
    if (!statSync(image).isFile()) throw new Error('not a file');
    accessSync(dirname(image), constants.W_OK);
    return { kind: 'self' };
  } catch {
    return {
      kind: 'told',
      how: `This copy may not write to ${dirname(image)}: put the new file there by hand.`,
    };
  }
}
