import { describe, expect, it } from 'vitest';
import { GlobalPaletteKeys, keysUnavailable } from '../../../../main/desktop/palette/palette-keys.ts';
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

function setup({
  keys = DEFAULT_PALETTE_KEYS,
  unavailable = false,
  flatpak = null,
}: { keys?: string | null; unavailable?: boolean; flatpak?: string | null } = {}) {
  const shortcuts = new FakeShortcuts();
  const settings = new MemorySettingsStore({ ...defaultSettings(), paletteKeys: keys });
  const told: string[] = [];
  const paletteKeys = new GlobalPaletteKeys({
    shortcuts,
    settings,
    unavailable,
    flatpak,
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

  it('are not taken where no program can have keys, but remembered', () => {
    const { paletteKeys, shortcuts, settings } = setup({ unavailable: true });
    paletteKeys.start();
    expect(paletteKeys.view()).toMatchObject({
      state: 'unavailable',
      command: 'globus-token-tray --palette',
    });
    paletteKeys.set('Alt+Space');
    expect(shortcuts.held.size).toBe(0);
    expect(settings.get().paletteKeys).toBe('Alt+Space');
  });

  it('name the command that works outside of a Flatpak, too', () => {
    const { paletteKeys } = setup({ unavailable: true, flatpak: 'org.x.Tray' });
    expect(paletteKeys.view().command).toBe('flatpak run org.x.Tray --palette');
  });
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
] as const)('on %s with %j no program can have keys: %s', (platform, env, unavailable) => {
  expect(keysUnavailable(platform, env)).toBe(unavailable);
});
