import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configOf } from '../../scripts/build-targets.mjs';
import { updateDefines } from '../../scripts/update-build.mjs';
import { newReleaseKey } from '../support/update-feed.ts';

const KEY = newReleaseKey().publicText;

describe('what the build puts in about updates', () => {
  it('is nothing without feed and key', () => {
    expect(updateDefines({})).toEqual({
      __UPDATE_FEED__: '""',
      __UPDATE_KEY__: '""',
      __UPDATE_PUBLISHER__: '""',
    });
  });

  it.each(['globus-tools/token-tray', 'https://example.org/releases', 'http://127.0.0.1:4000/'])(
    'takes %s',
    (feed) => {
      const env = { GLOBUS_TRAY_UPDATE_FEED: feed, GLOBUS_TRAY_UPDATE_KEY: KEY };
      expect(updateDefines(env)).toMatchObject({
        __UPDATE_FEED__: JSON.stringify(feed),
        __UPDATE_KEY__: JSON.stringify(KEY),
      });
    },
  );

  it.each([
    ['a feed without a key', { GLOBUS_TRAY_UPDATE_FEED: 'a/b' }],
    ['a key without a feed', { GLOBUS_TRAY_UPDATE_KEY: KEY }],
    ['a short key', { GLOBUS_TRAY_UPDATE_FEED: 'a/b', GLOBUS_TRAY_UPDATE_KEY: 'AAAA' }],
    ['plain http', { GLOBUS_TRAY_UPDATE_FEED: 'http://example.org/', GLOBUS_TRAY_UPDATE_KEY: KEY }],
    ['a name for loopback', { GLOBUS_TRAY_UPDATE_FEED: 'http://localhost:1/', GLOBUS_TRAY_UPDATE_KEY: KEY }],
    ['a password', { GLOBUS_TRAY_UPDATE_FEED: 'https://a:b@example.org/', GLOBUS_TRAY_UPDATE_KEY: KEY }],
    ['a query', { GLOBUS_TRAY_UPDATE_FEED: 'https://example.org/?a=b', GLOBUS_TRAY_UPDATE_KEY: KEY }],
    ['words', { GLOBUS_TRAY_UPDATE_FEED: 'our server', GLOBUS_TRAY_UPDATE_KEY: KEY }],
  ])('refuses %s', (_title, env) => {
    expect(() => updateDefines(env)).toThrow('GLOBUS_TRAY_UPDATE');
  });
});

describe('the built app', () => {
  let folder: string;
  const texts = new Map<string, string>();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'update-build-'));
    await build(await configOf('main', folder));
    for (const name of await readdir(folder)) texts.set(name, await readFile(join(folder, name), 'utf8'));
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** With all that it imports statically. */
  function loadedWith(name: string, seen = new Set<string>()): Set<string> {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const [, other = ''] of (texts.get(name) ?? '').matchAll(
      /(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+)["'`]/g,
    )) {
      loadedWith(other, seen);
    }
    return seen;
  }

  it('loads nothing of electron-updater when it starts', () => {
    const holders = [...texts].filter(([, text]) => text.includes('.updaterId')).map(([name]) => name);
    expect(holders).toHaveLength(1);
    const loaders = [...texts.keys()].filter((name) => loadedWith(name).has(holders[0] ?? ''));
    // Itself: everything else that names it does so by an import that runs when there is an update.
    expect(loaders).toEqual(holders);
    const start = [...texts.keys()].filter((name) => /^(?:index|desktop|setup)\b/.test(name));
    expect(start.length).toBeGreaterThanOrEqual(3);
    const reader = [...texts].find(([, text]) => text.includes('ERR_UPDATER_INVALID_UPDATE_INFO'))?.[0] ?? '';
    expect(start.filter((name) => loadedWith(name).has(reader))).toEqual([]);
  });
});
