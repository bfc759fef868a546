import { describe, expect, it } from 'vitest';
import { parseHeadlessOptions } from '../../../main/headless/options.ts';
import { dataFolder } from '../../../main/headless/paths.ts';
import { StartRefused } from '../../../main/host/start.ts';

const ID = '9c5b5e5e-2f0a-4d1c-9e7d-0d1e2f3a4b5c';

describe('parseHeadlessOptions', () => {
  it.each([
    [[], { kind: 'run', demo: null, dataFolder: null, lockAfterMs: null, oidcAgent: false }],
    [
      ['--data-folder', '/srv/agent'],
      { kind: 'run', demo: null, dataFolder: '/srv/agent', lockAfterMs: null, oidcAgent: false },
    ],
    [
      ['--demo=1,65535'],
      {
        kind: 'run',
        demo: { auth: 1, flows: 65_535, clientId: null },
        dataFolder: null,
        lockAfterMs: null,
        oidcAgent: false,
      },
    ],
    [
      ['--demo', `8,9,${ID}`],
      {
        kind: 'run',
        demo: { auth: 8, flows: 9, clientId: ID },
        dataFolder: null,
        lockAfterMs: null,
        oidcAgent: false,
      },
    ],
    [['--oidc-agent'], { kind: 'run', demo: null, dataFolder: null, lockAfterMs: null, oidcAgent: true }],
    [
      ['--lock-after', '90'],
      { kind: 'run', demo: null, dataFolder: null, lockAfterMs: 90_000, oidcAgent: false },
    ],
    [
      ['--lock-after=8h'],
      { kind: 'run', demo: null, dataFolder: null, lockAfterMs: 28_800_000, oidcAgent: false },
    ],
    [['-h'], { kind: 'help' }],
    [['--version'], { kind: 'version' }],
  ])('understands %j', (words, options) => {
    expect(parseHeadlessOptions(words)).toEqual(options);
  });

  it.each([
    [['--demo']],
    [['--demo=']],
    [['--demo=1']],
    [['--demo=1,2,3']],
    [['--demo=0,2']],
    [['--demo=1,65536']],
    [['--demo=evil.example,2']],
    [[`--demo=1,2,${ID},4`]],
    [['--data-folder=']],
    [['--lock-after=0']],
    [['--lock-after=soon']],
    [['--lock-after=-1h']],
    [['--auth-host=evil.example']],
    [['agent']],
  ])('[C18] refuses %j instead of speaking to production', (words) => {
    expect(() => parseHeadlessOptions(words)).toThrow(StartRefused);
  });
});

describe('dataFolder', () => {
  it.each([
    ['linux', {}, false, '/home/ada/.config/globus-token-tray'],
    ['linux', { XDG_CONFIG_HOME: '/etc/ada' }, false, '/etc/ada/globus-token-tray'],
    ['linux', { XDG_CONFIG_HOME: '' }, true, '/home/ada/.config/globus-token-tray-demo'],
    ['darwin', {}, false, '/home/ada/Library/Application Support/globus-token-tray'],
    ['win32', { APPDATA: 'C:\\Ada\\Roaming' }, true, 'C:\\Ada\\Roaming\\globus-token-tray-demo'],
  ] as const)('is the desktop app’s on %s with %j', (platform, env, demo, folder) => {
    expect(dataFolder(platform, env, '/home/ada', demo)).toBe(folder);
  });
});
