import { expect, it } from 'vitest';
import { brokerSocketPath } from '../../../main/broker/socket-path.ts';

const HOME = '/home/ada';

it('[C30] is in the runtime directory', () => {
  const env = { HOME, XDG_RUNTIME_DIR: '/run/user/1000/' };
  expect(brokerSocketPath(env, 1_000, 'linux')).toBe('/run/user/1000/globus-token/broker.sock');
});

it.each([{}, { XDG_RUNTIME_DIR: '' }, { XDG_RUNTIME_DIR: 'run' }, { XDG_RUNTIME_DIR: `${HOME}/.run` }])(
  'goes to /tmp when the runtime directory is unusable: %j',
  (env) => {
    expect(brokerSocketPath({ HOME, ...env }, 1_000, 'linux')).toBe('/tmp/globus-token-1000/broker.sock');
  },
);

it('takes the override, wherever it is but under the home folder', () => {
  const at = (path: string) => brokerSocketPath({ HOME, GLOBUS_TOKEN_SOCK: path }, 1_000, 'linux');
  expect(at('/srv/x/s')).toBe('/srv/x/s');
  expect(at('/home/adam/s')).toBe('/home/adam/s');
  for (const path of ['/home/ada/s', '/home/x/../ada/s', '/home//ada/./s']) {
    expect(() => at(path)).toThrow(expect.objectContaining({ trouble: 'path-under-home' }));
  }
  expect(() => at('s')).toThrow(expect.objectContaining({ trouble: 'path-relative' }));
});

it('does not take the root folder for a home', () => {
  expect(brokerSocketPath({ HOME: '/', GLOBUS_TOKEN_SOCK: '/run/x/s' }, 0, 'linux')).toBe('/run/x/s');
});

it('says so when the path is longer than a socket’s can be, counted in bytes', () => {
  const at = (path: string, platform = 'linux') => brokerSocketPath({ GLOBUS_TOKEN_SOCK: path }, 0, platform);
  const path = `/${'x'.repeat(103)}`;
  expect(at(path)).toBe(path);
  expect(() => at(path, 'darwin')).toThrow('at most 103');
  expect(() => at(`/${'x'.repeat(102)}é`)).toThrow('has 105 bytes');
});

it('is a pipe per user on Windows', () => {
  expect(brokerSocketPath({ USERNAME: 'Ada L\\x' }, null, 'win32')).toBe('\\\\.\\pipe\\globus-token-Ada_L_x');
});

it('may be another pipe of this machine on Windows, and nothing else', () => {
  const given = (name: string) => brokerSocketPath({ GLOBUS_TOKEN_SOCK: name }, null, 'win32');
  for (const name of [String.raw`\\.\pipe\mine`, String.raw`\\?\PIPE\mine`]) expect(given(name)).toBe(name);
  const others = [
    String.raw`\\host\pipe\mine`,
    String.raw`C:\mine.sock`,
    '/tmp/mine.sock',
    'mine',
    String.raw`\\.\pipe` + '\\',
  ];
  for (const name of others) expect(() => given(name)).toThrow(/must be a pipe of this machine/);
});
