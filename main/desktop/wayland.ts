import type { App } from 'electron';

/** What says whether Chromium draws on Wayland itself, and not at the X server of its compatibility layer. */
export interface DrawingFacts {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  /** Value of `--ozone-platform`; Electron writes down there what it chose by a hint. Empty: nobody chose. */
  chosen: string;
  /** Electron's version. */
  electron: string;
}

/** From this one on Electron draws on Wayland wherever the session is one, without being told. */
const WAYLAND_BY_ITSELF = 38;

export function drawsOnWayland({ platform, env, chosen, electron }: DrawingFacts): boolean {
  if (platform !== 'linux') return false;
  if (chosen !== '' && chosen !== 'auto') return chosen === 'wayland';
  const session = env['XDG_SESSION_TYPE'] === 'wayland' && Boolean(env['WAYLAND_DISPLAY']);
  return session && Number.parseInt(electron, 10) >= WAYLAND_BY_ITSELF;
}

/** Of this process. */
export function drawingFacts({ commandLine }: Pick<App, 'commandLine'>): DrawingFacts {
  const { platform, env, versions } = process;
  return { platform, env, chosen: commandLine.getSwitchValue('ozone-platform'), electron: versions.electron };
}
