import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { connectToBus } from '../../main/bus-connection.ts';
import { SessionBus } from '../../main/vault/session-bus.ts';
import { CallQueue } from '../../main/vault/queue.ts';

const after = (milliseconds: number, then: () => void): (() => void) => {
  const timer = setTimeout(then, milliseconds);
  return () => clearTimeout(timer);
};
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** A real bus with an abstract name, as dbus-run-session of Ubuntu 22.04 makes one. @returns its address */
async function abstractBus(): Promise<string> {
  const daemon = spawn('dbus-daemon', [
    ...['--session', '--nofork', '--print-address'],
    `--address=unix:abstract=/tmp/bus-${randomUUID()}`,
  ]);
  cleanups.push(() => daemon.kill());
  const [line] = (await once(daemon.stdout, 'data')) as [Buffer];
  return line.toString().trim();
}

it.skipIf(process.platform !== 'linux')('speaks to a session bus that has an abstract name', async () => {
  const address = await abstractBus();
  expect(address).toMatch(/^unix:abstract=/);
  const queue = new CallQueue({ deadline: 5_000, after });
  const bus = new SessionBus({ DBUS_SESSION_BUS_ADDRESS: address }, queue);
  const answer = await bus.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'GetId',
  });
  expect(answer).toEqual({ kind: 'reply', value: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
});

it('says as Node does that nobody is there, at a path and at a name', async () => {
  for (const path of ['/nowhere/bus', `\0/tmp/bus-${randomUUID()}`]) {
    const [error] = (await once(connectToBus(path, false), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toMatch(/^(ENOENT|ECONNREFUSED)$/);
  }
});
