import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Message, MessageBus } from 'dbus-native';
import dbus from 'dbus-native';
import { connectBus } from './bus-daemon.ts';
import type { DesktopSession } from './desktop-session.ts';
import { until } from './processes.ts';

/** What a screen reader is told, without one: a listener at the bus of assistive programs, as Orca is. */
export interface ScreenReader {
  /** For programs that are to be heard. */
  readonly env: Record<string, string>;
  /** In order: "focus: heading Scopes", "text: Copied header for run, …". */
  readonly heard: readonly string[];
  /** All that the windows of all programs hold now, from the first word to the last, a line for each part. */
  reads(): Promise<string>;
  /** Ends the bus, too. */
  close(): Promise<void>;
}

/**
 * For Chromium, which tells of its pages when a program asks to hear all keys. Orca does, and needs this not; but nobody
 * is to type for the tests.
 */
export const TOLD_TO_ALL = '--force-renderer-accessibility';

const LAUNCHER = '/usr/libexec/at-spi-bus-launcher';
const BUS = { destination: 'org.a11y.Bus', path: '/org/a11y/bus' };
const REGISTRY = {
  destination: 'org.a11y.atspi.Registry',
  path: '/org/a11y/atspi/registry',
  interface: 'org.a11y.atspi.Registry',
};
const PROGRAMS = { ...REGISTRY, path: '/org/a11y/atspi/accessible/root' };
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const ACCESSIBLE = 'org.a11y.atspi.Accessible';
const SIGNAL = 4;

/** Starts the bus as a desktop with assistive programs does, and says that one is there. */
export async function startScreenReader(session: DesktopSession): Promise<ScreenReader> {
  const { NO_AT_BRIDGE: _no, GTK_A11Y: _none, ...env } = session.env;
  // It keeps what is said to it among the desktop’s settings, for which the session has no service.
  const settings = { GSETTINGS_BACKEND: 'memory' };
  const launcher = spawn(LAUNCHER, ['--launch-immediately'], {
    env: { ...env, ...settings },
    stdio: 'ignore',
  });
  const desktop = await session.keyring.connect();
  const address: unknown = await until('the bus of assistive programs', () =>
    desktop.invoke({ ...BUS, interface: 'org.a11y.Bus', member: 'GetAddress' }).catch(() => undefined),
  );
  const on = new dbus.Variant('b', true);
  for (const name of ['IsEnabled', 'ScreenReaderEnabled'])
    await desktop.invoke({
      ...{ ...BUS, interface: PROPERTIES, member: 'Set' },
      ...{ signature: 'ssv', body: ['org.a11y.Status', name, on] },
    });
  desktop.connection.stream.destroy();
  const bus = await connectBus(/unix:path=([^,]+)/.exec(String(address))?.[1] ?? '');
  if (bus === undefined) throw new Error('nobody listens at the bus of assistive programs');
  const heard = await listen(bus);
  return {
    env,
    heard,
    reads: async () => (await readOut(bus, PROGRAMS)).join('\n'),
    async close() {
      bus.connection.stream.destroy();
      const ended = once(launcher, 'exit');
      // It takes its bus along only when it is asked.
      launcher.kill('SIGTERM');
      await ended;
    },
  };
}

async function listen(bus: MessageBus): Promise<string[]> {
  const heard: string[] = [];
  bus.connection.on('message', ({ type, interface: kind, member, body, sender, path }: Message) => {
    if (type !== SIGNAL || kind !== 'org.a11y.atspi.Event.Object') return;
    const [detail, first, , any] = body ?? [];
    if (member === 'TextChanged' && String(detail).startsWith('insert')) heard.push(`text: ${textOf(any)}`);
    if (member !== 'StateChanged' || detail !== 'focused' || first !== 1) return;
    const at = { destination: sender ?? '', path: path ?? '' };
    void spoken(bus, at).then(
      (words) => heard.push(`focus: ${words}`),
      () => undefined,
    );
  });
  await bus.addMatch("type='signal',interface='org.a11y.atspi.Event.Object'");
  for (const event of ['object:state-changed:focused', 'object:text-changed:insert'])
    await bus.invoke({ ...REGISTRY, member: 'RegisterEvent', signature: 'sass', body: [event, [], ''] });
  return heard;
}

interface Accessible {
  destination: string;
  path: string;
}

/** What goes while it is read, or is of a program that has no more to say, is left out. */
async function readOut(bus: MessageBus, { destination, path }: Accessible): Promise<string[]> {
  const at = { destination, path };
  const name = { interface: PROPERTIES, member: 'Get', signature: 'ss', body: [ACCESSIBLE, 'Name'] };
  const own = textOf(await bus.invoke({ ...at, ...name }).catch(() => ''));
  const children = await bus
    .invoke<[string, string][]>({ ...at, interface: ACCESSIBLE, member: 'GetChildren' })
    .catch(() => []);
  const below = await Promise.all(
    children.map(([to, where]) => readOut(bus, { destination: to, path: where })),
  );
  return [own, ...below.flat()].filter((line) => line !== '');
}

/** "heading Scopes", and what describes it. */
async function spoken(bus: MessageBus, at: Accessible): Promise<string> {
  const property = (name: string) =>
    bus.invoke({ ...at, interface: PROPERTIES, member: 'Get', signature: 'ss', body: [ACCESSIBLE, name] });
  const role: unknown = await bus.invoke({ ...at, interface: ACCESSIBLE, member: 'GetRoleName' });
  const [name, description] = [textOf(await property('Name')), textOf(await property('Description'))];
  return [String(role), name, ...(description === '' ? [] : [`(${description})`])].join(' ');
}

/** Of a variant, however it came. */
function textOf(value: unknown): string {
  if (value instanceof dbus.Variant) return textOf(value.value);
  if (Array.isArray(value)) return textOf(value.at(-1));
  return typeof value === 'string' ? value : '';
}
