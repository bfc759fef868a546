import dbus, { createClient } from 'dbus-native';
import { afterEach, describe, expect, it } from 'vitest';
import { trayHostProbe, watchFirstTrayHost, watchTrayHost } from '../../../main/desktop/tray-host.ts';
import { realClock } from '../../support/agent-parts.ts';
import { KeyringSession } from '../../support/keyring-session.ts';
import { StandIn } from '../../support/private-bus.ts';
import { until } from '../../support/processes.ts';
import { startTrayHost } from '../../support/tray-host.ts';

let session: KeyringSession | null = null;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await session?.close();
  session = null;
});

it('[C46] finds a tray host on a real session bus, and notices its absence', async () => {
  session = await KeyringSession.open({ keyring: 'none' });
  const hasTrayHost = trayHostProbe('linux', session.env, realClock);
  expect(await hasTrayHost()).toBe(false);
  const host = await startTrayHost(session.env['DBUS_SESSION_BUS_ADDRESS'] ?? '');
  expect(await hasTrayHost()).toBe(true);
  await host.close();
});

it('finds none without a session bus', async () => {
  expect(await trayHostProbe('linux', {}, realClock)()).toBe(false);
});

it.each(['darwin', 'win32'] as const)('[C46] is taken for granted on %s', async (platform) => {
  expect(await trayHostProbe(platform, {}, realClock)()).toBe(true);
});

describe('watchTrayHost', () => {
  /** A program of this process with an icon on the bus, as Chromium registers one. */
  async function showIcon(address: string): Promise<void> {
    const bus = createClient({ busAddress: address });
    ends.push(() => bus.close());
    await bus.getId();
    await bus.invoke({
      destination: 'org.kde.StatusNotifierWatcher',
      path: '/StatusNotifierWatcher',
      interface: 'org.kde.StatusNotifierWatcher',
      member: 'RegisterStatusNotifierItem',
      signature: 's',
      body: ['/StatusNotifierItem'],
    });
  }

  async function setup(pid: number) {
    session = await KeyringSession.open({ keyring: 'none' });
    const address = session.env['DBUS_SESSION_BUS_ADDRESS'] ?? '';
    let missed = 0;
    ends.push(watchTrayHost('linux', session.env, realClock, pid, () => void (missed += 1)));
    const start = async () => {
      const host = await startTrayHost(address);
      ends.push(() => host.close());
      return host;
    };
    return { address, start, missed: () => missed };
  }

  it('[C46] notices a host that comes late and has no icon of ours', async () => {
    const { start, missed } = await setup(process.pid);
    await start();
    await until('the host to be noticed', () => Promise.resolve(missed() > 0 || undefined));
    expect(missed()).toBe(1);
  });

  it('leaves an icon alone that the host shows', async () => {
    const { address, start, missed } = await setup(process.pid);
    const host = await start();
    await showIcon(address);
    await host.waitForItem();
    const other = await setupOther(address);
    // The same host, looked at for a process without an icon: by then the first look is over too.
    await until('the other look', () => Promise.resolve(other() > 0 || undefined));
    expect(missed()).toBe(0);
  });

  async function setupOther(address: string): Promise<() => number> {
    let missed = 0;
    const env = { DBUS_SESSION_BUS_ADDRESS: address };
    ends.push(watchTrayHost('linux', env, realClock, 1, () => void (missed += 1)));
    await Promise.resolve();
    return () => missed;
  }

  it.each(['darwin', 'win32'] as const)('has nothing to watch on %s', (platform) => {
    watchTrayHost(platform, { XDG_RUNTIME_DIR: '/nowhere' }, realClock, 1, () => {
      throw new Error('missed');
    })();
  });
});

describe('watchFirstTrayHost, where the bus shows no icon of ours', () => {
  /** A watcher whose host comes, or comes again, when it is told to. */
  async function setup(draws: boolean) {
    session = await KeyringSession.open({ keyring: 'none' });
    const host = { draws, asked: 0 };
    const watcher = new StandIn(await session.connect(), ({ member, body: [, name] = [] }) => {
      if (member !== 'Get' || name !== 'IsStatusNotifierHostRegistered') return null;
      host.asked += 1;
      return ['v', [new dbus.Variant('b', host.draws)]];
    });
    ends.push(() => watcher.leave());
    await watcher.own('org.kde.StatusNotifierWatcher');
    let missed = 0;
    ends.push(watchFirstTrayHost(session.env, realClock, () => void (missed += 1)));
    const asked = (times: number) =>
      until(`question ${times}`, () => Promise.resolve(host.asked >= times || undefined));
    await asked(1);
    const come = async () => {
      host.draws = true;
      const before = host.asked;
      const { path, name } = { path: '/StatusNotifierWatcher', name: 'org.kde.StatusNotifierWatcher' };
      watcher.signal(path, name, 'StatusNotifierHostRegistered', '', []);
      await asked(before + 1);
    };
    return { come, missed: () => missed };
  }

  it('[C46] notices the first host when it comes late, and none after it', async () => {
    const { come, missed } = await setup(false);
    for (let time = 0; time < 3; time += 1) await come();
    expect(missed()).toBe(1);
  });

  it('leaves an icon alone that was made when the host was there', async () => {
    const { come, missed } = await setup(true);
    for (let time = 0; time < 3; time += 1) await come();
    expect(missed()).toBe(0);
  });

  it('has nothing to watch without a session bus', () => {
    watchFirstTrayHost({}, realClock, () => {
      throw new Error('missed');
    })();
  });
});
