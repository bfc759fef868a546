/**
 * Names of the data folder and of the vault's service: the demo never meets the real app's folder or entries,
 * and the agent without a window uses what the desktop app uses.
 */
export const APP_ID = { real: 'globus-token-tray', demo: 'globus-token-tray-demo' } as const;

/**
 * Name of the app's desktop file without its end, in every package and as `desktopName` in package.json. By it desktops
 * know whose a window, a notification and a question for keys are; GNOME gives no keys to one without dots.
 */
export const DESKTOP_FILE = 'org.globus_token_tray.app';
