import type { ElectronApplication } from 'playwright-core';
import { SETTLING } from '../../main/desktop/window-memory.ts';

/**
 * Until the app has looked where the window came to rest: what moves it before is not the user. The app's timer
 * began when the window was shown, and timers of one length and one process end in the order of their beginning.
 */
export async function settled(app: ElectronApplication): Promise<void> {
  await app.evaluate(async ({ BrowserWindow }, settling) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isVisible() === false) {
      await new Promise<void>((resolve) => {
        window.once('show', () => resolve());
      });
    }
    await new Promise((resolve) => setTimeout(resolve, settling));
  }, SETTLING);
}
