import { join } from 'node:path';
import { type DesktopSession } from '../../support/desktop-session.ts';
import { spawnApp } from '../../support/electron-app.ts';
import type { TrayHost, TrayItem } from '../../support/tray-host.ts';
import type { X11 } from '../../support/x11.ts';
import type { TestKey } from '../../support/x11-keys.ts';

/** For a window to come, milliseconds. */
const PATIENCE = 6_000;
const FLOOR = join(import.meta.dirname, 'floor');

/** How one of the two is started, and where its acts are. Paths of the tray's menu are given by their lines. */
export interface Program {
  args: readonly string[];
  folder?: string;
  open: readonly string[];
  /** Opens a window that copies when H is pressed in it. */
  openCopier: readonly string[];
  /** Pressed in that window before anything is copied. */
  choose: readonly TestKey[];
  copy: readonly string[];
  copied: RegExp;
  /** Show and put away the palette. */
  keys: readonly TestKey[];
}

export function ourApp(args: readonly string[]): Program {
  const open = ['Open Globus Token Tray'];
  return {
    args,
    open,
    openCopier: open,
    choose: ['Down'],
    copy: ['view_flows', 'Copy header'],
    copied: /^Authorization: /,
    keys: ['Control', 'Shift', 'G'],
  };
}

export const BARE: Program = {
  folder: FLOOR,
  args: [],
  open: ['Open'],
  openCopier: ['Open copier'],
  choose: [],
  copy: ['Copy'],
  copied: /^floor /,
  keys: ['Control', 'G'],
};

/** One of the two, running, with its icon. */
export interface Running {
  program: Program;
  pid: number;
  item: TrayItem;
  close: () => Promise<void>;
}

export interface Desk {
  session: DesktopSession;
  host: TrayHost;
  x11: X11;
  log: (line: string) => void;
}

export async function start({ session, host }: Desk, program: Program): Promise<Running> {
  const before = new Set(host.items().map(({ owner }) => owner));
  const spawned = await spawnApp(session, program);
  const added = () => host.items().find(({ owner }) => !before.has(owner));
  await host.waitUntil(() => Promise.resolve(added() !== undefined), 20_000);
  const item = added();
  if (item === undefined) throw new Error('the icon went away again');
  const close = async (): Promise<void> => {
    await spawned.close();
    await host.waitUntil(() => Promise.resolve(!host.items().includes(item)));
  };
  return { program, pid: spawned.pid, item, close };
}

/**
 * What `act` brings to the screen, and how soon, milliseconds. A key that the X server swallows while it announces a
 * keyboard, or a click on a line of a menu that was replaced meanwhile, is made once more; such a one is not timed,
 * and it is logged, so that nobody takes the figures for more than they are.
 */
export async function shownBy(
  { x11, log }: Desk,
  act: () => Promise<void>,
): Promise<{ window: number; taken: number }> {
  for (let tries = 2; ; tries -= 1) {
    const shown = x11.nextWindow({ milliseconds: PATIENCE });
    // An act that fails has said so itself.
    shown.catch(() => undefined);
    const started = performance.now();
    await act();
    const window = await shown.catch(() => null);
    if (window !== null) return { window, taken: performance.now() - started };
    if (tries === 0) throw new Error('nothing came to the screen, three times');
    log('ui: nothing came to the screen within 6 s; once more, and this one is not counted');
  }
}

/** @returns the window that a line of the tray's menu brought */
export async function openWindow(desk: Desk, { item }: Running, line: readonly string[]): Promise<number> {
  const { window } = await shownBy(desk, await desk.host.aim(item, line));
  return window;
}
