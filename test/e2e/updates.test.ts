import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UpdateView } from '../../preload/contract.ts';
import { startDesktopSession, type DesktopSession } from '../support/desktop-session.ts';
import { until } from '../support/processes.ts';
import type { TrayHost } from '../support/tray-host.ts';
import { newReleaseKey, signatureOf, UpdateFeed, type Release } from '../support/update-feed.ts';
import {
  buildUpdatingApp,
  startUpdatingApp,
  type UpdatingApp,
  type UpdatingBuild,
} from '../support/updating-app.ts';

const KEY = newReleaseKey();
const NAME = 'Globus-Token-Tray-0.2.0.AppImage';

/** What Chromium sends of any request, the same on every machine. */
const PLAIN_HEADERS = new Set([
  ...['accept', 'accept-encoding', 'accept-language', 'cache-control', 'connection', 'host', 'pragma'],
  ...['priority', 'sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site', 'user-agent'],
]);

let session: DesktopSession;
let feed: UpdateFeed;
let built: UpdatingBuild;
let tray: UpdatingApp;
let release: Release;
let host: TrayHost;
beforeAll(async () => {
  [session, feed] = await Promise.all([startDesktopSession(), UpdateFeed.start()]);
  if (session.tray === null) throw new Error('the session has no tray');
  host = session.tray;
  built = await buildUpdatingApp(feed.url, KEY);
  tray = await startUpdatingApp(session, built);
  release = { version: '0.2.0', name: NAME, artefact: newApp() };
});
afterAll(async () => {
  await tray.close();
  await built.remove();
  await feed.stop();
  await session.close();
});

/** What the new "AppImage" does when it is started: it says so in a file. Padded, so that there is a download to see. */
function newApp(): Buffer {
  const script = `#!/bin/sh\nprintf '%s' "$*" > '${join(session.home, 'started')}'\nexit 0\n`;
  return Buffer.concat([Buffer.from(script), Buffer.alloc(3_000_000, '#')]);
}

const update = async () => (await tray.call('state.get', null)).update;

/** Asks for a check and waits for what comes of it. */
async function check(): Promise<UpdateView> {
  await until('updates to be set up', update);
  feed.requests.length = 0;
  expect(await tray.call('updates.check', null)).toEqual({ ok: true, value: null });
  return until('an end of the check', async () => {
    const now = await update();
    return now?.phase === 'checking' || now?.phase === 'downloading' ? undefined : now;
  });
}

const paths = () => feed.requests.map(({ path }) => path);
const asked = () => [`/${feed.list}`, `/${feed.list}.sig`];
const image = () => readFile(tray.image, 'utf8');

// One start but for the last: each part begins with the same version still running.
describe('an AppImage that looks for a newer version', { sequential: true }, () => {
  it('has asked nobody before it was time', () => {
    expect(feed.requests).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ['without a signature', () => void feed.files.delete(`${feed.list}.sig`), 'update-unsigned'],
    [
      'with a signature by another key',
      () => {
        const list = feed.files.get(feed.list) as Buffer;
        feed.files.set(`${feed.list}.sig`, Buffer.from(signatureOf(list, newReleaseKey())));
      },
      'update-signature',
    ],
    [
      'with one bit flipped',
      () => {
        const list = Buffer.from(feed.files.get(feed.list) as Buffer);
        list.writeUInt8(list.readUInt8(40) ^ 1, 40);
        feed.files.set(feed.list, list);
      },
      'update-signature',
    ],
  ])('downloads nothing for a list %s', async (_title, damage, reason) => {
    feed.publish(release, KEY);
    damage();
    expect(await check()).toMatchObject({ phase: 'failed', problem: { reason } });
    expect(paths()).toEqual(asked());
    expect(await tray.log()).toContain(reason);
  });

  it('does not go back to an older version, however well it is signed', async () => {
    feed.publish({ ...release, version: '0.0.9' }, KEY);
    expect(await check()).toMatchObject({ phase: 'current', older: '0.0.9' });
    expect(paths()).toEqual(asked());
    expect(await tray.log()).toContain('offers an older version');
  });

  it('deletes an artefact that is not what was signed', async () => {
    feed.publish(release, KEY);
    feed.files.set(NAME, Buffer.concat([release.artefact, Buffer.from('x')]));
    expect(await check()).toMatchObject({ phase: 'failed', problem: { reason: 'update-tampered' } });
    expect(paths()).toEqual([...asked(), `/${NAME}`]);
    expect(await pending()).toEqual([]);
    expect(await image()).toContain('exit 1');
  });

  it('follows no redirect to plain http elsewhere', async () => {
    const other = await UpdateFeed.start();
    try {
      feed.publish(release, KEY);
      other.publish(release, KEY);
      feed.files.set(NAME, (_request, response) => {
        response.writeHead(302, { location: `${other.url}${NAME}` }).end();
      });
      expect(await check()).toMatchObject({ phase: 'failed', problem: { reason: 'update-download' } });
      expect(other.requests).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  it('asks nobody when it is switched off, not even when it is told to', async () => {
    feed.publish(release, KEY);
    feed.requests.length = 0;
    await tray.call('settings.set', { updates: 'off' });
    expect(await update()).toEqual({ phase: 'off' });
    expect(await tray.call('updates.check', null)).toMatchObject({
      ok: false,
      problem: { reason: 'update-off' },
    });
    await tray.call('settings.set', { updates: 'auto' });
    expect(await update()).toMatchObject({ phase: 'current', checkedAt: null });
    expect(feed.requests).toEqual([]);
  });

  it('says that the server has nothing, and that it breaks off', async () => {
    feed.files.clear();
    expect(await check()).toMatchObject({ phase: 'failed', problem: { reason: 'update-feed' } });
    feed.files.set(feed.list, (request) => void request.socket.destroy());
    expect(await check()).toMatchObject({ phase: 'failed', problem: { reason: 'update-feed' } });
  });

  it('downloads a good one, with nothing in the requests that tells one copy from another', async () => {
    feed.publish(release, KEY);
    expect(await check()).toEqual({ phase: 'ready', version: '0.2.0' });
    expect(paths()).toEqual([...asked(), `/${NAME}`]);
    for (const { headers } of feed.requests) {
      expect(Object.keys(headers).filter((name) => !PLAIN_HEADERS.has(name))).toEqual([]);
      expect(headers).toMatchObject({ 'user-agent': 'Globus-Token-Tray', 'accept-language': 'en' });
    }
    expect(await readdir(tray.data)).not.toContain('.updaterId');
    // It lies ready, and nothing more has happened.
    expect(await image()).toContain('exit 1');
  });

  it('quits by the tray’s menu, is then the new version, and starts again', async () => {
    const ended = new Promise((resolve) => tray.app.process().once('exit', resolve));
    const item = await host.waitForItem();
    // The menu follows within a second.
    await until('the entry of the menu', () =>
      host.click(item, ['Restart to update to 0.2.0']).then(
        () => true,
        () => undefined,
      ),
    );
    await ended;
    const started = await until('the new version to start', () =>
      readFile(join(session.home, 'started'), 'utf8').catch(() => undefined),
    );
    expect(started).toBeDefined();
    expect(await image()).toBe(release.artefact.toString());
    expect((await stat(tray.image)).mode & 0o777).toBe(0o755);
    expect(await readdir(join(tray.image, '..'))).toEqual(['Globus Token Tray-0.1.0.AppImage']);
  });

  it('is not replaced at its end when updates were switched off after one was ready', async () => {
    tray = await startUpdatingApp(session, built);
    expect(await check()).toMatchObject({ phase: 'ready' });
    await tray.call('settings.set', { updates: 'off' });
    await tray.close();
    expect(await image()).toContain('exit 1');
  });
});

async function pending(): Promise<string[]> {
  const cache = session.env['XDG_CACHE_HOME'] ?? join(session.home, '.cache');
  const names = await readdir(join(cache, 'globus-token-tray-updater'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('AppImage'));
}
