import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missingPackages } from '../../scripts/system-packages.mjs';
import { makeControlGroups } from './control-groups.ts';
import { type Ended, ranTo, until } from './processes.ts';
import { HAS_SYSTEMD, stockUnits, SYSTEMD } from './user-manager.ts';

const STOCK = '/lib/systemd/system';
const UNITS = [
  ...['dbus.socket', 'dbus.service', 'systemd-logind.service', 'user@.service', 'user-runtime-dir@.service'],
  ...['basic', 'sysinit', 'sockets', 'paths', 'timers', 'slices', 'shutdown', 'sleep', 'suspend'].map(
    (name) => `${name}.target`,
  ),
];
/** What the machine is booted to: message bus and logind, and nothing else that this machine's packages bring. */
const TARGET = '[Unit]\nRequires=dbus.socket\nWants=systemd-logind.service\nAfter=dbus.socket\n';
/** Long enough to be looked at while it sleeps. Nothing is done to the real machine. */
const SLEEP = '[Service]\nType=oneshot\nExecStart=/bin/sleep 2\n';

/** Not on every machine that has systemd: PAM's part of it makes a login a session of logind's. */
export const HAS_LOGIND = HAS_SYSTEMD && (await missingPackages(['libpam-systemd'])).length === 0;

export interface Person {
  readonly name: string;
  readonly uid: number;
}

/** A login of one person's, open until `end`. */
export interface Login {
  /** logind's name of it: "c1". */
  readonly session: string;
  /** A program of that person's, in their home, as from a shell. */
  run(program: string, ...args: string[]): Promise<Ended>;
  end(): Promise<void>;
}

export interface BootedMachine {
  /** Socket of the system bus, as it is reached from outside. */
  readonly systemBus: string;
  login(person: Person): Promise<Login>;
  /** A program of root's. @returns what it printed @throws Error when it fails */
  run(program: string, ...args: string[]): Promise<string>;
  end(): Promise<void>;
}

/**
 * A machine as far as systemd can tell: it is process 1, with the real message bus, logind, PAM and managers of users,
 * in namespaces and control groups of its own. Files are this machine's; people and what can sleep are not.
 *
 * @param folder an absolute path that everybody may enter, for its files and the homes
 */
export async function bootMachine(folder: string, people: readonly Person[]): Promise<BootedMachine> {
  const units = join(folder, 'units');
  const bus = join(folder, 'dbus');
  for (const path of [units, bus, join(folder, 'pam.d'), join(units, 'sockets.target.wants')])
    await mkdir(path);
  for (const name of UNITS) await symlink(join(STOCK, name), join(units, name));
  await symlink('../dbus.socket', join(units, 'sockets.target.wants', 'dbus.socket'));
  await writeFile(join(units, 'booted.target'), TARGET);
  await writeFile(join(units, 'systemd-suspend.service'), SLEEP);
  await symlink('/dev/null', join(units, 'modprobe@drm.service'));
  const stock = await stockUnits(folder);
  for (const { name, uid } of people) {
    const dropIn = join(units, `user@${uid}.service.d`);
    const own = join(folder, name, '.config/systemd/user');
    await mkdir(dropIn);
    await writeFile(join(dropIn, 'units.conf'), `[Service]\nEnvironment=SYSTEMD_UNIT_PATH=${own}:${stock}\n`);
  }
  for (const [name, text] of Object.entries(PAM)) await writeFile(join(folder, 'pam.d', name), text);
  await writeAccounts(folder, people);
  const groups = await makeControlGroups({});
  const spaces = ['--pid', '--fork', '--kill-child', '--mount', '--mount-proc', '--cgroup', '--uts', '--ipc'];
  const child = spawn('sh', ['-c', BOOT, 'sh', 'unshare', ...spaces, 'sh', '-c', INSIDE], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', FOLDER: folder, GROUPS: groups.paths.join(' ') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const closed = once(child, 'close');
  const first = async () => {
    const all = await readFile(`/proc/${child.pid ?? 0}/task/${child.pid ?? 0}/children`, 'utf8').catch(
      () => '',
    );
    return all.trim().split(' ')[0] ?? '';
  };
  const inside = (pid: string, words: readonly string[]) => [
    ...['--target', pid, '--mount', '--pid', '--cgroup', '--ipc', '--uts', ...words],
  ];
  const call = async (words: readonly string[]) =>
    ranTo('nsenter', inside(await first(), words), { cwd: '/' });
  const machine: BootedMachine = {
    systemBus: join(bus, 'system_bus_socket'),
    async run(...words) {
      const { code, stdout, stderr } = await call(words);
      if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${stdout}${stderr}`);
      return stdout.trimEnd();
    },
    async login({ name, uid }) {
      const words = ['setsid', 'su', name, '-c', 'echo "$XDG_SESSION_ID"; exec cat'];
      const su = spawn('nsenter', inside(await first(), words), { stdio: 'pipe' });
      let shown = '';
      su.stdout.setEncoding('utf8').on('data', (chunk: string) => (shown += chunk));
      const over = once(su, 'close');
      const session = await until('a login', () => Promise.resolve(/^(\S*)\n/.exec(shown)?.[1]));
      if (session === '') throw new Error(`logind knows nothing of the login: ${said}`);
      const as = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', 'env', '-i'];
      const env = [`HOME=${join(folder, name)}`, `XDG_RUNTIME_DIR=/run/user/${uid}`, `PATH=${PATH}`];
      return {
        session,
        run: (...program) => call([...as, ...env, ...program]),
        async end() {
          su.stdin.end();
          await over;
        },
      };
    },
    async end() {
      await groups.killAll();
      await closed;
      await groups.remove();
    },
  };
  try {
    await until('logind', async () => {
      if (child.exitCode !== null) throw new Error(`systemd ended: ${said}`);
      const { stdout } = await call(['systemctl', 'is-active', 'systemd-logind.service']);
      return stdout.startsWith('active') || undefined;
    });
    return machine;
  } catch (error) {
    await machine.end();
    throw error;
  }
}

const PATH = `${join(process.execPath, '..')}:/usr/bin:/bin`;

const BOOT = 'for group in $GROUPS; do echo $$ > "$group/cgroup.procs" || exit 1; done; exec "$@"';

/** Over this machine's own, where only what runs inside sees it. */
const INSIDE = `
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run -o mode=755
mount -t tmpfs tmpfs /var/lib/systemd
mkdir -p /run/systemd /run/dbus
mount --bind "$FOLDER/dbus" /run/dbus
for name in passwd group pam.d; do mount --bind "$FOLDER/$name" "/etc/$name"; done
mount -t tmpfs tmpfs /sys/power
echo 'freeze mem' > /sys/power/state
echo '[s2idle] deep' > /sys/power/mem_sleep
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec env -i container=other SYSTEMD_UNIT_PATH="$FOLDER/units" PATH="$PATH" \\
  ${SYSTEMD} --system --unit=booted.target --log-target=console --show-status=false
`;

/**
 * Without passwords, so without the real ones: root may become anybody, and logind is told. Newer ones lock no session
 * that has no display.
 */
const PAM = {
  su: 'auth sufficient pam_rootok.so\naccount required pam_permit.so\nsession required pam_systemd.so type=wayland\n',
  'systemd-user': 'account required pam_permit.so\nsession required pam_systemd.so\n',
};

/** This machine's, and the people's. */
async function writeAccounts(folder: string, people: readonly Person[]): Promise<void> {
  const lines: Readonly<Record<string, (person: Person) => string>> = {
    passwd: ({ name, uid }) => `${name}:x:${uid}:${uid}::${join(folder, name)}:/bin/sh\n`,
    group: ({ name, uid }) => `${name}:x:${uid}:\n`,
  };
  for (const [file, line] of Object.entries(lines)) {
    const text = await readFile(join('/etc', file), 'utf8');
    // First, and so found before somebody of this machine who has the same name.
    await writeFile(join(folder, file), people.map(line).join('') + text);
  }
  for (const { name, uid } of people) {
    await mkdir(join(folder, name), { mode: 0o700 });
    await chown(join(folder, name), uid, uid);
  }
}
