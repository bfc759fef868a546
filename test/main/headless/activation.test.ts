import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listenAt } from '../../../main/broker/socket-file.ts';
import { takeListenFd } from '../../../main/headless/listen-fds.ts';
import { defaultSettings } from '../../../main/settings/defaults.ts';
import { build } from '../../../scripts/build.mjs';
import { type HeadlessAgent, startHeadless } from '../../support/headless.ts';
import { until } from '../../support/processes.ts';
import { type ServiceManager, serviceManager, statusOf } from '../../support/service-manager.ts';

describe('the socket of a service manager', { timeout: 30_000 }, () => {
  let folder: string;
  let env: Record<string, string>;
  const managers: ServiceManager[] = [];
  beforeAll(() => build({ only: ['headless'] }), 60_000);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'activated-'));
    await mkdir(join(folder, 'globus-token'), { mode: 0o700 });
    env = { PATH: '/usr/bin:/bin', HOME: join(folder, 'home'), XDG_RUNTIME_DIR: folder };
  });
  afterEach(async () => {
    await Promise.all(managers.splice(0).map((manager) => manager.end()));
    await rm(folder, { recursive: true, force: true });
  });
  const socket = () => join(folder, 'globus-token', 'broker.sock');

  async function manager(how: Partial<Parameters<typeof serviceManager>[0]> = {}): Promise<ServiceManager> {
    const made = await serviceManager({ kind: 'unix', path: socket(), env, ...how });
    managers.push(made);
    return made;
  }

  const status = () => statusOf(socket());

  it('[C30] is answered by the agent that finds it as descriptor 3, and closed to others', async () => {
    const made = await manager();
    expect((await stat(socket())).mode & 0o077).not.toBe(0);
    const asked = status();
    const pid = await made.start();
    expect(await asked).toMatchObject({ pid });
    expect((await stat(socket())).mode & 0o777).toBe(0o600);
    await until('an agent that says where it listens', () =>
      Promise.resolve(made.said().includes(`pid ${pid} listens at ${socket()}`) || undefined),
    );
  });

  it('[C26] tells the first who asks how its vault is, not how it hopes it is', async () => {
    const data = join(folder, 'home', '.config', 'globus-token-tray');
    await mkdir(data, { recursive: true, mode: 0o700 });
    const settings = { ...defaultSettings(), vaultBackend: 'passphrase' };
    await writeFile(join(data, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
    const made = await manager();
    const asked = status();
    await made.start();
    expect(await asked).toMatchObject({ backend: 'passphrase', vault_state: 'missing' });
  });

  it('[C20] outlives its agent: who asks meanwhile is answered by the next one', async () => {
    const made = await manager();
    const first = await made.start();
    expect(await status()).toMatchObject({ pid: first });
    process.kill(first, 'SIGTERM');
    expect(await made.ended()).toBe(0);
    const { ino } = await stat(socket());
    const waiting = Promise.all([status(), status(), status()]);
    const second = await made.start();
    expect(second).not.toBe(first);
    for (const answer of await waiting) expect(answer).toMatchObject({ pid: second });
    expect((await stat(socket())).ino).toBe(ino);
  });

  describe('while no agent has it', () => {
    const agents: HeadlessAgent[] = [];
    afterEach(() => Promise.all(agents.splice(0).map((agent) => agent.end())));
    const agent = (...args: string[]) => {
      const started = startHeadless(env, args);
      agents.push(started);
      return started;
    };
    const quit = (one: HeadlessAgent) => {
      one.signal('SIGTERM');
      return one.ended;
    };

    it('[C30] [C56] is stood in for by an agent that starts by itself, and is there again after it', async () => {
      const made = await manager();
      const { ino } = await stat(socket());
      const own = agent();
      await own.listens;
      expect(await status()).toMatchObject({ pid: own.pid });
      expect((await stat(socket())).ino).not.toBe(ino);
      expect((await stat(socket())).mode & 0o777).toBe(0o600);
      await quit(own);
      expect((await stat(socket())).ino).toBe(ino);
      expect(await readdir(join(folder, 'globus-token'))).toEqual(['broker.sock']);
      const pid = await made.start();
      expect(await status()).toMatchObject({ pid });
    });

    it('[C30] is there again after the next agent, where the one before was killed', async () => {
      const made = await manager();
      const { ino } = await stat(socket());
      const killed = agent();
      await killed.listens;
      await killed.end();
      const next = agent();
      await next.listens;
      expect(await status()).toMatchObject({ pid: next.pid });
      await quit(next);
      expect((await stat(socket())).ino).toBe(ino);
      const pid = await made.start();
      expect(await status()).toMatchObject({ pid });
    });

    it('[C56] is so again after an agent that it was passed on to', async () => {
      const made = await manager();
      const first = await made.start();
      expect(await status()).toMatchObject({ pid: first });
      process.kill(first, 'SIGTERM');
      await made.ended();
      const own = agent();
      await own.listens;
      expect(await status()).toMatchObject({ pid: own.pid });
    });

    it('[C56] whoever it starts meanwhile finds the other agent, sends away who waits, and ends with 0', async () => {
      const made = await manager();
      const waiting = connect(socket());
      await once(waiting, 'connect');
      const gone = once(waiting, 'close');
      const own = agent();
      await own.listens;
      await made.start();
      await gone;
      expect(await made.ended()).toBe(0);
      expect(made.said()).toContain(`pid ${own.pid ?? 0} (headless) already serves ${socket()}`);
      expect(await status()).toMatchObject({ pid: own.pid });
    });

    it('[C30] is not taken from an agent of another data folder that serves it', async () => {
      const made = await manager({ args: [`--data-folder=${join(folder, 'other')}`] });
      const pid = await made.start();
      expect(await status()).toMatchObject({ pid });
      const own = agent();
      await expect(own.listens).rejects.toThrow();
      expect(await status()).toMatchObject({ pid });
    });

    it('[C20] is given back by who follows an agent that serves it, too', async () => {
      const made = await manager();
      const pid = await made.start();
      expect(await status()).toMatchObject({ pid });
      const { ino } = await stat(socket());
      const successor = createServer();
      const leave = await listenAt(successor, socket(), process.getuid?.() ?? 0, true);
      expect((await stat(socket())).ino).not.toBe(ino);
      process.kill(pid, 'SIGTERM');
      await made.ended();
      leave();
      successor.close();
      expect((await stat(socket())).ino).toBe(ino);
      const next = await made.start();
      expect(await status()).toMatchObject({ pid: next });
    });

    it('is not put back once its manager has let go of it', async () => {
      const made = await manager();
      const own = agent();
      await own.listens;
      await made.end();
      managers.splice(0);
      await quit(own);
      expect(await readdir(join(folder, 'globus-token'))).toEqual([]);
    });
  });

  it('is left to the agent that serves already: a second one ends with 0', async () => {
    const made = await manager();
    const pid = await made.start();
    expect(await status()).toMatchObject({ pid });
    const other = await manager({ path: join(folder, 'globus-token', 'other.sock') });
    await other.start();
    expect(await other.ended()).toBe(0);
    expect(other.said()).toContain(`pid ${pid} (headless) already serves ${socket()}`);
  });

  it.each([
    ['is two', { count: 2 }, 2, /passed 2 sockets \(broker\.sock:broker\.sock\); .* keep one ListenStream=/],
    ['is one of the network', { kind: 'tcp' as const }, 3, /a network socket; the agent takes a local one/],
    ['is a file', { kind: 'file' as const }, 3, /no socket as descriptor 3/],
    ['takes no connections', { kind: 'datagram' as const }, 3, /does not listen for connections/],
  ])('is refused when it %s', async (_, how, code, why) => {
    const made = await manager(how);
    await made.start();
    expect(await made.ended()).toBe(code);
    expect(made.said()).toMatch(why);
  });

  it('is refused when it is not where clients of this agent ask', async () => {
    const elsewhere = join(folder, 'globus-token', 'other.sock');
    const made = await manager({ path: elsewhere });
    await made.start();
    expect(await made.ended()).toBe(3);
    expect(made.said()).toContain(`passed "${elsewhere}", but this agent’s socket is ${socket()}`);
  });

  it('is refused when its file is gone or is another one’s', async () => {
    const made = await manager();
    await unlink(socket());
    await made.start();
    expect(await made.ended()).toBe(3);
    expect(made.said()).toContain('whose file is gone: restart the socket unit');
    await writeFile(socket(), '');
    await made.start();
    expect(await made.ended()).toBe(3);
    expect(made.said()).toContain('is not a socket of this user');
  });

  it('[C30] is refused in a folder that is open to others and holds more', async () => {
    const made = await manager();
    await writeFile(join(folder, 'globus-token', 'notes'), '');
    await chmod(join(folder, 'globus-token'), 0o755);
    await made.start();
    expect(await made.ended()).toBe(3);
    expect(made.said()).toContain('is open to other users');
  });
});

describe('the variables of a service manager', () => {
  const told = (pid: string, count: string) => ({ LISTEN_PID: pid, LISTEN_FDS: count, LISTEN_FDNAMES: 'a' });

  it('name descriptor 3, and are taken away', () => {
    const env = { ...told('7', '1'), HOME: '/home/ada' };
    expect(takeListenFd(env, 7)).toBe(3);
    expect(env).toEqual({ HOME: '/home/ada' });
  });

  it('mean nothing when they are absent, for another process, or for no socket', () => {
    expect(takeListenFd({}, 7)).toBeNull();
    expect(takeListenFd(told('8', '1'), 7)).toBeNull();
    expect(takeListenFd(told('7', '0'), 7)).toBeNull();
    const env = told('8', '1');
    takeListenFd(env, 7);
    expect(env).toEqual({});
  });

  it('are refused when they say nothing that can be followed', () => {
    expect(() => takeListenFd(told('7', 'one'), 7)).toThrow('are no numbers');
    expect(() => takeListenFd(told('7', '-1'), 7)).toThrow('are no numbers');
    expect(() => takeListenFd(told('7', '12'), 7)).toThrow('passed 12 sockets (a)');
  });
});
