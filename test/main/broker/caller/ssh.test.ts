import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { liveBroker } from './live.ts';

/** The rows need Debian's openssh-server; without it the fabricated relays of subject.test.ts remain. */
const SSHD = '/usr/sbin/sshd';

describe.runIf(existsSync(SSHD) && process.getuid?.() === 0)('a real sshd on loopback', () => {
  test('[C35] takes a caller behind ssh -R for forwarded', async () => {
    const broker = await liveBroker();
    const children: ChildProcess[] = [];
    try {
      const port = await freePort();
      const { folder } = broker;
      mkdirSync('/run/sshd', { recursive: true });
      for (const key of ['host', 'user'])
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
      writeFileSync(join(folder, 'authorized'), readFileSync(join(folder, 'user.pub')), { mode: 0o600 });
      const settings = [
        `HostKey=${join(folder, 'host')}`,
        `AuthorizedKeysFile=${join(folder, 'authorized')}`,
      ];
      settings.push('ListenAddress=127.0.0.1', `Port=${port}`, 'StrictModes=no', 'PidFile=none', 'UsePAM=no');
      settings.push('PermitRootLogin=yes');
      const options = settings.flatMap((setting) => ['-o', setting]);
      const sshd = spawn(SSHD, ['-D', '-e', '-f', '/dev/null', ...options], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      children.push(sshd);
      await said(sshd, 'Server listening');

      const remote = join(folder, 'remote');
      const known = [
        'StrictHostKeyChecking=no',
        `UserKnownHostsFile=${join(folder, 'known')}`,
        'BatchMode=yes',
      ];
      const ssh = spawn(
        'ssh',
        [
          ...['-v', '-N', '-F', 'none', '-i', join(folder, 'user'), '-p', String(port)],
          ...known.flatMap((option) => ['-o', option]),
          ...['-R', `${remote}:${broker.path}`, `${userInfo().username}@127.0.0.1`],
        ],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      );
      children.push(ssh);
      await said(ssh, 'remote forward success');

      const far = connect(remote).on('error', () => undefined);
      const caller = await broker.caller();
      expect(caller.peer.pid).toBe(ssh.pid);
      expect(caller.subject).toEqual({ kind: 'forwarded', relay: 'ssh', host: null });
      expect(broker.identifier.stillSame(caller)).toBe(true);
      far.destroy();
    } finally {
      for (const child of children.reverse()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await broker.close();
    }
  }, 30_000);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until the program wrote the words to stderr; rejects with all that it wrote when it ends before. */
function said(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(words)) resolve();
    });
    child.once('exit', () => reject(new Error(text)));
  });
}
