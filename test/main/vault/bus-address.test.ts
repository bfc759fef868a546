import { expect, test } from 'vitest';
import { sessionBusSocket } from '../../../main/vault/bus-address.ts';

test.each([
  ['unix:path=/run/user/1/bus', { path: '/run/user/1/bus' }],
  ['unix:guid=0123,path=/a/b', { path: '/a/b' }],
  ['unix:path=/with%20space%3a', { path: '/with space:' }],
  ['unix:abstract=/tmp/dbus-x', { path: '\0/tmp/dbus-x' }],
  ['unix:runtime=yes', { path: '/run/me/bus' }],
  ['tcp:host=1.2.3.4,port=5;unix:path=/second', { path: '/second' }],
  ['', { path: '/run/me/bus' }],
  [undefined, { path: '/run/me/bus' }],
  ['tcp:host=1.2.3.4,port=5', null],
  ['unixexec:path=/bin/sh,argv1=-c', null],
  ['autolaunch:', null],
  ['unix:path=', null],
  ['unix:path=%zz', null],
  ['nonsense', null],
])('%j is the socket %j', (address, socket) => {
  const env = { XDG_RUNTIME_DIR: '/run/me', DBUS_SESSION_BUS_ADDRESS: address };
  expect(sessionBusSocket(env)).toEqual(socket);
});

test('without any variable there is no bus', () => {
  expect(sessionBusSocket({})).toBeNull();
});
