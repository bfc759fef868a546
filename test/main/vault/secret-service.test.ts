import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dbus, { type Message, type MessageBus } from 'dbus-native';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CallQueue } from '../../../main/vault/queue.ts';
import { SecretServicePort } from '../../../main/vault/secret-service-port.ts';
import { SecretServiceProbe } from '../../../main/vault/secret-service.ts';
import { SecretSession } from '../../../main/vault/secret-session.ts';
import { SessionBus } from '../../../main/vault/session-bus.ts';
import { KeyringSession } from '../../support/keyring-session.ts';

const HOME = '/org/freedesktop/secrets/collection/home';
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  while (cleanups.length > 0) await cleanups.pop()?.();
});

function probeOn(env: Record<string, string>, deadline = 5_000) {
  const after = (milliseconds: number, run: () => void) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  };
  const bus = new SessionBus(env, new CallQueue({ deadline, after }));
  return { probe: new SecretServiceProbe(bus), port: new SecretServicePort(bus) };
}

/** `body` is the list of answers. */
type Reply = { signature: string; body: unknown[] } | { error: string } | 'never';

/**
 * A Secret Service that answers what the test wants, on a real bus: a list is worked off, its last answer
 * stays. Unlisted members do not exist.
 */
async function standIn(
  replies: Record<string, Reply | Reply[]>,
  options: { alsoNamed?: string; heard?: (member: string) => void } = {},
): Promise<Record<string, string>> {
  const session = await KeyringSession.open({ keyring: 'none' });
  cleanups.push(() => session.close());
  const bus: MessageBus = dbus.createClient({ busAddress: session.env['DBUS_SESSION_BUS_ADDRESS'] ?? '' });
  cleanups.push(() => bus.close());
  await bus.requestName('org.freedesktop.secrets', 0);
  if (options.alsoNamed !== undefined) await bus.requestName(options.alsoNamed, 0);
  // The library would answer property reads by itself.
  bus.connection.removeAllListeners('message');
  bus.connection.on('message', (message: Message) => {
    if (message.type !== dbus.messageType.methodCall) return;
    options.heard?.(message.member ?? '');
    const listed = replies[message.member ?? ''];
    const reply = (Array.isArray(listed) && listed.length > 1 ? listed.shift() : [listed].flat()[0]) ?? {
      error: 'org.freedesktop.DBus.Error.UnknownMethod',
    };
    if (reply === 'never') return;
    if ('error' in reply) bus.sendError(message, reply.error, 'as the test wants');
    else bus.sendReply(message, reply.signature, reply.body);
  });
  return session.env;
}

/** A socket that speaks something else than D-Bus, or nothing. */
async function fakeBus(talk: (socket: Socket) => void): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-bus-'));
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    talk(socket);
  });
  server.listen(join(folder, 'bus'));
  await once(server, 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await rm(folder, { recursive: true });
  });
  return { DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/bus` };
}

const alias: Reply = { signature: 'o', body: [HOME] };
const open: Reply = { signature: 'v', body: [['b', false]] };

const locked: Reply = { signature: 'v', body: [['b', true]] };
const none: Reply = { signature: 'aoao', body: [[], []] };

describe('the probe, against a service that', () => {
  test('[C27] refuses access, says denied', async () => {
    const refused: Reply = { error: 'org.freedesktop.DBus.Error.AccessDenied' };
    const { probe } = probeOn(await standIn({ ReadAlias: refused, SearchItems: refused }));
    expect(await probe.state()).toBe('denied');
    expect(await probe.search('s', 'a')).toBe('denied');
    expect(probe.absence()).toBeUndefined();
  });

  test('[C27] never answers, says slow at the deadline and at once from then on', async () => {
    const { probe } = probeOn(await standIn({ ReadAlias: 'never', SearchItems: 'never' }), 300);
    expect(await probe.search('s', 'a')).toBe('slow');
    const start = performance.now();
    expect(await Promise.all(Array.from({ length: 50 }, () => probe.state()))).toEqual(
      Array(50).fill('slow'),
    );
    expect(performance.now() - start).toBeLessThan(100);
  });

  test('[C27] is no Secret Service, says that the service is missing', async () => {
    const { probe } = probeOn(await standIn({}));
    expect(await probe.state()).toBe('missing');
    expect(probe.absence()).toBe('service');
  });

  test.each<[string, Record<string, Reply>]>([
    ['a number for a path', { ReadAlias: { signature: 'u', body: [7] } }],
    ['a word for the lock', { ReadAlias: alias, Get: { signature: 'v', body: [['s', 'open']] } }],
  ])('answers %s, is not believed', async (_title, replies) => {
    const { probe } = probeOn(await standIn(replies));
    expect(await probe.state()).toBe('missing');
    expect(probe.absence()).toBe('service');
  });

  test.each([
    ['before', [locked, open]],
    ['after', [open, locked]],
    ['before and after', [locked]],
  ])('[C27] hides its items and is locked %s the search, does not read as absent', async (_title, states) => {
    const { probe } = probeOn(await standIn({ SearchItems: none, ReadAlias: alias, Get: [...states] }));
    expect(await probe.search('s', 'a')).toBe('locked');
    expect(probe.label()).toBe('Secret Service');
  });

  test('[C27] has the item in a second, locked keyring, does not read as absent', async () => {
    const elsewhere: Reply = {
      signature: 'aoao',
      body: [[], ['/org/freedesktop/secrets/collection/other/1']],
    };
    const { probe } = probeOn(await standIn({ SearchItems: elsewhere, ReadAlias: alias, Get: open }));
    expect(await probe.search('s', 'a')).toBe('locked');
  });

  test('is open, tells what is there and what is not', async () => {
    const one: Reply = { signature: 'aoao', body: [[`${HOME}/1`], []] };
    const empty = probeOn(await standIn({ SearchItems: none, ReadAlias: alias, Get: open }));
    expect(await empty.probe.search('s', 'a')).toBe('absent');
    const full = probeOn(await standIn({ SearchItems: one, ReadAlias: alias, Get: open }));
    expect(await full.probe.search('s', 'a')).toBe('unlocked');
  });
});

describe('the probe, against a KWallet that calls its wallet locked', () => {
  const networkWallet: Reply = { signature: 's', body: ['kdewallet'] };
  const open = { signature: 'b', body: [true] };
  const closed = { signature: 'b', body: [false] };
  const unlock: Reply = { signature: 'aoo', body: [[], '/org/freedesktop/secrets/prompt/p0'] };
  const done: Reply = { signature: '', body: [] };

  /** @param isOpen what KWallet's own interface says, time after time */
  async function asked(isOpen: Reply[], looks: number): Promise<string[]> {
    const heard: string[] = [];
    const replies = { ReadAlias: alias, Get: locked, networkWallet, isOpen, Unlock: unlock, Prompt: done };
    const options = { alsoNamed: 'org.kde.kwalletd5', heard: (member: string) => heard.push(member) };
    const { probe } = probeOn(await standIn(replies, options));
    for (let look = 0; look < looks; look += 1) expect(await probe.state()).toBe('locked');
    return heard.filter((member) => member === 'Unlock' || member === 'Prompt');
  }

  test('[C27] and is closed, opens no prompt', async () => {
    expect(await asked([closed], 3)).toEqual([]);
  });

  test('[C27] and asks the user before it lets anybody at an open one, asks once', async () => {
    expect(await asked([open], 3)).toEqual(['Unlock', 'Prompt']);
  });

  test('[C27] and was closed in the meantime, asks once more', async () => {
    expect(await asked([open, closed, open], 3)).toEqual(['Unlock', 'Prompt', 'Unlock', 'Prompt']);
  });
});

describe('the probe, on a bus that', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['hangs up at once', (socket) => socket.destroy()],
    ['rejects us', (socket) => socket.on('data', () => socket.write('REJECTED NOTHING\r\n'))],
    [
      'says yes and then garbage',
      (socket) => socket.on('data', () => socket.write('OK 00\r\nl\x09\x09garbage '.repeat(9))),
    ],
  ])('[C27] %s, says that the bus is missing and lives on', async (_title, talk) => {
    const { probe } = probeOn(await fakeBus(talk), 2_000);
    expect(await probe.state()).toBe('missing');
    expect(probe.absence()).toBe('bus');
    expect(await probe.search('s', 'a')).toBe('missing');
  });

  test('[C27] ends and comes back, is found again', async () => {
    const session = await KeyringSession.open({ keyring: 'none' });
    cleanups.push(() => session.close());
    const { probe } = probeOn(session.env);
    expect(await probe.state()).toBe('missing');
    expect(probe.absence()).toBe('service');
    await session.killBus();
    expect(await probe.state()).toBe('missing');
    expect(probe.absence()).toBe('bus');
    await session.restartBus();
    await session.start();
    expect(await probe.state()).toBe('ready');
  });

  test('[C27] never says a word, is slow', async () => {
    const { probe } = probeOn(await fakeBus(() => undefined), 200);
    expect(await probe.state()).toBe('slow');
    expect(await probe.search('s', 'a')).toBe('slow');
  });
});

describe('passwords over D-Bus', () => {
  const NAME = 'demo/c/s/r/g';

  test('are written, replaced, read and deleted as the system tools do it', async () => {
    const session = await KeyringSession.open({ keyring: 'unlocked' });
    cleanups.push(() => session.close());
    const { port } = probeOn(session.env);
    await port.setPassword('svc', NAME, 'first');
    await port.setPassword('svc', NAME, 'sécond');
    expect(await session.secretTool(['lookup', 'service', 'svc', 'account', NAME])).toBe('sécond');
    expect(await port.getPassword('svc', NAME)).toBe('sécond');
    expect(await port.getPassword('svc', 'other')).toBeNull();
    expect(await port.deletePassword('svc', NAME)).toBe(true);
    expect(await port.deletePassword('svc', NAME)).toBe(false);
    expect(await port.getPassword('svc', NAME)).toBeNull();
  });

  test('[C22] are written anew where one is there: some keyrings keep a change in memory alone', async () => {
    const heard: string[] = [];
    const session: Reply = { signature: 'vo', body: [['ay', Buffer.alloc(128, 3)], '/session/1'] };
    const one: Reply = { signature: 'aoao', body: [[`${HOME}/1`], []] };
    const done: Reply = { signature: '', body: [] };
    const env = await standIn(
      {
        ...{ ReadAlias: alias, SearchItems: one, OpenSession: session, SetSecret: done },
        CreateItem: { signature: 'oo', body: [`${HOME}/2`, '/'] },
      },
      { heard: (member) => heard.push(member) },
    );
    await probeOn(env).port.setPassword('svc', NAME, 'x');
    expect(heard).toContain('CreateItem');
    expect(heard).not.toContain('SetSecret');
  });

  describe('with a KWallet that makes another key of one session in 256', () => {
    /** The public key of the private key 0: whatever is made with it is 1, after 127 zeros. */
    const bad: Reply = { signature: 'vo', body: [['ay', Buffer.from([1])], '/session/bad'] };
    const good: Reply = { signature: 'vo', body: [['ay', Buffer.alloc(128, 3)], '/session/good'] };
    const created: Reply = { signature: 'oo', body: [`${HOME}/1`, '/'] };

    async function written(sessions: Reply[]): Promise<{ heard: string[]; result: Promise<void> }> {
      const heard: string[] = [];
      const replies = { ReadAlias: alias, SearchItems: none, OpenSession: sessions, CreateItem: created };
      const env = await standIn(replies, { heard: (member) => heard.push(member) });
      return { heard, result: probeOn(env).port.setPassword('svc', NAME, 'x') };
    }
    const opened = (heard: string[]) => heard.filter((member) => member === 'OpenSession').length;

    test('[C22] another session is opened', async () => {
      const { heard, result } = await written([bad, bad, good]);
      await result;
      expect(opened(heard)).toBeGreaterThanOrEqual(3);
    });

    test('[C22] a key of ours that it would misread is not sent', async () => {
      const travels = vi.spyOn(SecretSession.prototype, 'travels', 'get').mockReturnValue(false);
      const { heard, result } = await written([good]);
      await expect(result).rejects.toMatchObject({ trouble: 'denied' });
      travels.mockRestore();
      expect(opened(heard)).toBe(0);
    });

    test('[C22] nothing is stored where there is no other', async () => {
      const { heard, result } = await written([bad]);
      await expect(result).rejects.toMatchObject({ trouble: 'denied' });
      expect(opened(heard)).toBe(8);
      expect(heard).not.toContain('CreateItem');
    });
  });

  test.each([
    ['locked', 'locked'],
    ['no-collection', 'missing'],
    ['none', 'missing'],
  ] as const)('[C27] cannot be written when the keyring is %s', async (keyring, trouble) => {
    const session = await KeyringSession.open({ keyring });
    cleanups.push(() => session.close());
    const { port } = probeOn(session.env);
    await expect(port.setPassword('svc', NAME, 'x')).rejects.toMatchObject({ trouble });
  });
});
