import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { watchLockEvents } from '../../../main/session/lock-events.ts';
import { build } from '../../../scripts/build.mjs';
import { realClock } from '../../support/agent-parts.ts';
import { type BootedMachine, bootMachine, HAS_LOGIND, type Login } from '../../support/booted-machine.ts';
import { type Installed, installForAll } from '../../support/installed.ts';
import { until } from '../../support/processes.ts';

const ADA = { name: 'ada', uid: 61_001 };
const MANAGER = ['org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager'];
const BOB = { name: 'bob', uid: 61_002 };

describe.runIf(HAS_LOGIND)('a real logind', { timeout: 60_000 }, () => {
  let folder: string;
  let installed: Installed;
  let machine: BootedMachine;
  let ada: Login;
  let bob: Login;
  let events: string[] = [];
  let stop: () => void = () => undefined;

  beforeAll(async () => {
    await build({ only: ['cli', 'headless'] });
    folder = await mkdtemp(join(tmpdir(), 'booted-'));
    await chmod(folder, 0o755);
    installed = await installForAll(join(folder, 'app'));
    machine = await bootMachine(folder, [ADA, BOB]);
    ada = await machine.login(ADA);
    bob = await machine.login(BOB);
  }, 90_000);
  afterAll(async () => {
    await machine.end();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    stop();
    events = [];
  });

  const loginctl = (...words: string[]) => machine.run('loginctl', ...words);
  const heard = (...expected: string[]) =>
    until(expected.join(), () => Promise.resolve(events.length >= expected.length || undefined))
      .catch(() => undefined)
      .then(() => expect(events).toEqual(expected));

  /** Resolves when the watcher hears: the first word that it gets is a lock of Ada's. */
  async function watch(): Promise<void> {
    const note = (name: string) => () => void events.push(name);
    stop = watchLockEvents(
      { systemBus: machine.systemBus, sessionBus: null, uid: ADA.uid, clock: realClock },
      { onLock: note('lock'), onUnlock: note('unlock'), onSleep: note('sleep'), onWake: note('wake') },
    );
    await until('a watcher that hears', async () => {
      await loginctl('lock-session', ada.session);
      return events.includes('lock') || undefined;
    });
    await loginctl('unlock-session', ada.session);
    await until('the end of that lock', () => Promise.resolve(events.includes('unlock') || undefined));
    events = [];
  }

  it('[C29] tells of the locks of this user’s sessions, and of nobody else’s', async () => {
    await watch();
    await loginctl('lock-session', bob.session);
    await loginctl('lock-session', ada.session);
    await heard('lock');
    await loginctl('unlock-session', bob.session);
    await loginctl('unlock-session', ada.session);
    await heard('lock', 'unlock');
    await loginctl('lock-sessions');
    await heard('lock', 'unlock', 'lock');
    await loginctl('unlock-sessions');
    await heard('lock', 'unlock', 'lock', 'unlock');
  });

  it('[C29] tells what a lock screen says of itself', async () => {
    await watch();
    const say = async (locked: boolean) => {
      const path = await machine.run('busctl', 'call', ...MANAGER, 'GetSession', 's', ada.session);
      const at = /"(.*)"/.exec(path)?.[1] ?? '';
      const words = ['org.freedesktop.login1', at, 'org.freedesktop.login1.Session', 'SetLockedHint', 'b'];
      await machine.run('busctl', 'call', ...words, String(locked));
    };
    await say(true);
    await heard('lock');
    await say(false);
    await heard('lock', 'unlock');
  });

  it('[C29] tells when the machine goes to sleep and when it wakes', async () => {
    await watch();
    await machine.run('systemctl', 'suspend');
    await heard('sleep', 'wake');
  });

  it('[C29] locks the agent that systemd runs for a person, who logs in once more meanwhile', async () => {
    const { stdout } = await ada.run(installed.node, installed.cli, 'agent', '--install');
    expect(await ada.run('sh', '-c', stdout)).toMatchObject({ code: 0 });
    const locked = async () => {
      const status = await ada.run(installed.node, installed.cli, 'status', '--json');
      return (JSON.parse(status.stdout) as { locked: boolean }).locked;
    };
    expect(await locked()).toBe(false);
    const again = await machine.login(ADA);
    // Until it hears: it answers before it has found the bus, and a lock screen would have left its hint there.
    await until('an agent that is locked', async () => {
      await loginctl('lock-session', again.session);
      return (await locked()) || undefined;
    });
    await loginctl('unlock-session', again.session);
    await until('an agent that is not', async () => !(await locked()) || undefined);
    await again.end();
    await machine.run('systemctl', 'suspend');
    await until('an agent that is locked', async () => (await locked()) || undefined);
    await until('an agent of a machine that woke', async () => !(await locked()) || undefined);
  });
});
