import { lstatSync } from 'node:fs';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The environment with the runtime directory that logind gave the user, where a program was started without being told:
 * by cron, by `sbatch --export=NONE`, by `sudo -u`. It would look beside the agent that the user started at a login
 * otherwise. Nobody but root makes folders in /run/user, and the socket in it is looked at like any other.
 *
 * @param root where logind has them
 */
export function withRuntimeFolder(env: Env, uid: number | null, platform: string, root = ROOT): Env {
  const told = env['XDG_RUNTIME_DIR'] ?? '';
  if (platform !== 'linux' || uid === null || told !== '' || !isThere(root, uid)) return env;
  return { ...env, XDG_RUNTIME_DIR: `${root}/${uid}` };
}

/**
 * The environment without that directory where it is named and gone: the user's last session has ended, and a job of
 * theirs, or the agent, goes on.
 */
export function withoutGoneFolder(env: Env, uid: number | null, platform: string, root = ROOT): Env {
  if (platform !== 'linux' || uid === null || env['XDG_RUNTIME_DIR'] !== `${root}/${uid}`) return env;
  return isThere(root, uid) ? env : { ...env, XDG_RUNTIME_DIR: undefined };
}

/** The environment by which clients look for a socket: the directory is there, or it is not named. */
export function clientEnvironment(env: Env, uid: number | null, platform: string): Env {
  return withRuntimeFolder(withoutGoneFolder(env, uid, platform), uid, platform);
}

const ROOT = '/run/user';

function isThere(root: string, uid: number): boolean {
  const stat = lstatSync(`${root}/${uid}`, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === uid;
}
