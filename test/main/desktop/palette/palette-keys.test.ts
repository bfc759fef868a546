import { describe, expect, it } from 'vitest';
import {
  GlobalPaletteKeys,
  givenByDesktop,
  paletteCommand,
} from '../../../../main/desktop/palette/palette-keys.ts';
import { DEFAULT_PALETTE_KEYS, defaultSettings } from '../../../../main/settings/defaults.ts';
import { MemorySettingsStore, SettingsWriteError } from '../../../../main/settings/store.ts';
import { RecordingLog } from '../../../support/agent-parts.ts';

/** Electron's: false for keys that somebody has, a throw for what is no accelerator. */
class FakeShortcuts {
  readonly held = new Map<string, () => void>();
  readonly others = new Set<string>();
  register = (keys: string, pressed: () => void): boolean => {
    if (keys.includes('Nonsense')) throw new TypeError('conversion failure');
    if (this.others.has(keys)) return false;
    this.held.set(keys, pressed);
    return true;
  };
  unregister = (keys: string): void => void this.held.delete(keys);
}

function setup({ keys = DEFAULT_PALETTE_KEYS }: { keys?: string | null } = {}) {
  const shortcuts = new FakeShortcuts();
  const settings = new MemorySettingsStore({ ...defaultSettings(), paletteKeys: keys });
  const told: string[] = [];
  const paletteKeys = new GlobalPaletteKeys({
    shortcuts,
    settings,
    flatpak: null,
    pressed: () => void told.push('pressed'),
    changed: () => void told.push('changed'),
    log: new RecordingLog(),
  });
  return { shortcuts, settings, told, paletteKeys };
}

describe('the keys of the palette', () => {
  it('are taken at the start and let go at the end', () => {
    const { paletteKeys, shortcuts, told } = setup();
    paletteKeys.start();
    expect(paletteKeys.view()).toMatchObject({ keys: DEFAULT_PALETTE_KEYS, state: 'on' });
    shortcuts.held.get(DEFAULT_PALETTE_KEYS)?.();
    expect(told).toContain('pressed');
    paletteKeys.stop();
    expect(shortcuts.held.size).toBe(0);
  });

  it('are kept and called taken when another program has them; a second try gets them', () => {
    const { paletteKeys, shortcuts, settings } = setup();
    shortcuts.others.add('Alt+Space');
    paletteKeys.start();
    expect(paletteKeys.set('Alt+Space')).toEqual({ ok: true, value: null });
    expect(paletteKeys.view()).toMatchObject({ keys: 'Alt+Space', state: 'taken' });
    expect(settings.get().paletteKeys).toBe('Alt+Space');
    expect([...shortcuts.held.keys()]).toEqual([]);
    shortcuts.others.clear();
    paletteKeys.set('Alt+Space');
    expect(paletteKeys.view().state).toBe('on');
    paletteKeys.stop();
    expect(shortcuts.held.size).toBe(0);
  });

  it('can be switched off', () => {
    const { paletteKeys, shortcuts } = setup();
    paletteKeys.start();
    paletteKeys.set(null);
    expect(paletteKeys.view()).toMatchObject({ keys: null, state: 'off' });
    expect(shortcuts.held.size).toBe(0);
  });

  it('stay as they were when Electron cannot read the new ones', () => {
    const { paletteKeys, shortcuts, settings } = setup();
    paletteKeys.start();
    expect(paletteKeys.set('Alt+Nonsense')).toMatchObject({ ok: false, problem: { reason: 'no-such-keys' } });
    expect(settings.get().paletteKeys).toBe(DEFAULT_PALETTE_KEYS);
    expect([...shortcuts.held.keys()]).toEqual([DEFAULT_PALETTE_KEYS]);
    expect(paletteKeys.view().state).toBe('on');
  });

  it('stay as they were when the settings cannot be written, and the problem says so', () => {
    const { paletteKeys, shortcuts, settings } = setup();
    paletteKeys.start();
    settings.update = () => {
      throw new SettingsWriteError('failed', 'the disk is full');
    };
    expect(paletteKeys.set('Alt+Space')).toMatchObject({ ok: false });
    expect([...shortcuts.held.keys()]).toEqual([DEFAULT_PALETTE_KEYS]);
  });

  it('are taken when they are asked for: here nobody else has to give them', async () => {
    const { paletteKeys, shortcuts } = setup();
    expect(await paletteKeys.ask()).toEqual({ ok: true, value: null });
    expect([...shortcuts.held.keys()]).toEqual([DEFAULT_PALETTE_KEYS]);
  });
});

it('the command for the palette works outside of a Flatpak, too', () => {
  expect(paletteCommand(null)).toBe('globus-token-tray --palette');
  expect(paletteCommand('org.x.Tray')).toBe('flatpak run org.x.Tray --palette');
});

it.each([
  ['linux', { XDG_SESSION_TYPE: 'wayland', DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['linux', { XDG_SESSION_TYPE: 'tty', DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-1' }, true],
  ['linux', { XDG_SESSION_TYPE: 'x11', DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-1' }, false],
  ['linux', { XDG_SESSION_TYPE: 'x11', DISPLAY: ':0' }, false],
  ['linux', { DISPLAY: ':0', WAYLAND_DISPLAY: '' }, false],
  ['linux', {}, false],
  ['darwin', {}, false],
  ['win32', { XDG_SESSION_TYPE: 'wayland' }, false],
] as const)('on %s with %j the desktop alone gives keys: %s', (platform, env, given) => {
  expect(givenByDesktop(platform, env)).toBe(given);
});
