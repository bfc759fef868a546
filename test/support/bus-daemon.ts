import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import dbus, { type MessageBus } from 'dbus-native';
import { run, until, type Running } from './processes.ts';

/** Where the bus of this folder listens. */
export function busSocket(folder: string): string {
  return join(folder, 'bus');
}

/** Where this bus looks for services to start: nothing is there until a test puts a file into it. */
export function busServices(folder: string): string {
  return join(folder, 'services');
}

/** A message bus of its own in `folder`. Resolves when it listens. */
export async function startBusDaemon(
  folder: string,
  env?: Record<string, string>,
): Promise<{ bus: Running; control: MessageBus }> {
  const config = join(folder, 'bus.conf');
  await mkdir(busServices(folder), { recursive: true, mode: 0o700 });
  await writeFile(config, configOf(busSocket(folder), busServices(folder)));
  const args = ['--nofork', '--nopidfile', `--config-file=${config}`];
  const bus = run('dbus-daemon', args, { stdio: 'ignore', ...(env !== undefined && { env }) });
  try {
    return { bus, control: await until('a message bus', () => connectBus(busSocket(folder))) };
  } catch (error) {
    await bus.end();
    throw error;
  }
}

/** Undefined while nobody listens yet. */
export async function connectBus(socket: string): Promise<MessageBus | undefined> {
  const stream = createConnection(socket);
  const connected = await new Promise<boolean>((resolve) => {
    stream.once('connect', () => resolve(true));
    stream.once('error', () => resolve(false));
  });
  if (!connected) return undefined;
  const bus = dbus.createClient({ stream, authMethods: ['EXTERNAL'] });
  bus.connection.on('error', () => stream.destroy());
  await bus.getId();
  return bus;
}

function configOf(socket: string, services: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <servicedir>${services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}
