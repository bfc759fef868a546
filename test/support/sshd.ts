import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { LAUNCHER } from './cli-rig.ts';
import { run } from './processes.ts';

const SSHD = '/usr/sbin/sshd';
const SSH = '/usr/bin/ssh';

/** Debian's openssh-server, which starts for root alone: it would have to become the user. */
export const HAS_SSHD = existsSync(SSHD) && process.getuid?.() === 0;

/** Another machine, as far as ssh can tell: a real sshd on loopback that calls itself `far`. */
export interface FarMachine {
  /** Its XDG_RUNTIME_DIR. */
  readonly runtime: string;
  /** PATH with an `ssh` that knows the machine by its name, and whose program is `client`. */
  readonly path: string;
  /** A copy of the ssh client under another name. */
  readonly client: string;
  /** More settings for ssh: each is a line of its configuration. */
  configure(...lines: string[]): Promise<void>;
  end(): Promise<void>;
}

/** @param folder for its files, the user's alone @param settings of sshd, `Name=value` */
export async function startFarMachine(folder: string, settings: readonly string[] = []): Promise<FarMachine> {
  const runtime = join(folder, 'far');
  const bin = join(folder, 'bin');
  const farBin = join(folder, 'far-bin');
  for (const path of [runtime, bin, farBin]) await mkdir(path, { mode: 0o700 });
  await mkdir('/run/sshd', { recursive: true });
  for (const key of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
  }
  await writeFile(join(folder, 'authorized'), await readFile(join(folder, 'user.pub')), { mode: 0o600 });
  await symlink(LAUNCHER, join(farBin, 'globus-token'));
  const port = await freePort();
  const all = [
    ...[`HostKey=${join(folder, 'host')}`, `AuthorizedKeysFile=${join(folder, 'authorized')}`],
    ...['ListenAddress=127.0.0.1', `Port=${port}`, 'StrictModes=no', 'PidFile=none', 'UsePAM=no'],
    ...['PermitRootLogin=yes', 'PrintMotd=no', 'PrintLastLog=no'],
    `SetEnv=XDG_RUNTIME_DIR=${runtime} PATH=${farBin}:${dirname(process.execPath)}:/usr/bin:/bin`,
    ...settings,
  ];
  const sshd = run(SSHD, ['-D', '-e', '-f', '/dev/null', ...all.flatMap((one) => ['-o', one])], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await listens(sshd.child);

  const client = join(folder, 'tunnel');
  await copyFile(SSH, client);
  const config = join(folder, 'ssh_config');
  const configure = (...lines: string[]) =>
    writeFile(
      config,
      [
        ...lines,
        'Host far',
        ...['HostName 127.0.0.1', `Port ${port}`, `User ${userInfo().username}`, 'IdentitiesOnly yes'],
        ...[`IdentityFile ${join(folder, 'user')}`, 'StrictHostKeyChecking no', 'LogLevel ERROR'],
        `UserKnownHostsFile ${join(folder, 'known')}`,
        '',
      ].join('\n'),
    );
  await configure();
  await writeFile(join(bin, 'ssh'), `#!/bin/sh\nexec ${client} -F ${config} "$@"\n`);
  await chmod(join(bin, 'ssh'), 0o755);
  const path = `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`;
  return { runtime, path, client, configure, end: () => sshd.end() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Rejects with all that sshd wrote when it ends before it listens. */
function listens(child: ReturnType<typeof run>['child']): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Server listening')) resolve();
    });
    child.once('exit', () => reject(new Error(said)));
  });
}
