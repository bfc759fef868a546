import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { unitFolder } from '../../cli/agent/install.ts';
import { canMakeControlGroups, canMount, makeControlGroups } from './control-groups.ts';
import type { Credentials } from './ordinary-user.ts';
import { type Ended, ranTo, until } from './processes.ts';

export const SYSTEMD = '/lib/systemd/systemd';
const STOCK = '/usr/lib/systemd/user';
const STOCK_UNITS = ['default', 'basic', 'sockets', 'timers', 'paths', 'shutdown', 'exit'].map(
  (name) => `${name}.target`,
);

/** It takes root’s rights to give a manager what a login gives it: control groups, and signs of a booted system. */
export const HAS_SYSTEMD = existsSync(SYSTEMD) && canMakeControlGroups() && canMount();

export interface UserManager {
  /** A program in the session, as its user. */
  run(program: string, ...args: string[]): Promise<Ended>;
  /** `systemctl --user`. @returns what it printed @throws Error with what it said when it fails */
  systemctl(...words: string[]): Promise<string>;
  /** Everything that the manager itself said. */
  said(): string;
  end(): Promise<void>;
}

/**
 * systemd's own manager of a user's services, as a login starts it: with control groups of its own, and nothing of
 * this machine's sessions in it. No journal runs, so what its services say is lost unless a drop-in names a file.
 *
 * @param folder an absolute path, for its files
 * @param env HOME and XDG_RUNTIME_DIR of the session; both folders are the user's
 */
export async function userManager(parts: {
  folder: string;
  env: Readonly<Record<string, string>>;
  user: Credentials;
}): Promise<UserManager> {
  const { folder, user } = parts;
  const units = await stockUnits(folder);
  const own = unitFolder('systemd', parts.env, parts.env['HOME'] ?? '');
  const env = { ...parts.env, SYSTEMD_UNIT_PATH: `${own}:${units}`, SYSTEMD_PAGER: '' };
  const groups = await makeControlGroups(user);
  const child = spawn('unshare', ['--mount', 'sh', '-c', LOGIN, 'sh', ...rightsOf(user)], {
    env: { ...env, GROUPS: groups.paths.join(' '), SYSTEMD_LOG_TARGET: 'console' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const closed = once(child, 'close');
  const inside = ['--target', String(child.pid), '--mount', ...rightsOf(user)];
  const run: UserManager['run'] = (...words) => ranTo('nsenter', [...inside, ...words], { env, cwd: '/' });
  const manager: UserManager = {
    run,
    async systemctl(...words) {
      const { code, stdout, stderr } = await run('systemctl', '--user', ...words);
      if (code !== 0) throw new Error(`systemctl ${words.join(' ')} ended with ${code}: ${stdout}${stderr}`);
      return stdout.trimEnd();
    },
    said: () => said,
    async end() {
      await groups.killAll();
      await closed;
      await groups.remove();
    },
  };
  try {
    await until('a manager that has started what belongs to a login', async () => {
      if (child.exitCode !== null) throw new Error(`systemd ended: ${said}`);
      const { stdout } = await run('systemctl', '--user', 'is-active', 'default.target');
      return stdout.startsWith('active') || undefined;
    });
    return manager;
  } catch (error) {
    child.kill('SIGKILL');
    await manager.end();
    throw error;
  }
}

/** @returns a folder with what every session has, and nothing that this machine’s packages would start in one */
export async function stockUnits(folder: string): Promise<string> {
  const units = join(folder, 'stock-units');
  await mkdir(units);
  for (const name of STOCK_UNITS) await symlink(join(STOCK, name), join(units, name));
  return units;
}

/** Of root for what a login does; the rest is the user's. systemd and systemctl ask whether it booted the system. */
const LOGIN = `
for group in $GROUPS; do echo $$ > "$group/cgroup.procs" || exit 1; done
mount -t cgroup2 cgroup2 /sys/fs/cgroup || exit 1
mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system || exit 1
unset GROUPS
cd / && exec "$@" ${SYSTEMD} --user
`;

function rightsOf({ uid, gid }: Credentials): string[] {
  if (uid === undefined || gid === undefined) return ['env'];
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--inh-caps=-all'];
}
