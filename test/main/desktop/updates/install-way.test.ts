import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installWay, type Installed } from '../../../../main/desktop/updates/install-way.ts';

let folder: string;
let image: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'way-'));
  image = join(folder, 'App.AppImage');
  writeFileSync(image, 'x');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAM = '/tmp/.mount_App/globus-token-tray';

function way(change: Partial<Installed>) {
  return installWay({
    platform: 'linux',
    packaged: true,
    demo: false,
    env: {},
    program: PROGRAM,
    ...change,
  });
}
const mounted = (file: string) => ({ APPIMAGE: file, APPDIR: '/tmp/.mount_App' });

describe('who installs a new version', () => {
  it.each(['darwin', 'win32'] as const)('is the app itself on %s', (platform) => {
    expect(way({ platform })).toEqual({ kind: 'self' });
  });

  it('is the app itself where it is an AppImage in a folder that it may write to', () => {
    expect(way({ env: mounted(image) })).toEqual({ kind: 'self' });
  });

  it('is the user where the AppImage is not there, or is a folder', () => {
    expect(way({ env: mounted(join(folder, 'gone')) })).toMatchObject({ kind: 'told' });
    mkdirSync(join(folder, 'closed'));
    expect(way({ env: mounted(join(folder, 'closed')) })).toMatchObject({ kind: 'told' });
  });

  it('is the package manager where the app came as a system’s package: no password is asked for', () => {
    expect(way({})).toMatchObject({
      kind: 'told',
      how: expect.stringContaining('package manager') as string,
    });
  });

  it('is the package manager for a program that was started from another AppImage', () => {
    const env = { APPIMAGE: image, APPDIR: '/tmp/.mount_Ide' };
    expect(way({ env })).toMatchObject({ kind: 'told' });
  });

  it.each<[string, Partial<Installed>]>([
    ['the demo', { demo: true, platform: 'darwin' }],
    ['a development build', { packaged: false }],
    ['a development build on Windows', { packaged: false, platform: 'win32' }],
    ['a Flatpak', { env: { FLATPAK_ID: 'x' }, program: '/app/tray' }],
    ['a snap', { env: { SNAP: '/snap/x' }, program: '/snap/x/tray' }],
  ])('is nobody for %s, and nobody is asked', (_title, change) => {
    expect(way(change)).toMatchObject({ kind: 'none' });
  });
});
