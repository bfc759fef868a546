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
  /** The bundle of the agent without a window, which a node runs. */
  readonly agent: string;
}

/**
 * True when the caller is this installation's desktop app or its agent without a window; a handover is for
 * them alone. It keeps strangers from stopping the agent and protects no token: those are sealed
 * (docs/headless.md).
 */
export function isSibling(
  { peer, subject }: Pick<Caller, 'peer' | 'subject'>,
  { apps, source, agent }: Installation,
): boolean {
  const program = basename(peer.executable);
  if (apps.includes(peer.executable)) return true;
  if (source && /^electron(?:\.exe)?$/i.test(program)) return true;
  return (
    /^node(?:js|\.exe)?$/.test(program) &&
    subject.kind === 'program' &&
    subject.process.pid === peer.pid &&
    subject.script?.path === agent
  );
}

/** Where a package has its executable, seen from the folder that `resources` is in. */
const APPS = ['globus-token-tray', 'Globus Token Tray.exe', 'MacOS/Globus Token Tray'];

/** @param dist the folder of the built bundles: in `resources` of a package, or `dist` of a source tree */
export function findInstallation(dist: string): Installation {
  const programs = programsFolder(dist);
  const agent = realPath(join(programs, 'headless', 'globus-token-agent.js'));
  if (programs !== dist || /[/\\]resources$/i.test(dist)) {
    const root = dirname(programs);
    return { apps: APPS.map((name) => realPath(join(root, name))), source: false, agent };
  }
  return { apps: [], source: existsSync(join(dist, '..', 'scripts', 'build-targets.mjs')), agent };
}
