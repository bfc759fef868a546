import { app } from 'electron';
import {
  CancellationToken,
  MacUpdater,
  NsisUpdater,
  Provider,
  type AppUpdater,
  type ResolvedUpdateFileInfo,
  type UpdateInfo,
} from 'electron-updater';
import type { ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider.js';
import type { Logger } from '../../effects.ts';
import { SafeAppImageUpdater } from './app-image.ts';
import type { UpdateSource } from './build.ts';
import { USER_AGENT } from './network.ts';
import type { OfferedFile } from './offer.ts';
import { plainLine, updaterLog } from './updater-log.ts';
import type { Downloaded, Installer } from './updates.ts';

/** Below the user's cache folder; what was downloaded lies there until it is installed. */
const CACHE_FOLDER = 'globus-token-tray-updater';

export interface InstallerParts {
  source: UpdateSource;
  /** The AppImage that this program runs from; null elsewhere. */
  image: string | null;
  platform: NodeJS.Platform;
  log: Logger;
}

/**
 * electron-updater, for what it is good at: downloading with a hash, and each system's way to put a new version in
 * the old one's place. What to download it is told (a provider that asks nobody); it chooses nothing itself.
 */
export function electronInstaller({ source, image, platform, log }: InstallerParts): Installer {
  const updater = updaterOf(platform, image);
  let offered: { info: UpdateInfo; url: URL } | null = null;
  updater.logger = updaterLog(log);
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = true;
  updater.allowDowngrade = false;
  // A block map and its ranges are more answers to believe, for a download that comes once in weeks.
  updater.disableDifferentialDownload = true;
  updater.disableWebInstaller = true;
  // Whether this start updates itself was decided before (install-way.ts).
  updater.forceDevUpdateConfig = true;
  // Without an answer it would wait for a name and a password for ever; called with none, Electron gives up.
  updater.on('login', (_server, answer) => {
    (answer as () => void)();
  });
  updater.requestHeaders = { 'User-Agent': USER_AGENT };
  quiet(updater, source.publisher);
  updater.setFeedURL({ provider: 'custom', updateProvider: told(() => offered) });
  return {
    async download(version, file, progress, signal) {
      offered = { info: infoOf(version, file), url: source.feed.artefact(version, file.name) };
      updater.autoInstallOnAppQuit = true;
      const listener = ({ percent }: { percent: number }) => {
        progress(Math.floor(percent));
      };
      updater.on('download-progress', listener);
      try {
        return await download(updater, signal);
      } finally {
        updater.removeListener('download-progress', listener);
      }
    },
    restart() {
      if (!(updater instanceof SafeAppImageUpdater)) return updater.quitAndInstall(true, true);
      updater.runAfter = true;
      app.quit();
    },
    drop() {
      updater.autoInstallOnAppQuit = false;
    },
  };
}

function updaterOf(platform: NodeJS.Platform, image: string | null): AppUpdater {
  if (image !== null) return new SafeAppImageUpdater(image);
  return platform === 'darwin' ? new MacUpdater() : new NsisUpdater();
}

/**
 * Two of its habits, by their names in AppUpdater.js: it makes up an ID of this copy, writes it down as `.updaterId`
 * and sends it with every request; and it reads `app-update.yml`, which anybody may have changed since the build.
 */
function quiet(updater: AppUpdater, publisher: string | null): void {
  const config = {
    updaterCacheDirName: CACHE_FOLDER,
    ...(publisher === null ? {} : { publisherName: [publisher] }),
  };
  Object.defineProperty(updater, 'stagingUserIdPromise', { value: { value: Promise.resolve('') } });
  Object.defineProperty(updater, 'configOnDisk', { value: { value: Promise.resolve(config) } });
}

/** A provider that knows what was verified, and asks nobody. */
function told(offered: () => { info: UpdateInfo; url: URL } | null) {
  return class extends Provider<UpdateInfo> {
    // Public, unlike the one that it extends: electron-updater makes the object itself.
    constructor(_feed: unknown, _updater: unknown, options: ProviderRuntimeOptions) {
      super(options);
    }
    getLatestVersion(): Promise<UpdateInfo> {
      const found = offered();
      return found === null ? Promise.reject(new Error('nothing was verified')) : Promise.resolve(found.info);
    }
    resolveFiles(info: UpdateInfo): ResolvedUpdateFileInfo[] {
      const [file] = info.files;
      const url = offered()?.url;
      return file === undefined || url === undefined ? [] : [{ url, info: file }];
    }
  };
}

/** electron-updater's type of one version, with the one file of it that fits this system. */
function infoOf(version: string, { name, ...file }: OfferedFile): UpdateInfo {
  const { sha512, size, isAdminRightsRequired } = file;
  const described = {
    url: name,
    sha512,
    ...(size === undefined ? {} : { size }),
    ...(isAdminRightsRequired === undefined ? {} : { isAdminRightsRequired }),
  };
  return { version, files: [described], path: name, sha512, releaseDate: '' };
}

async function download(updater: AppUpdater, signal: AbortSignal): Promise<Downloaded> {
  const token = new CancellationToken();
  const cancel = () => {
    token.cancel();
  };
  signal.addEventListener('abort', cancel);
  try {
    const checked = await updater.checkForUpdates();
    if (signal.aborted) return { kind: 'cancelled' };
    if (checked?.isUpdateAvailable !== true) return { kind: 'unfit', why: 'The updater does not take it.' };
    await updater.downloadUpdate(token);
    return { kind: 'ready' };
  } catch (error) {
    return outcome(error);
  } finally {
    signal.removeEventListener('abort', cancel);
    token.dispose();
  }
}

function outcome(error: unknown): Downloaded {
  if (!(error instanceof Error)) return { kind: 'failed', why: 'unknown error' };
  if (error.message === 'cancelled') return { kind: 'cancelled' };
  if ('code' in error && error.code === 'ERR_CHECKSUM_MISMATCH') return { kind: 'tampered' };
  return { kind: 'failed', why: plainLine(error) };
}
