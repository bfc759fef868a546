import { setTimeout as delay } from 'node:timers/promises';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { startDesktopSession } from '../../support/desktop-session.ts';
import { demoArguments, startTrayApp } from '../../support/tray-app.ts';
import { signInFully } from '../../support/tray-rig.ts';
import { openX11 } from '../../support/x11.ts';
import { pressKeys } from '../../support/x11-keys.ts';
import { treeMemory } from '../memory.ts';
import { alternate, type Pair, type Unit } from '../statistics.ts';
import { readyToCopy, timeToCopyByKey, timeToCopyByTray } from './copies.ts';
import { cpuOver } from './cpu.ts';
import { BARE, type Desk, openWindow, ourApp, type Program, type Running, shownBy, start } from './desk.ts';

/**
 * At most this many times what the bare program takes. A window of ours loads a page with a list where the other
 * one has a word, so it may take half as long again, and twice on its first time; a palette that is kept is only
 * shown. A copy is written, marked and read back, and asks for a token that lies ready. Memory is the agent's,
 * the page's and their code. Idle is idle: half a per cent of a processor is granted to both sides.
 */
export const REAL_BUDGETS = {
  'ui.tray_to_paint_cold': 2,
  'ui.tray_to_paint': 2,
  'ui.shortcut_to_palette_cold': 2,
  'ui.shortcut_to_palette': 2,
  'ui.copy': 2,
  'ui.copy_by_tray': 2,
  'ui.memory_hidden': 1.35,
  'ui.memory_hidden_used': 1.35,
  'ui.memory_shown': 1.35,
  'ui.idle_cpu_hidden': 1.5,
  'ui.idle_cpu_shown': 1.5,
} as const;

export type RealKey = keyof typeof REAL_BUDGETS;

export const REAL_UNITS: Record<RealKey, Unit> = {
  'ui.tray_to_paint_cold': 'ms',
  'ui.tray_to_paint': 'ms',
  'ui.shortcut_to_palette_cold': 'ms',
  'ui.shortcut_to_palette': 'ms',
  'ui.copy': 'ms',
  'ui.copy_by_tray': 'ms',
  'ui.memory_hidden': 'MiB',
  'ui.memory_hidden_used': 'MiB',
  'ui.memory_shown': 'MiB',
  'ui.idle_cpu_hidden': 'ms',
  'ui.idle_cpu_shown': 'ms',
};

const COLD_PAIRS = 2;
const WARM_PAIRS = 10;
/** Memory and processor time are read when both programs have come to rest. */
const REST = 8_000;
const IDLE = 20_000;
/** Between two acts of a hand: what the one before it left to do is done. */
const PAUSE = 300;
/** Milliseconds in 20 s: what both may use before a ratio means anything, 0.5 % of a processor. */
const NOTHING = 100;

/**
 * The app, signed in and resting in the tray, beside a bare program on the same Electron that does the same with
 * nothing behind it. Both run with no driver attached and are seen from outside alone: clicks go over D-Bus, keys
 * through the X server; windows are seen as it maps them, which both programs ask for when the page is painted,
 * and copies as another program reads them.
 */
export async function measureReal(log: (line: string) => void): Promise<Record<RealKey, Pair[]>> {
  const [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
  const x11 = await openX11(session.display);
  try {
    if (session.tray === null) throw new Error('the session has no tray');
    const desk: Desk = { session, host: session.tray, x11, log };
    // The first key of a keyboard makes the X server announce its layout, and whoever reads that may miss the key.
    await pressKeys(session.display, ['Shift']);
    await signInOnce(desk, sandbox);
    const app = ourApp([...demoArguments(sandbox), '--hidden']);
    log('ui: the first window and the first palette after a start');
    const first = await firstTimes(desk, app);
    log('ui: both at rest');
    return { ...first, ...(await atRest(desk, app)) };
  } finally {
    x11.close();
    await session.close();
    await sandbox.close();
  }
}

async function firstTimes(desk: Desk, app: Program) {
  const palettes = { ours: [] as number[], floor: [] as number[] };
  const times = async (program: Program, into: number[]): Promise<number> => {
    const running = await start(desk, program);
    await delay(REST);
    const milliseconds = await timeToWindow(desk, running);
    into.push(await timeToPalette(desk, running));
    await running.close();
    return milliseconds;
  };
  const windows = await alternate(
    COLD_PAIRS,
    () => times(app, palettes.ours),
    () => times(BARE, palettes.floor),
  );
  const pairs = palettes.ours.map((ours, index) => ({ ours, floor: palettes.floor[index] ?? NaN }));
  return { 'ui.tray_to_paint_cold': windows, 'ui.shortcut_to_palette_cold': pairs };
}

async function atRest(desk: Desk, app: Program) {
  const ours = await start(desk, app);
  const bare = await start(desk, BARE);
  await delay(REST);
  const each = (pairs: number, measure: (one: Running) => Promise<number>) =>
    alternate(
      pairs,
      () => measure(ours),
      () => measure(bare),
    );
  const idle = () =>
    Promise.all([cpuOver(ours.pid, IDLE), cpuOver(bare.pid, IDLE)]).then(([one, floor]) => [
      { ours: one + NOTHING, floor: floor + NOTHING },
    ]);
  const hidden = { memory: await each(1, ({ pid }) => treeMemory(pid)), cpu: await idle() };
  // The first of each is cold, and measured as that.
  await each(1, (one) => timeToWindow(desk, one));
  await each(1, (one) => timeToPalette(desk, one));
  const windows = await each(WARM_PAIRS, (one) => timeToWindow(desk, one));
  const palettes = await each(WARM_PAIRS, (one) => timeToPalette(desk, one));
  const open = [
    await openWindow(desk, ours, ours.program.open),
    await openWindow(desk, bare, bare.program.open),
  ];
  await delay(REST);
  const shown = { memory: await each(1, ({ pid }) => treeMemory(pid)), cpu: await idle() };
  for (const window of open) await desk.x11.closeWindow(window);
  const copies = await timesToCopy(desk, ours, bare);
  await delay(REST);
  const used = await each(1, ({ pid }) => treeMemory(pid));
  for (const one of [ours, bare]) await one.close();
  return {
    'ui.tray_to_paint': windows,
    'ui.shortcut_to_palette': palettes,
    'ui.copy': copies.byKey,
    'ui.copy_by_tray': copies.byTray,
    'ui.memory_hidden': hidden.memory,
    'ui.memory_hidden_used': used,
    'ui.memory_shown': shown.memory,
    'ui.idle_cpu_hidden': hidden.cpu,
    'ui.idle_cpu_shown': shown.cpu,
  };
}

/** The first of each is cold and not counted. A copy counts down on the page, so nothing is idle after it. */
async function timesToCopy(desk: Desk, ours: Running, bare: Running) {
  const byTray = (pairs: number) =>
    alternate(
      pairs,
      () => timeToCopyByTray(desk, ours),
      () => timeToCopyByTray(desk, bare),
    );
  const [window, floor] = [
    await openWindow(desk, ours, ours.program.openCopier),
    await openWindow(desk, bare, bare.program.openCopier),
  ];
  await readyToCopy(desk, ours, window);
  await readyToCopy(desk, bare, floor);
  const byKey = (pairs: number) =>
    alternate(
      pairs,
      () => timeToCopyByKey(desk, ours, window),
      () => timeToCopyByKey(desk, bare, floor),
    );
  await byKey(1);
  const keys = await byKey(WARM_PAIRS);
  for (const one of [window, floor]) await desk.x11.closeWindow(one);
  await byTray(1);
  return { byKey: keys, byTray: await byTray(WARM_PAIRS) };
}

/** With a driver, once: what is signed in stays in the session's keyring. */
async function signInOnce({ session, host }: Desk, sandbox: Sandbox): Promise<void> {
  const tray = await startTrayApp(session, sandbox);
  await signInFully(session, tray);
  await tray.close();
  await host.waitUntil(() => Promise.resolve(host.items().length === 0));
}

/** From the click on the menu's line until the painted window is on the screen. */
async function timeToWindow(desk: Desk, { program, item }: Running): Promise<number> {
  const { window, taken } = await shownBy(desk, await desk.host.aim(item, program.open));
  await desk.x11.closeWindow(window);
  await delay(PAUSE);
  return taken;
}

/** From the keys until the painted palette is on the screen; the same keys put it away. */
async function timeToPalette(desk: Desk, { program }: Running): Promise<number> {
  const { session } = desk;
  const { taken } = await shownBy(desk, () => pressKeys(session.display, program.keys));
  await delay(PAUSE);
  await pressKeys(session.display, program.keys);
  await delay(PAUSE);
  return taken;
}
