import { expect, it } from 'vitest';
import { sandboxArguments } from '../../scripts/process-sandbox.mjs';

const user = {
  root: false,
  helper: () => Promise.resolve({ uid: 1000, mode: 0o100755 }),
  restricted: () => Promise.resolve(''),
  namespaces: () => Promise.resolve(true),
};
const OFF = ['--no-sandbox'];

it.each([
  ['has namespaces', {}, []],
  ['is root', { root: true }, OFF],
  ['gets no namespaces', { namespaces: () => Promise.resolve(false) }, OFF],
  // There unshare itself may have a profile and get one, and Electron has none.
  [
    'gets them for programs with a profile only, as on Ubuntu',
    { restricted: () => Promise.resolve('1\n') },
    OFF,
  ],
  ['is restricted no more', { restricted: () => Promise.resolve('0\n') }, []],
  [
    'gets none, and has a helper that works',
    {
      helper: () => Promise.resolve({ uid: 0, mode: 0o104755 }),
      restricted: () => Promise.resolve('1\n'),
      namespaces: () => Promise.resolve(false),
    },
    [],
  ],
  [
    'gets none, and has a helper that is not root’s',
    {
      helper: () => Promise.resolve({ uid: 1000, mode: 0o104755 }),
      namespaces: () => Promise.resolve(false),
    },
    OFF,
  ],
])('starts Electron as it can start for somebody who %s', async (_name, rights, expected) => {
  await expect(sandboxArguments('/somewhere', { ...user, ...rights })).resolves.toEqual(expected);
});
