import type { App } from 'electron';

/**
 * Runs `cleanUp` once before the app ends, whoever asked for it: the menu, the system, a signal. Electron
 * waits for no promise in `before-quit`, so the first quit is held back and repeated.
 * @param limit milliseconds after which the app ends anyway.
 */
export function cleanUpBeforeQuit(
  app: Pick<App, 'on' | 'quit'>,
  cleanUp: () => Promise<void>,
  after: (milliseconds: number, run: () => void) => unknown,
  limit = 3_000,
): void {
  let state: 'running' | 'cleaning' | 'clean' = 'running';
  app.on('before-quit', (event) => {
    if (state === 'clean') return;
    event.preventDefault();
    if (state === 'cleaning') return;
    state = 'cleaning';
    const done = new Promise<void>((resolve) => {
      after(limit, resolve);
      cleanUp().then(resolve, () => {
        resolve();
      });
    });
    void done.then(() => {
      state = 'clean';
      // Not in this turn: a quit inside the emission of the one held back is swallowed by Electron.
      setImmediate(() => {
        app.quit();
      });
    });
  });
}
