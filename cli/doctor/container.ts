import { existsSync, readFileSync } from 'node:fs';
import { clean } from '../text.ts';
import { isSet } from './environment.ts';

/** What this program runs in, where that shows only what it was given of the host. */
export interface Container {
  readonly name: string;
  /** Its host name is the host's: a note of another name is of another machine. */
  readonly sharesHostName: boolean;
  /** How it is given a folder of the host that holds the socket, as a command for a shell outside. */
  readonly give: (folder: string) => string;
}

interface Files {
  readonly exists: (path: string) => boolean;
  /** proc_pid_mountinfo(5) */
  readonly mounts: () => string;
}

/**
 * Each runtime leaves a mark of its own: Apptainer (and Singularity before it) a variable, Docker and Podman a file, others
 * the variable `container` (systemd.io/CONTAINER_INTERFACE). Null: there is none, which proves nothing.
 */
export function containerOf(
  env: Readonly<Record<string, string | undefined>>,
  files: Files = { exists: existsSync, mounts: () => readFileSync('/proc/self/mountinfo', 'utf8') },
): Container | null {
  if (isSet(env['APPTAINER_CONTAINER']) || isSet(env['SINGULARITY_CONTAINER'])) return APPTAINER;
  if (files.exists('/run/.containerenv')) return PODMAN;
  // A machine that was made of an image of Docker's has the file as well, but no layers below it.
  if (files.exists('/.dockerenv') && hasLayers(files)) return DOCKER;
  const other = clean(env['container'] ?? '');
  if (other === '') return null;
  return { name: other, sharesHostName: false, give: (folder) => `Give it the folder ${folder} of the host` };
}

const APPTAINER: Container = {
  name: 'Apptainer',
  sharesHostName: true,
  // The variables of the shell outside are those inside.
  give: (folder) => `apptainer exec --bind "${folder}" <image> <command>`,
};
const PODMAN: Container = {
  name: 'Podman',
  sharesHostName: false,
  give: (folder) => `podman run --userns=keep-id ${mounted(folder)} <image>`,
};
const DOCKER: Container = {
  name: 'Docker',
  sharesHostName: false,
  give: (folder) => `docker run --user "$(id -u)" ${mounted(folder)} <image>`,
};

function mounted(folder: string): string {
  return `-v "${folder}:/run/globus-token" -e GLOBUS_TOKEN_SOCK=/run/globus-token/broker.sock`;
}

/** Whether the root is an overlay: `36 35 98:0 / / rw - overlay overlay rw,lowerdir=…`. */
function hasLayers({ mounts }: Files): boolean {
  try {
    return mounts()
      .split('\n')
      .some((line) => /^\d+ \d+ \S+ \S+ \/ .* - (?:fuse\.)?(?:fuse-)?overlay/.test(line));
  } catch {
    return false;
  }
}
