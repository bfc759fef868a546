import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Menu, MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import { describe, expect, it } from 'vitest';
import type { TrayAction, TrayIcon } from '../../../main/desktop/tray-menu.ts';
import { TrayFace, iconFile } from '../../../main/desktop/tray.ts';
import type { AppView } from '../../../preload/contract.ts';
import { FakeClock, RecordingLog } from '../../support/agent-parts.ts';
import { HOUR, NOW, scopeView, view } from '../../support/desktop.ts';

class PaintedTray extends EventEmitter {
  image = '';
  tooltip = '';
  menu: MenuItemConstructorOptions[] = [];
  menusSet = 0;
  destroyed = false;
  setImage(image: string): void {
    this.image = image;
  }
  setToolTip(text: string): void {
    this.tooltip = text;
  }
  setContextMenu(menu: MenuItemConstructorOptions[]): void {
    this.menu = menu;
    this.menusSet += 1;
  }
  destroy(): void {
    this.destroyed = true;
  }
}

function face(first: AppView, options: { platform?: NodeJS.Platform; fails?: boolean } = {}) {
  const painted = new PaintedTray();
  const clock = new FakeClock(NOW);
  const log = new RecordingLog();
  const acted: TrayAction[] = [];
  const shown = { view: first };
  const tray = new TrayFace({
    createTray: (image) => {
      if (options.fails === true) throw new Error('no tray');
      painted.image = image as unknown as string;
      return painted as unknown as Tray;
    },
    loadImage: (path) => path as unknown as NativeImage,
    buildMenu: (template) => template as unknown as Menu,
    icons: 'icons',
    platform: options.platform ?? 'linux',
    clock,
    view: () => ({ ...shown.view, now: clock.now() }),
    act: (action) => void acted.push(action),
    log,
  });
  return { tray, painted, clock, log, acted, shown };
}

const ready = (expiresAt: number) => view([scopeView({ expiresAt })]);

describe('TrayFace', () => {
  it('paints icon, tooltip and menu, and clicks become actions', () => {
    const { tray, painted, acted } = face(ready(NOW + HOUR));
    expect(tray.start()).toBe(true);
    expect(painted.image).toBe(join('icons', 'tray-ok-24.png'));
    expect(painted.tooltip).toContain('1 scope ready');
    painted.menu.find(({ label }) => label === 'Sign out')?.click?.({} as never, undefined, {});
    painted.emit('click');
    expect(acted).toEqual([{ kind: 'sign-out' }, { kind: 'open' }]);
  });

  it('says so where no tray can be made, and stays quiet afterwards', () => {
    const { tray, log, clock } = face(ready(NOW + HOUR), { fails: true });
    expect(tray.start()).toBe(false);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
    tray.redraw();
    tray.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('redraws a changed state and leaves an unchanged one alone', () => {
    const { tray, painted, shown } = face(ready(NOW + HOUR));
    tray.start();
    const before = painted.menusSet;
    tray.redraw();
    expect(painted.menusSet).toBe(before);
    shown.view = view([scopeView({ state: 'needs-consent' })]);
    tray.redraw();
    expect(painted.image).toContain('attention');
    expect(painted.menusSet).toBe(before + 1);
  });

  it('redraws when the shown minute changes, and only then', () => {
    const { tray, painted, clock } = face(ready(NOW + 2 * HOUR));
    tray.start();
    const before = painted.menusSet;
    clock.advance(59_999);
    expect(painted.menusSet).toBe(before);
    clock.advance(1);
    expect(painted.tooltip).toContain('1 h 59 min left');
    expect(painted.menusSet).toBe(before + 1);
  });

  it('redraws at most once a minute, however many tokens end at other seconds', () => {
    const scopes = [0, 7_000, 19_000, 31_000, 44_000].map((more) =>
      scopeView({ expiresAt: NOW + HOUR + more }),
    );
    const { tray, painted, clock } = face(view(scopes));
    tray.start();
    const before = painted.menusSet;
    clock.advance(20 * 60_000);
    expect(painted.menusSet - before).toBeLessThanOrEqual(20);
    expect(painted.menusSet - before).toBeGreaterThanOrEqual(18);
  });

  it('sleeps for hours when only hours are shown', () => {
    const { tray, painted, clock } = face(ready(NOW + 48 * HOUR));
    tray.start();
    const before = painted.menusSet;
    clock.advance(10 * HOUR);
    expect(painted.menusSet - before).toBeLessThanOrEqual(11);
  });

  it('[C57] has one timer at a time and none when stopped', () => {
    const { tray, painted, clock } = face(ready(NOW + HOUR));
    tray.start();
    for (let i = 0; i < 10; i += 1) tray.redraw();
    expect(clock.pendingTimers).toBe(1);
    tray.stop();
    expect(clock.pendingTimers).toBe(0);
    expect(painted.destroyed).toBe(true);
  });

  it('shows an ampersand as itself', () => {
    const { tray, painted } = face(
      view([scopeView()], { account: { username: 'a&b', displayName: '', initials: 'A' } }),
    );
    tray.start();
    expect(painted.menu[0]?.label).toBe('a&&b');
  });

  it('on macOS leaves the click to the menu', () => {
    const { tray, painted } = face(ready(NOW + HOUR), { platform: 'darwin' });
    tray.start();
    expect(painted.listenerCount('click')).toBe(0);
  });
});

describe('the generated icons', () => {
  const folder = join(import.meta.dirname, '..', '..', '..', 'assets', 'generated');
  const icons = [
    'ok',
    'expiring',
    'attention',
    'locked',
    'offline',
    'signed-out',
  ] as const satisfies TrayIcon[];

  it.each(['linux', 'win32', 'darwin'] as const)('exist for %s, each with its @2x', (platform) => {
    for (const icon of icons) {
      const file = join(folder, iconFile(icon, platform));
      expect(existsSync(file), file).toBe(true);
      expect(existsSync(file.replace('.png', '@2x.png'))).toBe(true);
    }
  });

  it('have a shape of their own per state: the colourless ones differ too', () => {
    const shapes = icons.map((icon) =>
      readFileSync(join(folder, iconFile(icon, 'darwin'))).toString('base64'),
    );
    expect(new Set(shapes).size).toBe(icons.length);
  });
});
