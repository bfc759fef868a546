import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createCallerIdentifier } from '../../../../main/broker/caller/identifier.ts';
import { createPeerCredentials } from '../../../../main/broker/caller/peer-credentials.ts';
import { LinuxProcessTable } from '../../../../main/broker/caller/proc.ts';
import type { Caller, Identified } from '../../../../main/broker/types.ts';

export interface Arrival {
  identified: Identified;
  socket: Socket;
}

/** A socket in a folder of its own, whose connections are identified at accept; `ask` is how curl asks it. */
export async function liveBroker(launchers: string[] = []) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'caller-')));
  const path = join(folder, 's');
  const table = new LinuxProcessTable(() => Date.now());
  const ourselves = { uid: process.getuid?.() ?? -1, programs: [], launchers };
  const credentials = createPeerCredentials('linux');
  const identifier = createCallerIdentifier({ table, credentials, ourselves, platform: 'linux' });
  const children: ChildProcess[] = [];
  const sockets: Socket[] = [];
  const arrivals: Arrival[] = [];
  const waiting: ((arrival: Arrival) => void)[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
    const arrival = { identified: identifier.identify(socket, null), socket };
    const next = waiting.shift();
    if (next === undefined) arrivals.push(arrival);
    else next(arrival);
  });
  server.listen(path);
  await once(server, 'listening');

  const broker = {
    path,
    folder,
    table,
    identifier,
    ask: `curl -qs --unix-socket ${path} http://localhost/`,
    arrival(): Promise<Arrival> {
      const ready = arrivals.shift();
      return ready ? Promise.resolve(ready) : new Promise((resolve) => waiting.push(resolve));
    },
    async caller(): Promise<Caller & { arrival: Arrival }> {
      const arrival = await broker.arrival();
      if (arrival.identified.kind !== 'caller') throw new Error(JSON.stringify(arrival.identified));
      return Object.assign(arrival.identified.caller, { arrival });
    },
    file(name: string, text: string): string {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      chmodSync(file, 0o755);
      return file;
    },
    run(command: string, ...args: string[]): ChildProcess {
      const env = { PATH: process.env['PATH'] ?? '', SHELL: '/bin/bash', HOME: folder };
      const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'], env, cwd: folder });
      children.push(child);
      return child;
    },
    answer(arrival: Arrival): void {
      arrival.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      const alive = children.filter((child) => child.exitCode === null && child.signalCode === null);
      const ends = alive.map((child) => once(child, 'exit'));
      for (const child of alive) child.kill('SIGKILL');
      await Promise.all(ends);
      await new Promise((resolve) => server.close(resolve));
      table.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return broker;
}

export type LiveBroker = Awaited<ReturnType<typeof liveBroker>>;
