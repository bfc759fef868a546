import { writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import dbus, { type MessageBus } from 'dbus-native';
import { run, until, type Running } from './processes.ts';

/** Where the bus of this folder listens. */
export function busSocket(folder: string): string {
  return join(folder, 'bus');
}

/** A message bus of its own in `folder`, on which nothing can be activated. Resolves when it listens. */
export async function startBusDaemon(
  folder: string,
  env?: Record<string, string>,
): Promise<{ bus: Running; control: MessageBus }> {
  const config = join(folder, 'bus.conf');
  await writeFile(config, configOf(busSocket(folder)));
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

function configOf(socket: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}
