/**
 * Names of the data folder and of the vault's service: the demo never meets the real app's folder or entries,
 * and the agent without a window uses what the desktop app uses.
 */
export const APP_ID = { real: 'globus-token-tray', demo: 'globus-token-tray-demo' } as const;
