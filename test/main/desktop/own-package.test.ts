import { describe, expect, it } from 'vitest';
import { flatpakOf, ownPackage, type OwnPackage } from '../../../main/desktop/own-package.ts';

const INSTALLED: OwnPackage = { kind: 'installed' };
const IMAGE: OwnPackage = { kind: 'app-image', file: '/a/b' };
const BOXED: OwnPackage = { kind: 'boxed' };
const MOUNTED = '/tmp/.mount_App/globus-token-tray';

describe('the package that a program runs from', () => {
  it.each<[string, string, NodeJS.ProcessEnv, OwnPackage]>([
    ['the AppImage whose mount it is in', MOUNTED, { APPIMAGE: '/a/b', APPDIR: '/tmp/.mount_App' }, IMAGE],
    ['the same, with a slash', MOUNTED, { APPIMAGE: '/a/b', APPDIR: '/tmp/.mount_App/' }, IMAGE],
    ['a Flatpak', '/app/lib/tray/globus-token-tray', { FLATPAK_ID: 'org.x.Tray' }, BOXED],
    ['a snap', '/snap/tray/7/globus-token-tray', { SNAP: '/snap/tray/7' }, BOXED],
    ['a system’s package', '/opt/tray/globus-token-tray', {}, INSTALLED],
    ['a container’s, whose /app is no Flatpak’s', '/app/tray/globus-token-tray', {}, INSTALLED],
  ])('[C59] is %s', (_title, program, env, found) => {
    expect(ownPackage(env, program)).toEqual(found);
  });

  it.each<[string, string, NodeJS.ProcessEnv]>([
    ['an AppImage', MOUNTED, { APPIMAGE: '/a/ide', APPDIR: '/tmp/.mount_Ide' }],
    [
      'an AppImage with a mount that our path only begins like',
      MOUNTED,
      { APPIMAGE: '/a', APPDIR: '/tmp/.mount_Ap' },
    ],
    ['an AppImage that names no mount', MOUNTED, { APPIMAGE: '/a/b' }],
    ['an AppImage without an absolute path', MOUNTED, { APPIMAGE: 'b', APPDIR: '/tmp/.mount_App' }],
    ['an AppImage with a relative mount', MOUNTED, { APPIMAGE: '/a/b', APPDIR: '' }],
    ['a Flatpak', '/opt/tray/globus-token-tray', { FLATPAK_ID: 'com.example.Ide' }],
    ['a snap', '/opt/tray/globus-token-tray', { SNAP: '/snap/code/123' }],
    ['a snap without a folder', '/opt/tray/globus-token-tray', { SNAP: '' }],
  ])('[C59] is not the one of the terminal that started it: %s', (_title, program, env) => {
    expect(ownPackage(env, program)).toEqual(INSTALLED);
  });
});

describe('the Flatpak that a program runs in', () => {
  it('has the name that flatpak run takes', () => {
    const env = { FLATPAK_ID: 'org.x.Tray' };
    expect(flatpakOf(env, '/app/lib/org.x.Tray/globus-token-tray')).toBe('org.x.Tray');
  });

  it.each<[string, NodeJS.ProcessEnv, string]>([
    [
      'the one of the terminal that started it',
      { FLATPAK_ID: 'com.example.Ide' },
      '/opt/tray/globus-token-tray',
    ],
    ['a container’s /app', {}, '/app/tray/globus-token-tray'],
  ])('is not %s', (_title, env, program) => {
    expect(flatpakOf(env, program)).toBeNull();
  });
});
