import { describe, expect, it } from 'vitest';
import { parseStartOptions, refusedSwitch } from '../../../main/desktop/start-options.ts';
import { StartRefused, cleanEnvironment } from '../../../main/host/start.ts';
import { CLIENT_ID } from '../../support/settings.ts';

describe('parseStartOptions', () => {
  it.each([
    [[], { demo: null, hidden: false, palette: false }],
    [['--hidden', '--no-sandbox'], { demo: null, hidden: true, palette: false }],
    [['--palette'], { demo: null, hidden: true, palette: true }],
    [
      ['--demo=4001,4002'],
      { demo: { auth: 4001, flows: 4002, clientId: null }, hidden: false, palette: false },
    ],
    [
      ['--demo=1,65535', `--demo-client=${CLIENT_ID}`],
      { demo: { auth: 1, flows: 65535, clientId: CLIENT_ID }, hidden: false, palette: false },
    ],
  ])('reads %j', (words, options) => {
    expect(parseStartOptions(['electron', '.', ...words])).toEqual(options);
  });

  it.each([
    ['--demo'],
    ['--demo='],
    ['--demo=4001'],
    ['--demo=4001,4002,4003'],
    ['--demo=0,4002'],
    ['--demo=4001,65536'],
    ['--demo=4001,evil.example:80'],
    ['--demo=4001, 4002'],
    ['--demo=4001,4e3'],
    [`--demo-client=${CLIENT_ID}`],
  ])('[C18] refuses %s instead of falling back to production', (word) => {
    expect(() => parseStartOptions(['electron', word])).toThrow(StartRefused);
  });

  it('[C18] refuses a demo client that is no client ID', () => {
    expect(() => parseStartOptions(['electron', '--demo=4001,4002', '--demo-client=x'])).toThrow(
      StartRefused,
    );
  });
});

describe('refusedSwitch', () => {
  it.each([
    '--ignore-certificate-errors',
    '--ignore-certificate-errors-spki-list=abc',
    '-ignore-certificate-errors',
    '/ignore-certificate-errors',
    '--Ignore-Certificate-Errors',
    '--ssl-key-log-file=keys',
    '--log-net-log=net.json',
    '--disable-web-security',
  ])('[C18] refuses %s in every build', (word) => {
    expect(refusedSwitch(['electron', '.', word], false)).toBe(word);
    expect(refusedSwitch(['electron', '.', word], true)).toBe(word);
  });

  it.each([
    '--remote-debugging-port=0',
    '--remote-debugging-pipe',
    '--inspect=0',
    '--inspect-brk',
    '--js-flags=--x',
  ])('[C18] refuses %s in a package alone', (word) => {
    expect(refusedSwitch(['tray', word], true)).toBe(word);
    expect(refusedSwitch(['electron', '.', word], false)).toBeNull();
  });

  it('lets the ordinary ones pass', () => {
    const words = [
      '--no-sandbox',
      '--hidden',
      '--demo=1,2',
      '--user-data-dir=x',
      '--proxy-server=p',
      '/some/folder',
    ];
    expect(refusedSwitch(['tray', ...words], true)).toBeNull();
  });
});

it('[C18] drops the variables that weaken TLS or write its keys down', () => {
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0', SSLKEYLOGFILE: 'keys', HOME: 'home' };
  cleanEnvironment(env);
  expect(env).toEqual({ HOME: 'home' });
});
