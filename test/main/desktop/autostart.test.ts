import type { App, LoginItemSettings } from 'electron';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startedAtLogin } from '../../../main/desktop/autostart-login-item.ts';
import { setupAutostart, type AutostartParts } from '../../../main/desktop/autostart-setup.ts';

/** The list that the system keeps, and every call that reached it. */
class FakeItems {
  readonly calls: unknown[][] = [];
  found: Partial<LoginItemSettings> = {};
  deaf = false;
  isPackaged = true;
  getLoginItemSettings = (which?: unknown): LoginItemSettings => {
    this.calls.push(['get', which]);
    return {
      openAtLogin: false,
      wasOpenedAtLogin: false,
      status: 'not-registered',
      executableWillLaunchAtLogin: false,
      launchItems: [],
      ...this.found,
    };
  };
  setLoginItemSettings = (settings: { openAtLogin?: boolean }): void => {
    this.calls.push(['set', settings]);
    if (this.deaf) return;
    const on = settings.openAtLogin === true;
    this.found = { openAtLogin: on, executableWillLaunchAtLogin: on };
  };
}

function setup(change: Partial<AutostartParts> = {}) {
  const items = new FakeItems();
  const autostart = setupAutostart({
    app: items,
    platform: 'win32',
    env: {},
    program: 'C:\\Program Files\\Globus Token Tray\\Globus Token Tray.exe',
    demo: false,
    ...change,
  });
  return { items, autostart };
}

describe('Windows', () => {
  const which = {
    path: 'C:\\Program Files\\Globus Token Tray\\Globus Token Tray.exe',
    args: ['--hidden'],
  };

  it('is asked for the program with our switch, by these calls and no others', async () => {
    const { items, autostart } = setup();
    expect(await autostart.set(true)).toEqual({ ok: true, value: null });
    expect(items.calls).toEqual([
      ['set', { openAtLogin: true, ...which, enabled: true }],
      ['get', which],
    ]);
    expect(await autostart.view()).toEqual({ on: true, can: true, why: null });
    await autostart.set(false);
    expect(items.calls).toContainEqual(['set', { openAtLogin: false, ...which, enabled: true }]);
    expect(await autostart.view()).toEqual({ on: false, can: true, why: null });
  });

  it('counts as off when the task manager has switched it off, and says so', async () => {
    const { items, autostart } = setup();
    items.found = { openAtLogin: true, executableWillLaunchAtLogin: false };
    const view = await autostart.view();
    expect(view).toMatchObject({ on: false, can: true });
    expect(view.why).toContain('task manager');
  });
});

describe('macOS', () => {
  const mac = { platform: 'darwin', program: '/Applications/Globus Token Tray.app' } as const;

  it('is asked for the app, by these calls and no others', async () => {
    const { items, autostart } = setup(mac);
    await autostart.set(true);
    expect(items.calls).toEqual([
      ['set', { openAtLogin: true }],
      ['get', {}],
    ]);
    expect(await autostart.view()).toEqual({ on: true, can: true, why: null });
  });

  it('says where its permission is to be given', async () => {
    const { items, autostart } = setup(mac);
    items.deaf = true;
    items.found = { status: 'requires-approval' };
    expect(await autostart.set(true)).toEqual({ ok: true, value: null });
    expect((await autostart.view()).why).toContain('System Settings');
  });

  it.each([
    ['darwin', true, true],
    ['darwin', false, false],
    ['linux', true, false],
  ] as const)('a start on %s with wasOpenedAtLogin %s is hidden: %s', (platform, opened, hidden) => {
    const items = new FakeItems();
    items.found = { wasOpenedAtLogin: opened };
    expect(startedAtLogin(items, platform)).toBe(hidden);
  });
});

it('says when the system did not keep the choice', async () => {
  const { items, autostart } = setup();
  items.deaf = true;
  expect(await autostart.set(true)).toMatchObject({ ok: false, problem: { reason: 'autostart' } });
});

describe('where it cannot be switched, it says why and touches nothing', () => {
  const unpackaged = Object.assign(new FakeItems(), { isPackaged: false }) as unknown as App;
  it.each<[string, Partial<AutostartParts>, string]>([
    ['a development build', { app: unpackaged }, 'development build'],
    ['the demo', { demo: true }, 'demo'],
    [
      'a Flatpak',
      { platform: 'linux', env: { FLATPAK_ID: 'x' }, program: '/app/tray' },
      'flatpak run x --hidden',
    ],
    ['a Snap', { platform: 'linux', env: { SNAP: '/snap/x/1' }, program: '/snap/x/1/tray' }, 'package'],
  ])('%s', async (_what, change, why) => {
    const { items, autostart } = setup(change);
    const view = await autostart.view();
    expect(view).toMatchObject({ on: false, can: false });
    expect(view.why).toContain(why);
    expect(await autostart.set(true)).toMatchObject({ ok: false, problem: { detail: view.why } });
    expect(items.calls).toEqual([]);
  });
});

it.each([
  ['starts the AppImage on Linux, not what it has mounted', '/tmp/.mount_Globus', true],
  ['starts itself, not the AppImage of the terminal that it was started from', '/tmp/.mount_Ide', false],
])('%s', async (_title, mounted, own) => {
  const home = await mkdtemp(join(tmpdir(), 'autostart-'));
  try {
    const image = join(home, 'Globus Token Tray-1.2.3.AppImage');
    await writeFile(image, '', { mode: 0o755 });
    const program = own ? join(mounted, 'tray') : join(home, 'tray');
    await writeFile(join(home, 'tray'), '', { mode: 0o755 });
    const folders = { XDG_CONFIG_HOME: home, XDG_CONFIG_DIRS: join(home, 'none'), PATH: '' };
    const env = { APPIMAGE: image, APPDIR: mounted, ...folders };
    const { autostart } = setup({ platform: 'linux', env, program });
    expect(await autostart.set(true)).toEqual({ ok: true, value: null });
    const text = await readFile(join(home, 'autostart', 'globus-token-tray.desktop'), 'utf8');
    expect(text).toContain(own ? `Exec="${image}" --hidden\n` : `Exec=${program} --hidden\n`);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
