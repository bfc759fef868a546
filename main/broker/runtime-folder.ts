import { lstatSync } from 'node:fs';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The environment with the runtime directory that logind gave the user, where a program was started without being told:
 * by cron, by `sbatch --export=NONE`, by `sudo -u`. It would look beside the agent that the user started at a login
 * otherwise. Nobody but root makes folders in /run/user, and the socket in it is looked at like any other.
 *
 * @param root where logind has them
 */
export function withRuntimeFolder(env: Env, uid: number | null, platform: string, root = '/run/user'): Env {
  if (platform !== 'linux' || uid === null || (env['XDG_RUNTIME_DIR'] ?? '') !== '') return env;
  const folder = `${root}/${uid}`;
  try {
    const stat = lstatSync(folder);
    return stat.isDirectory() && stat.uid === uid ? { ...env, XDG_RUNTIME_DIR: folder } : env;
  } catch {
    return env;
  }
}
