import { describe, expect, it } from 'vitest';
import { listName, parseFeed } from '../../../../main/desktop/updates/feed.ts';

function feed(text: string) {
  const parsed = parseFeed(text);
  if (parsed === null) throw new Error('no feed');
  return parsed;
}

describe('a feed', () => {
  it('on GitHub is the latest release, and an artefact that of its version', () => {
    const { listed, artefact, allows } = feed('globus-tools/token-tray');
    const releases = 'https://github.com/globus-tools/token-tray/releases';
    expect(listed('latest.yml').href).toBe(`${releases}/latest/download/latest.yml`);
    expect(artefact('1.2.3', 'a b.exe').href).toBe(`${releases}/download/v1.2.3/a%20b.exe`);
    // GitHub sends downloads on to other hosts.
    expect(allows('https://release-assets.githubusercontent.com/x')).toBe(true);
    expect(allows('http://github.com/x')).toBe(false);
  });

  it('elsewhere is a folder, with or without its last slash', () => {
    for (const text of ['https://example.org/app', 'https://example.org/app/']) {
      const { listed, artefact } = feed(text);
      expect(listed('latest-mac.yml.sig').href).toBe('https://example.org/app/latest-mac.yml.sig');
      expect(artefact('1.2.3', '../x?y#z').href).toBe('https://example.org/app/..%2Fx%3Fy%23z');
    }
  });

  it('[C18] of a test is one port of a loopback literal, and nothing else over plain http', () => {
    const { allows } = feed('http://127.0.0.1:4000/');
    expect(allows('http://127.0.0.1:4000/latest.yml')).toBe(true);
    expect(allows('http://127.0.0.1:4001/latest.yml')).toBe(false);
    expect(allows('https://example.org/')).toBe(false);
  });

  it.each([
    '',
    'owner',
    'a/b/c',
    'http://example.org/',
    'http://localhost:1/',
    'http://127.0.0.2:1/',
    'https://user:word@example.org/',
    'https://example.org/?channel=beta',
    'file:///tmp/',
    '../x',
  ])('[C18] is not %j', (text) => {
    expect(parseFeed(text)).toBeNull();
  });
});

it.each([
  ['win32', 'x64', 'latest.yml'],
  ['win32', 'arm64', 'latest.yml'],
  ['darwin', 'arm64', 'latest-mac.yml'],
  ['linux', 'x64', 'latest-linux.yml'],
  ['linux', 'arm64', 'latest-linux-arm64.yml'],
] as const)('the list of %s on %s is %s', (platform, arch, name) => {
  expect(listName(platform, arch)).toBe(name);
});
