import { rmSync } from 'node:fs';
import { AppImageUpdater } from 'electron-updater';
import { replaceFile, startAfter } from './replace-file.ts';

/**
 * electron-updater's AppImageUpdater with an installation of our own. Upstream's deletes the old file before the new
 * one is in its place (a full disk then leaves neither), gives it another name (what names the old one, autostart
 * among it, then starts nothing), and runs the new one while the old one still holds the lock of the only app.
 */
export class SafeAppImageUpdater extends AppImageUpdater {
  /** Start again when the app has quit. */
  runAfter = false;
  readonly #image: string;

  constructor(image: string) {
    super();
    this.#image = image;
  }

  protected override doInstall(): boolean {
    const from = this.installerPath;
    const sha512 = this.downloadedUpdateHelper?.downloadedFileInfo?.sha512;
    if (from === null || sha512 === undefined) throw new Error('nothing was downloaded');
    try {
      replaceFile(from, this.#image, sha512);
      rmSync(from, { force: true });
    } finally {
      // The old one, where it stayed: whoever pressed "restart" wants an app.
      if (this.runAfter) startAfter(process.pid, this.#image, process.argv.slice(1));
    }
    return true;
  }
}
