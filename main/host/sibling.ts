import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Caller } from '../broker/types.ts';
import { programsFolder } from './programs-folder.ts';
import { realPath } from './real-path.ts';

/** What belongs to this installation; real paths. */
export interface Installation {
  /** Executables of a packaged app, where one is. */
  readonly apps: readonly string[];
  /** A source tree: its app is any program called electron. */
  readonly source: boolean;
  /** The bundles that a node runs as the agent without a window: its own, and the CLI’s (`globus-token agent`). */
  readonly agents: readonly string[];
}

/**
 * True when the caller is this installation's desktop app or its agent without a window; a handover is for
 * them alone. It keeps strangers from stopping the agent and protects no token: those are sealed
 * (docs/headless.md).
 *
 * The peer is judged and not the subject: what a person runs in a terminal is the terminal's (`globus-token agent`).
 *
 * @param script that the peer itself runs
 */
export function isSibling(
  { peer }: Pick<Caller, 'peer'>,
  script: string | null,
  { apps, source, agents }: Installation,
): boolean {
  const program = basename(peer.executable);
  if (apps.includes(peer.executable)) return true;
  if (source && /^electron(?:\.exe)?$/i.test(program)) return true;
  return /^node(?:js|\.exe)?$/.test(program) && script !== null && agents.includes(script);
}

/** Where a package has its executable, seen from the folder that `resources` is in. */
const APPS = ['globus-token-tray', 'Globus Token Tray.exe', 'MacOS/Globus Token Tray'];

/** @param dist the folder of the built bundles: in `resources` of a package, or `dist` of a source tree */
export function findInstallation(dist: string): Installation {
  const programs = programsFolder(dist);
  const agents = [
    realPath(join(programs, 'headless', 'globus-token-agent.js')),
    realPath(join(programs, 'cli', 'globus-token.js')),
  ];
  if (programs !== dist || /[/\\]resources$/i.test(dist)) {
    const root = dirname(programs);
    return { apps: APPS.map((name) => realPath(join(root, name))), source: false, agents };
  }
  return { apps: [], source: existsSync(join(dist, '..', 'scripts', 'build-targets.mjs')), agents };
}
