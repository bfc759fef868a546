import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseFeed } from '../../../../main/desktop/updates/feed.ts';
import { look, type Look } from '../../../../main/desktop/updates/look.ts';
import { readOffer } from '../../../../main/desktop/updates/offer.ts';
import { parseKey } from '../../../../main/desktop/updates/signature.ts';
import { listOf, newReleaseKey, signatureOf, UpdateFeed } from '../../../support/update-feed.ts';

const KEY = newReleaseKey();
const RELEASE = { version: '0.2.0', name: 'App-0.2.0-x64.AppImage', artefact: Buffer.from('app') };

let feed: UpdateFeed;
/** Everything that was read as a list. */
let read: string[];
beforeEach(async () => {
  feed = await UpdateFeed.start();
  feed.publish(RELEASE, KEY);
  read = [];
});
afterEach(() => feed.stop());

function looked(signal = AbortSignal.timeout(5_000), url = feed.url): Promise<Look> {
  const [parsed, key] = [parseFeed(url), parseKey(KEY.publicText)];
  if (parsed === null || key === null) throw new Error('no source');
  return look(
    {
      fetch,
      feed: parsed,
      key,
      list: feed.list,
      version: '0.1.0',
      read: (verified) => {
        read.push(verified);
        return Promise.resolve(readOffer(verified, 'linux', 'x64'));
      },
    },
    signal,
  );
}

/** Publishes this text as the list, signed by the key. */
function publish(text: string): void {
  feed.files.set(feed.list, Buffer.from(text));
  feed.files.set(`${feed.list}.sig`, Buffer.from(signatureOf(Buffer.from(text), KEY)));
}

describe('a look at the feed', () => {
  it('finds a newer version that the release key signed, by two requests', async () => {
    expect(await looked()).toMatchObject({
      kind: 'newer',
      offer: { version: '0.2.0', file: { name: RELEASE.name } },
    });
    expect(feed.requests.map(({ path }) => path)).toEqual([`/${feed.list}`, `/${feed.list}.sig`]);
    // What was read is what was verified, byte by byte.
    expect(read).toEqual([listOf(RELEASE).toString()]);
  });

  it.each([
    ['0.1.0', { kind: 'same' }],
    ['0.1.0-beta.1', { kind: 'older', version: '0.1.0-beta.1' }],
    ['0.0.9', { kind: 'older', version: '0.0.9' }],
  ])('takes %s for %j', async (version, found) => {
    feed.publish({ ...RELEASE, version }, KEY);
    expect(await looked()).toEqual(found);
  });
});

describe('[C59] a look that failed says why, and reads nothing that nobody signed', () => {
  it.each<[string, () => void, string]>([
    ['no signature', () => void feed.files.delete(`${feed.list}.sig`), 'update-unsigned'],
    [
      'another key’s signature',
      () => {
        const other = signatureOf(listOf(RELEASE), newReleaseKey());
        feed.files.set(`${feed.list}.sig`, Buffer.from(other));
      },
      'update-signature',
    ],
    [
      'another list',
      () => void feed.files.set(feed.list, listOf({ ...RELEASE, version: '0.3.0' })),
      'update-signature',
    ],
    ['no list', () => void feed.files.delete(feed.list), 'update-feed'],
    [
      'a server in trouble',
      () => void feed.files.set(`${feed.list}.sig`, (_request, response) => response.writeHead(503).end()),
      'update-feed',
    ],
    ['a huge list', () => void feed.files.set(feed.list, Buffer.alloc(70_000, '#')), 'update-feed'],
    [
      'a huge signature',
      () => void feed.files.set(`${feed.list}.sig`, Buffer.alloc(2_000, 'A')),
      'update-feed',
    ],
    [
      'a line that breaks',
      () => void feed.files.set(feed.list, (request) => void request.socket.destroy()),
      'update-feed',
    ],
  ])('%s', async (_title, damage, reason) => {
    damage();
    const found = await looked();
    expect(found).toMatchObject({ kind: 'failed', problem: { reason } });
    if (found.kind !== 'failed') throw new Error(found.kind);
    const { title, tokens, next } = found.problem;
    for (const part of [title, tokens, next]) expect(part).not.toBe('');
    expect(read).toEqual([]);
  });

  it('a signed list that is none', async () => {
    publish('version: newest\n');
    expect(await looked()).toMatchObject({ kind: 'failed', problem: { reason: 'update-unfit' } });
  });

  it('a server that is down', async () => {
    const { url } = feed;
    await feed.stop();
    expect(await looked(undefined, url)).toMatchObject({
      kind: 'failed',
      problem: { reason: 'update-feed' },
    });
    feed = await UpdateFeed.start();
  });

  it('one that was given up: the request ends with it', async () => {
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      feed.files.set(feed.list, (request) => {
        request.socket.once('close', () => resolve());
        controller.abort();
      });
    });
    expect(await looked(controller.signal)).toMatchObject({ kind: 'failed' });
    await closed;
  });
});
