import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Menu, MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import { describe, expect, it } from 'vitest';
import { NO_FACTS, type MenuAction, type TrayFacts } from '../../../main/desktop/tray-items.ts';
import type { TrayIcon } from '../../../main/desktop/tray-status.ts';
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
  const made: PaintedTray[] = [];
  const clock = new FakeClock(NOW);
  const log = new RecordingLog();
  const acted: MenuAction[] = [];
  const shown: { view: AppView; facts: TrayFacts; slept: number } = {
    view: first,
    facts: NO_FACTS,
    slept: 0,
  };
  const tray = new TrayFace({
    createTray: (image) => {
      if (options.fails === true) throw new Error('no tray');
      const one = made.length === 0 ? painted : new PaintedTray();
      made.push(one);
      one.image = image as unknown as string;
      return one as unknown as Tray;
    },
    loadImage: (path) => path as unknown as NativeImage,
    buildMenu: (template) => template as unknown as Menu,
    icons: 'icons',
    platform: options.platform ?? 'linux',
    clock,
    view: () => ({ ...shown.view, now: clock.now() + shown.slept }),
    facts: () => shown.facts,
    act: (action) => void acted.push(action),
    log,
  });
  return { tray, painted, made, clock, log, acted, shown };
}

const ready = (expiresAt: number) => view([scopeView({ expiresAt })]);

describe('TrayFace', () => {
  it('paints icon, tooltip and menu, and clicks become actions', () => {
    const { tray, painted, acted } = face(ready(NOW + HOUR));
    expect(tray.start()).toBe(true);
    expect(painted.image).toBe(join('icons', 'tray-ok-24.png'));
    expect(painted.tooltip).toContain('1 scope ready');
    painted.menu.find(({ label }) => label === 'Sign out…')?.click?.({} as never, undefined, {});
    painted.emit('click');
    expect(acted).toEqual([{ kind: 'ask-sign-out' }, { kind: 'toggle' }]);
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

  it('shows that a program asks, and leads to its question', () => {
    const { tray, painted, acted, shown } = face(ready(NOW + HOUR));
    tray.start();
    shown.facts = { ...NO_FACTS, questions: ['Let this script use run_status?'] };
    tray.redraw();
    expect(painted.image).toBe(join('icons', 'tray-asking-24.png'));
    expect(painted.tooltip).toContain('Let this script use run_status?');
    const entry = painted.menu.find(({ label }) => label === 'Let this script use run_status…');
    entry?.click?.({} as never, undefined, {});
    expect(acted).toEqual([{ kind: 'question' }]);
  });

  it('shows the keys of the search without taking them', () => {
    const { tray, painted, shown } = face(ready(NOW + HOUR));
    shown.facts = { ...NO_FACTS, searchKeys: 'CommandOrControl+Shift+G' };
    tray.start();
    expect(painted.menu.find(({ label }) => label === 'Search…')).toMatchObject({
      accelerator: 'CommandOrControl+Shift+G',
      registerAccelerator: false,
    });
  });

  it('is made anew, complete, for a host that came late', () => {
    const { tray, painted, made, clock } = face(ready(NOW + HOUR));
    tray.start();
    expect(tray.remake()).toBe(true);
    expect(painted.destroyed).toBe(true);
    expect(made).toHaveLength(2);
    expect(made[1]?.tooltip).toBe(painted.tooltip);
    expect(made[1]?.menu.map(({ label }) => label)).toEqual(painted.menu.map(({ label }) => label));
    expect(clock.pendingTimers).toBe(1);
  });

  it('[C54] tells the right time again after sleep, in which timers stood still', () => {
    const { tray, painted, shown } = face(ready(NOW + 5 * HOUR));
    tray.start();
    expect(painted.tooltip).toContain('5 h 0 min left');
    shown.slept = 3 * HOUR;
    expect(painted.tooltip).toContain('5 h 0 min left');
    tray.redraw();
    expect(painted.tooltip).toContain('2 h 0 min left');
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
    'asking',
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
