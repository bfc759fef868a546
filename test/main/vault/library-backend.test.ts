import { describe, expect, test } from 'vitest';
import { libraryKeepsFiles } from '../../../main/vault/library-backend.ts';

describe('where the keychain library keeps passwords', () => {
  test.each<[string, Record<string, string>, boolean, boolean]>([
    ['a Flatpak', {}, true, true],
    ['a snap', { SNAP_NAME: 'tray' }, false, true],
    ['a program started in a terminal inside a snap', { SNAP_NAME: 'code', TERM: 'xterm' }, false, true],
    ['SECRET_BACKEND=file', { SECRET_BACKEND: 'file' }, false, true],
    ['SECRET_BACKEND=service', { SECRET_BACKEND: 'service' }, false, false],
    ['an empty SECRET_BACKEND', { SECRET_BACKEND: '' }, false, false],
    ['anything else', { FLATPAK_ID: 'org.x.Ide', SNAP: '/snap/code/1' }, false, false],
  ])('may be a file of its own: %s', (_where, env, isFlatpak, expected) => {
    expect(libraryKeepsFiles(env, isFlatpak)).toBe(expected);
  });
});
