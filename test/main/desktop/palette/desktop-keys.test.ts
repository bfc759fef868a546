import { afterEach, describe, expect, it } from 'vitest';
import { DesktopKeys, type DesktopKeysState } from '../../../../main/desktop/palette/desktop-keys.ts';
import { DESKTOP_FILE } from '../../../../main/host/app-id.ts';
import { systemClock } from '../../../../main/host/clock.ts';
import { RecordingLog } from '../../../support/agent-parts.ts';
import { PortalDesktop } from '../../../support/portal-desktop.ts';
import { PrivateBus } from '../../../support/private-bus.ts';

const WISH = 'CTRL+SHIFT+g';
const PATIENT = new AbortController().signal;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function desktopOf(manner: 'kde' | 'gnome'): Promise<PortalDesktop> {
  const desktop = await PortalDesktop.open(manner);
  cleanUps.push(() => desktop.close());
  return desktop;
}

/** The app's side of it, and how its state can be waited for. */
function keysOn(bus: string | null, wanted: string | null | undefined = undefined) {
  const waiting = new Set<() => void>();
  let presses = 0;
  const told = (): void => {
    for (const look of waiting) look();
  };
  const keys = new DesktopKeys({
    bus,
    clock: systemClock,
    desktopFile: DESKTOP_FILE,
    pressed: () => {
      presses += 1;
      told();
    },
    changed: told,
    log: new RecordingLog(),
  });
  cleanUps.push(() => {
    keys.stop();
  });
  keys.start(() => wanted);
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return {
    keys,
    pressed: (times: number) => until(() => presses === times),
    state: (kind: DesktopKeysState['kind'], words?: string) =>
      until(() => {
        const { state } = keys;
        return (
          state.kind === kind && (words === undefined || (state.kind === 'given' && state.keys === words))
        );
      }),
  };
}

describe('keys of a desktop that gives them at once, as KDE', () => {
  it('are asked for once, open the palette, and follow the desktop’s settings', async () => {
    const desktop = await desktopOf('kde');
    const { keys, state, pressed } = keysOn(desktop.socket);
    await state('free');
    expect(desktop.windows).toBe(0);
    expect(await keys.request(WISH, PATIENT)).toBe(true);
    expect(keys.state).toEqual({ kind: 'given', keys: 'Ctrl+Shift+G' });
    expect(desktop.asked).toEqual([
      { id: 'palette', description: 'Search Globus Token Tray', trigger: WISH },
    ]);
    desktop.press();
    await pressed(1);
    desktop.change('Meta+J');
    await state('given', 'Meta+J');
  });

  it('are there again after a start, without its settings opening', async () => {
    const desktop = await desktopOf('kde');
    desktop.given = 'Ctrl+Alt+K';
    const { state, pressed } = keysOn(desktop.socket, WISH);
    await state('given', 'Ctrl+Alt+K');
    expect(desktop.windows).toBe(0);
    desktop.press();
    await pressed(1);
  });
});

describe('keys of a desktop that asks a person, as GNOME', () => {
  it('are given when the person says yes, whatever code comes with them', async () => {
    const desktop = await desktopOf('gnome');
    const { keys, state, pressed } = keysOn(desktop.socket);
    await state('free');
    const asked = keys.request(WISH, PATIENT);
    await desktop.question();
    expect(keys.state.kind).toBe('free');
    desktop.answer('Press <Control><Alt>g');
    expect(await asked).toBe(true);
    expect(keys.state).toEqual({ kind: 'given', keys: 'Ctrl+Alt+G' });
    desktop.press();
    await pressed(1);
  });

  it('are not given when the person says no, and can be asked for again', async () => {
    const desktop = await desktopOf('gnome');
    const { keys, state } = keysOn(desktop.socket);
    await state('free');
    const refused = keys.request(WISH, PATIENT);
    await desktop.question();
    desktop.answer(null);
    expect(await refused).toBe(false);
    expect(keys.state.kind).toBe('free');
    const asked = keys.request(null, PATIENT);
    await desktop.question();
    desktop.answer('Press <Super>g');
    expect(await asked).toBe(true);
    expect(desktop.asked.at(-1)?.trigger).toBeNull();
  });

  it('are waited for no longer than the user likes; a late yes then gives none', async () => {
    const desktop = await desktopOf('gnome');
    const { keys, state } = keysOn(desktop.socket);
    await state('free');
    const patience = new AbortController();
    const asked = keys.request(WISH, patience.signal);
    await desktop.question();
    const ended = desktop.ended();
    patience.abort();
    expect(await asked).toBe(false);
    await ended;
    expect(keys.state.kind).toBe('free');
  });

  it('are given again after a start without a question', async () => {
    const desktop = await desktopOf('gnome');
    desktop.given = 'Press <Control><Alt>g';
    const { state } = keysOn(desktop.socket, WISH);
    await state('given', 'Ctrl+Alt+G');
    expect(desktop.windows).toBe(0);
  });
});

describe('the desktop’s keys', () => {
  it('are asked for by nobody at a start that did not have any', async () => {
    const desktop = await desktopOf('gnome');
    desktop.given = 'Press <Control><Alt>g';
    const { keys, state } = keysOn(desktop.socket);
    await state('free');
    // What the start would have asked for stands before the second of these.
    await keys.request(WISH, PATIENT);
    keys.letGo();
    await keys.request(WISH, PATIENT);
    expect(desktop.asked).toHaveLength(2);
  });

  it('go back to the desktop, which closes their session', async () => {
    const desktop = await desktopOf('kde');
    const { keys, state } = keysOn(desktop.socket);
    await state('free');
    await keys.request(WISH, PATIENT);
    const ended = desktop.ended();
    keys.letGo();
    expect(keys.state.kind).toBe('free');
    expect(await ended).toContain('/session/');
  });

  it('come back with a portal that was started anew', async () => {
    const desktop = await desktopOf('kde');
    desktop.given = 'Ctrl+Alt+K';
    const { state, pressed } = keysOn(desktop.socket, WISH);
    await state('given');
    await desktop.stopPortal();
    await state('none');
    await desktop.startPortal();
    await state('given', 'Ctrl+Alt+K');
    desktop.press();
    await pressed(1);
  });

  it('cannot be had from a desktop whose portal does not give any, or that has no portal or bus', async () => {
    const bus = await PrivateBus.open();
    cleanUps.push(() => bus.close());
    const { keys } = keysOn(bus.socket);
    expect(await keys.request(WISH, PATIENT)).toBe(false);
    expect(keys.state).toEqual({ kind: 'none' });
    // The portal of a desktop without the part that gives keys.
    await bus.service('org.freedesktop.portal.Desktop', () => null);
    expect(await keys.request(WISH, PATIENT)).toBe(false);
    expect(keysOn(null).keys.state).toEqual({ kind: 'none' });
  });
});
