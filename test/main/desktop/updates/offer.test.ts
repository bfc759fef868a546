import { describe, expect, it } from 'vitest';
import { readOffer } from '../../../../main/desktop/updates/offer.ts';
import { listOf } from '../../../support/update-feed.ts';

const HASH = `${'A'.repeat(86)}==`;

function list(...names: string[]): string {
  const files = names.map((name) => `  - url: ${name}\n    sha512: ${HASH}\n    size: 7\n`).join('');
  return `version: 1.2.3\nfiles:\n${files}path: ${names[0] ?? ''}\nsha512: ${HASH}\n`;
}

const fileFor = (platform: NodeJS.Platform, arch: string, ...names: string[]) =>
  readOffer(list(...names), platform, arch)?.file?.name ?? null;

describe('the file of a signed list', () => {
  it('is known by hash and size; what else the list says is dropped', () => {
    const text = listOf({ version: '0.2.0', name: 'a.AppImage', artefact: Buffer.from('x') }).toString();
    const offer = readOffer(text, 'linux', 'x64');
    expect(offer?.version).toBe('0.2.0');
    expect(Object.keys(offer?.file ?? {}).sort()).toEqual(['name', 'sha512', 'size']);
  });

  it.each<[NodeJS.Platform, string, string[], string | null]>([
    ['linux', 'x64', ['App-1.2.3.deb', 'App-1.2.3.AppImage'], 'App-1.2.3.AppImage'],
    ['linux', 'x64', ['App-1.2.3-arm64.AppImage', 'App-1.2.3-x86_64.AppImage'], 'App-1.2.3-x86_64.AppImage'],
    ['linux', 'arm64', ['App-1.2.3.AppImage', 'App-1.2.3-arm64.AppImage'], 'App-1.2.3-arm64.AppImage'],
    ['linux', 'arm64', ['App-1.2.3.AppImage'], null],
    ['linux', 'x64', ['App-1.2.3-arm64.AppImage'], null],
    ['linux', 'x64', ['App-1.2.3-mac.zip', 'App Setup 1.2.3.exe'], null],
    ['darwin', 'arm64', ['App-1.2.3-mac.zip', 'App-1.2.3-arm64-mac.zip'], 'App-1.2.3-arm64-mac.zip'],
    ['darwin', 'x64', ['App-1.2.3-universal-mac.zip'], 'App-1.2.3-universal-mac.zip'],
    ['darwin', 'x64', ['App-1.2.3.dmg'], null],
    ['win32', 'arm64', ['App Setup 1.2.3.exe'], 'App Setup 1.2.3.exe'],
    ['freebsd', 'x64', ['App-1.2.3.AppImage'], null],
  ])('for %s on %s of %j is %s', (platform, arch, names, name) => {
    expect(fileFor(platform, arch, ...names)).toBe(name);
  });
});

describe('no list', () => {
  it.each([
    ['nothing', ''],
    ['words', 'no yaml: ['],
    ['no version', list('a.AppImage').replace('version: 1.2.3\n', '')],
    ['a version that is none', list('a.AppImage').replace('1.2.3', 'newest')],
    ['no files', 'version: 1.2.3\nfiles: []\n'],
    ['an address for a file', list('https://example.org/a.AppImage')],
    ['a path for a file', list('../../a.AppImage')],
    ['a hidden file', list('.a.AppImage')],
    ['no hash', list('a.AppImage').replace(`    sha512: ${HASH}\n`, '')],
    ['a hash of another kind', list('a.AppImage').replaceAll(HASH, 'a'.repeat(128))],
    ['a huge size', list('a.AppImage').replace('size: 7', 'size: 7000000000')],
  ])('is made of %s', (_title, text) => {
    expect(readOffer(text, 'linux', 'x64')).toBeNull();
  });
});
