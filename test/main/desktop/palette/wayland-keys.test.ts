import { describe, expect, it } from 'vitest';
import type { DesktopKeysState } from '../../../../main/desktop/palette/desktop-keys.ts';
import { WaylandPaletteKeys } from '../../../../main/desktop/palette/wayland-keys.ts';
import { DEFAULT_PALETTE_KEYS, defaultSettings } from '../../../../main/settings/defaults.ts';
import { MemorySettingsStore, SettingsWriteError } from '../../../../main/settings/store.ts';

const PATIENT = new AbortController().signal;

/** A desktop that says yes or no; the real one is in desktop-keys.test.ts. */
class Desktop {
  state: DesktopKeysState = { kind: 'free' };
  willing = true;
  readonly asked: (string | null)[] = [];
  atStart: string | null | undefined;
  start = (wanted: () => string | null | undefined): void => {
    this.atStart = wanted();
  };
  request = (trigger: string | null): Promise<boolean> => {
    this.asked.push(trigger);
    if (this.willing) this.state = { kind: 'given', keys: 'Ctrl+Alt+G' };
    return Promise.resolve(this.willing);
  };
  letGo = (): void => {
    this.state = { kind: 'free' };
  };
  stop = (): void => undefined;
}

function setup({
  keys = DEFAULT_PALETTE_KEYS,
  asked = false,
}: { keys?: string | null; asked?: boolean } = {}) {
  const desktop = new Desktop();
  const settings = new MemorySettingsStore({ ...defaultSettings(), paletteKeys: keys, paletteAsked: asked });
  return { desktop, settings, keys: new WaylandPaletteKeys({ desktop, settings, flatpak: null }) };
}

describe('the palette’s keys under Wayland', () => {
  it('are the desktop’s to give: the usual ones are wished for, and shown in its words', async () => {
    const { keys, desktop, settings } = setup();
    keys.start();
    expect(keys.view()).toEqual({
      keys: DEFAULT_PALETTE_KEYS,
      state: 'ask',
      command: 'globus-token-tray --palette',
    });
    expect(await keys.ask(PATIENT)).toEqual({ ok: true, value: null });
    expect(desktop.asked).toEqual(['CTRL+SHIFT+g']);
    expect(keys.view()).toMatchObject({ keys: 'Ctrl+Alt+G', state: 'given' });
    expect(settings.get().paletteAsked).toBe(true);
  });

  it('are not asked for at a start until the user has had the desktop asked', () => {
    const first = setup();
    first.keys.start();
    expect(first.desktop.atStart).toBeUndefined();
    const later = setup({ asked: true });
    later.keys.start();
    expect(later.desktop.atStart).toBe('CTRL+SHIFT+g');
    const chosenThere = setup({ asked: true, keys: null });
    chosenThere.keys.start();
    expect(chosenThere.desktop.atStart).toBeNull();
  });

  it('that the desktop does not give are told, and not asked for at the next start', async () => {
    const { keys, desktop, settings } = setup();
    desktop.willing = false;
    expect(await keys.ask(PATIENT)).toMatchObject({ ok: false, problem: { reason: 'no-keys-given' } });
    expect(settings.get().paletteAsked).toBe(false);
  });

  it('go back when they are switched off', async () => {
    const { keys, settings } = setup();
    await keys.ask(PATIENT);
    expect(keys.set(null)).toEqual({ ok: true, value: null });
    expect(keys.view()).toMatchObject({ keys: DEFAULT_PALETTE_KEYS, state: 'ask' });
    expect(settings.get().paletteAsked).toBe(false);
  });

  it('are a command to bind where the desktop gives none', () => {
    const { keys, desktop } = setup();
    desktop.state = { kind: 'none' };
    expect(keys.view()).toMatchObject({ state: 'unavailable', command: 'globus-token-tray --palette' });
  });

  it('are given back when the settings cannot keep them, and kept when they cannot forget them', async () => {
    const { keys, desktop, settings } = setup();
    const write = settings.update.bind(settings);
    const full = (): never => {
      throw new SettingsWriteError('failed', 'the disk is full');
    };
    settings.update = full;
    expect(await keys.ask(PATIENT)).toMatchObject({ ok: false });
    expect(desktop.state.kind).toBe('free');
    settings.update = write;
    await keys.ask(PATIENT);
    settings.update = full;
    expect(keys.set(null)).toMatchObject({ ok: false });
    expect(keys.view().state).toBe('given');
  });
});
