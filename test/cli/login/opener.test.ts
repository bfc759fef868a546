import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInBrowser } from '../../../cli/login/opener.ts';
import { until } from '../../support/processes.ts';

const LINK = 'https://auth.globus.org/v2/oauth2/authorize?client_id=x&scope=a%20b&state=$(id)';
const OPENERS = ['xdg-open', 'open', 'System32/rundll32.exe'];

let folder: string;
/** Programs that write down how they were called, each in the place of a system's own. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opener-'));
  await mkdir(join(folder, 'System32'));
  for (const name of OPENERS) {
    const script = `#!/bin/sh\nprintf '%s\\n' '${name}' "$@" >'${folder}/new' && mv '${folder}/new' '${folder}/called'\n`;
    await writeFile(join(folder, name), script, { mode: 0o755 });
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (link: string, platform: NodeJS.Platform) =>
  openInBrowser(link, platform, { PATH: `${folder}:/usr/bin:/bin`, SystemRoot: folder });

it.each<[NodeJS.Platform, string[]]>([
  ['linux', ['xdg-open']],
  ['darwin', ['open']],
  // By its path, so that none is taken out of the current folder.
  ['win32', ['System32/rundll32.exe', 'url.dll,FileProtocolHandler']],
])('[C1] on %s asks the system by %j, and gives it the address as one argument', async (platform, words) => {
  expect(await open(LINK, platform)).toBe(true);
  const called = await until('a call', () => readFile(`${folder}/called`, 'utf8').catch(() => undefined));
  expect(called).toBe(`${[...words, LINK].join('\n')}\n`);
});

it.each(['file:///etc/passwd', 'http://example.org/', 'javascript:alert(1)', '-a', ''])(
  'asks no system to open %j',
  async (link) => {
    for (const platform of ['linux', 'darwin', 'win32'] as const)
      expect(await open(link, platform)).toBe(false);
    await expect(readFile(`${folder}/called`)).rejects.toThrow('ENOENT');
  },
);

it('says when there is nothing that opens it', async () => {
  await rm(join(folder, 'open'));
  expect(await openInBrowser(LINK, 'darwin', { PATH: folder })).toBe(false);
});
