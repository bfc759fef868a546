import type { Message } from 'dbus-native';
import dbus from 'dbus-native';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchLockEvents } from '../../../main/session/lock-events.ts';
import { FakeClock } from '../../support/agent-parts.ts';
import { PrivateBus, type StandIn } from '../../support/private-bus.ts';
import { until } from '../../support/processes.ts';

const UID = 1000;
const OURS = '/org/freedesktop/login1/session/_31';
const SECOND = '/org/freedesktop/login1/session/_32';
const FOREIGN = '/org/freedesktop/login1/session/_39';
const SESSION = 'org.freedesktop.login1.Session';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const GNOME = 'org.gnome.ScreenSaver';
const FREEDESKTOP = 'org.freedesktop.ScreenSaver';

/** What the stand-in for logind knows: sessions by path, their user and hint. */
let sessions: Map<string, { uid: number; hint: boolean }>;
let asked: string[];
let system: PrivateBus;
let session: PrivateBus;
let events: string[];
let clock: FakeClock;
let stop: () => void;

beforeEach(async () => {
  sessions = new Map([
    [OURS, { uid: UID, hint: false }],
    [SECOND, { uid: UID, hint: false }],
    [FOREIGN, { uid: 2000, hint: false }],
  ]);
  asked = [];
  events = [];
  clock = new FakeClock();
  stop = () => undefined;
  [system, session] = await Promise.all([PrivateBus.open(), PrivateBus.open()]);
});
afterEach(async () => {
  stop();
  await Promise.all([system.close(), session.close()]);
});

function watch(buses: { systemBus?: string | null; sessionBus?: string | null } = {}): void {
  const note = (name: string) => () => void events.push(name);
  stop = watchLockEvents(
    { systemBus: system.socket, sessionBus: session.socket, uid: UID, clock, ...buses },
    { onLock: note('lock'), onUnlock: note('unlock'), onSleep: note('sleep'), onWake: note('wake') },
  );
}

const logind = () =>
  system.service('org.freedesktop.login1', ({ member = '', path = '', body = [] }: Message) => {
    asked.push(`${member} ${path}`);
    if (member === 'ListSessions') {
      return [
        'a(susso)',
        [[...sessions].map(([at, { uid }], number) => [`${number}`, uid, 'ada', 'seat0', at])],
      ];
    }
    if (member !== 'Get' || body[1] !== 'LockedHint') return null;
    return ['v', [new dbus.Variant('b', sessions.get(path)?.hint ?? false)]];
  });
const saver = (name: string, active = false) =>
  session.service(name, ({ member = '' }) => {
    asked.push(`${member} ${name}`);
    return member === 'GetActive' ? ['b', [active]] : null;
  });
const hint = (service: StandIn, path: string, locked: boolean) =>
  service.signal(path, PROPERTIES, 'PropertiesChanged', 'sa{sv}as', [
    SESSION,
    { LockedHint: new dbus.Variant('b', locked) },
    [],
  ]);
const heard = (...expected: string[]) =>
  until(expected.join(), () => Promise.resolve(events.length >= expected.length || undefined), 5000)
    .catch(() => undefined)
    .then(() => expect(events).toEqual(expected));
/** The last thing that is asked at the start: all match rules are set then. */
const watching = (last: string) => until(last, () => Promise.resolve(asked.includes(last) || undefined));
const SYSTEM_READY = `Get ${SECOND}`;

describe('logind', () => {
  test('[C29] a request to lock, the locked hint and their ends are heard', async () => {
    const service = await logind();
    watch();
    await watching(SYSTEM_READY);
    service.signal(OURS, SESSION, 'Lock', '', []);
    await heard('lock');
    hint(service, OURS, true);
    await heard('lock', 'lock');
    hint(service, OURS, false);
    await heard('lock', 'lock', 'unlock');
    service.signal(OURS, SESSION, 'Lock', '', []);
    service.signal(OURS, SESSION, 'Unlock', '', []);
    await heard('lock', 'lock', 'unlock', 'lock', 'unlock');
  });

  test('[C29] sleep and waking are heard', async () => {
    const service = await logind();
    watch();
    await watching(SYSTEM_READY);
    for (const sleeping of [true, false]) {
      service.signal('/org/freedesktop/login1', 'org.freedesktop.login1.Manager', 'PrepareForSleep', 'b', [
        sleeping,
      ]);
    }
    await heard('sleep', 'wake');
  });

  test('[C29] a screen that is locked at the start is locked', async () => {
    sessions.set(OURS, { uid: UID, hint: true });
    await logind();
    watch();
    await heard('lock');
  });

  test('[C29] sessions of other users do not count, those that come later do', async () => {
    const service = await logind();
    watch();
    await watching(SYSTEM_READY);
    service.signal(FOREIGN, SESSION, 'Lock', '', []);
    const later = `${SECOND}5`;
    sessions.set(later, { uid: UID, hint: false });
    hint(service, later, true);
    await heard('lock');
  });

  test('[C29] one session’s unlock leaves another one’s lock standing; one that ends unlocks nothing', async () => {
    const service = await logind();
    watch();
    await watching(SYSTEM_READY);
    hint(service, OURS, true);
    await heard('lock');
    service.signal(SECOND, SESSION, 'Lock', '', []);
    service.signal(SECOND, SESSION, 'Unlock', '', []);
    sessions.delete(OURS);
    asked.length = 0;
    service.signal('/org/freedesktop/login1', 'org.freedesktop.login1.Manager', 'SessionRemoved', 'so', [
      '1',
      OURS,
    ]);
    await watching('ListSessions /org/freedesktop/login1');
    service.signal(SECOND, SESSION, 'Lock', '', []);
    await heard('lock', 'lock', 'lock');
  });

  test('[C29] signals of anybody else on the bus are not believed', async () => {
    const service = await logind();
    watch();
    await watching(SYSTEM_READY);
    const liar = await system.service(null);
    hint(service, OURS, true);
    await heard('lock');
    for (const connection of await liar.connections()) {
      liar.signal(OURS, SESSION, 'Unlock', '', [], connection);
    }
    // A round trip of the liar's connection: its signals were delivered before the next of logind.
    await liar.connections();
    service.signal(OURS, SESSION, 'Lock', '', []);
    await heard('lock', 'lock');
  });
});

describe('screen savers', () => {
  test.each([
    [GNOME, '/org/gnome/ScreenSaver'],
    [FREEDESKTOP, '/org/freedesktop/ScreenSaver'],
    [FREEDESKTOP, '/ScreenSaver'],
  ])('[C29] %s at %s is heard', async (name, path) => {
    const service = await saver(name);
    watch();
    await watching(`GetActive ${name}`);
    service.signal(path, name, 'ActiveChanged', 'b', [true]);
    service.signal(path, name, 'ActiveChanged', 'b', [false]);
    await heard('lock', 'unlock');
  });

  test('[C29] one that comes later, active already, is heard; its crash unlocks nothing', async () => {
    const first = await saver(FREEDESKTOP);
    watch();
    await watching(`GetActive ${FREEDESKTOP}`);
    const second = await saver(GNOME, true);
    await heard('lock');
    second.leave();
    first.signal('/ScreenSaver', FREEDESKTOP, 'ActiveChanged', 'b', [true]);
    await heard('lock', 'lock');
  });
});

describe('a bus', () => {
  test('that is missing is quietly nothing, and the other one is heard', async () => {
    const service = await saver(GNOME);
    watch({ systemBus: '/nonexistent/bus' });
    await watching(`GetActive ${GNOME}`);
    service.signal('/org/gnome/ScreenSaver', GNOME, 'ActiveChanged', 'b', [true]);
    await heard('lock');
  });

  test('[C29] that is lost and comes back is heard again, and its state is asked anew', async () => {
    await logind();
    watch({ sessionBus: null });
    await watching(SYSTEM_READY);
    await system.stop();
    await until('a retry to come', () => Promise.resolve(clock.pendingTimers > 0 || undefined));
    clock.advance(1_000);
    // Still nobody: the next try comes after twice the time.
    await until('a retry to come', () => Promise.resolve(clock.pendingTimers > 0 || undefined));
    await system.start();
    sessions.set(OURS, { uid: UID, hint: true });
    await logind();
    clock.advance(1_999);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1);
    await heard('lock');
  });

  test('is left alone after the end', async () => {
    const service = await logind();
    watch({ sessionBus: null });
    await watching(SYSTEM_READY);
    stop();
    await until('the connection to end', async () =>
      (await service.connections()).length === 0 ? true : undefined,
    );
    expect(clock.pendingTimers).toBe(0);
    expect(events).toEqual([]);
  });
});
