import { expect, it } from 'vitest';
import { oidcSocketPath } from '../../../../main/broker/oidc/path.ts';

it.each([
  ['/run/user/1000/globus-token/broker.sock', '/run/user/1000/globus-token/oidc.sock'],
  ['/srv/agents/mine', '/srv/agents/oidc.sock'],
  ['/srv/agents/oidc.sock', null],
  ['\\\\.\\pipe\\globus-token-ada', null],
])('a broker at %s has its oidc-agent socket at %s', (broker, oidc) => {
  expect(oidcSocketPath(broker)).toBe(oidc);
});
