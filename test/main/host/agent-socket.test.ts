import { describe, expect, it } from 'vitest';
import { agentSocketPath } from '../../../main/host/agent-socket.ts';

describe('agentSocketPath', () => {
  it.each([
    [{ XDG_RUNTIME_DIR: '/run/user/7' }, 'linux', '/run/user/7/globus-token-demo/broker.sock'],
    [
      { XDG_RUNTIME_DIR: '/run/user/7', GLOBUS_TOKEN_SOCK: '/tmp/mine.sock' },
      'linux',
      '/run/user/7/globus-token-demo/broker.sock',
    ],
    [{}, 'linux', '/tmp/globus-token-demo-7/broker.sock'],
    [
      { XDG_RUNTIME_DIR: '/run/globus-token/7' },
      'linux',
      '/run/globus-token/7/globus-token-demo/broker.sock',
    ],
    [{ USERNAME: 'ada' }, 'win32', '\\\\.\\pipe\\globus-token-demo-ada'],
  ])('gives the demo a socket that no script of the real app knows: %j on %s', (env, platform, path) => {
    expect(agentSocketPath(env, 7, platform, true)).toBe(path);
  });

  it('is the broker’s own path for the real app, override included', () => {
    expect(agentSocketPath({ XDG_RUNTIME_DIR: '/run/user/7' }, 7, 'linux', false)).toBe(
      '/run/user/7/globus-token/broker.sock',
    );
    expect(agentSocketPath({ GLOBUS_TOKEN_SOCK: '/tmp/mine.sock' }, 7, 'linux', false)).toBe(
      '/tmp/mine.sock',
    );
  });
});
