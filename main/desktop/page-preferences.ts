import type { WebPreferences } from 'electron';

/** Backgrounds of the page's two themes, so that a window about to load doesn't flash. */
const BACKGROUND = { dark: '#17191e', light: '#ffffff' };

export function pageBackground(dark: boolean): string {
  return dark ? BACKGROUND.dark : BACKGROUND.light;
}

/** Every protective default is spelled out: a test reads them here, and no Electron release moves them. */
export function pagePreferences({
  preload,
  partition,
}: {
  preload: string;
  partition: string;
}): WebPreferences {
  return {
    preload,
    partition,
    sandbox: true,
    contextIsolation: true,
    webSecurity: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
  };
}
