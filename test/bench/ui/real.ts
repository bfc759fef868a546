import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../../support/desktop-session.ts';
import { spawnApp } from '../../support/electron-app.ts';
import { until } from '../../support/processes.ts';
import { demoArguments, startTrayApp, systemClipboard } from '../../support/tray-app.ts';
import type { TrayHost, TrayItem } from '../../support/tray-host.ts';
import { signInFully } from '../../support/tray-rig.ts';
import { openX11, type X11 } from '../../support/x11.ts';
import { pressKeys, type TestKey } from '../../support/x11-keys.ts';
import { treeMemory } from '../memory.ts';
import { alternate, type Pair, type Unit } from '../statistics.ts';
import { cpuOver } from './cpu.ts';

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
  'ui.memory_hidden': 1.35,
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
  'ui.memory_hidden': 'MiB',
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
/** For a window to come, milliseconds. */
const PATIENCE = 6_000;
/** Milliseconds in 20 s: what both may use before a ratio means anything, 0.5 % of a processor. */
const NOTHING = 100;
const FLOOR = join(import.meta.dirname, 'floor');

interface Program {
  args: readonly string[];
  folder?: string;
  open: readonly string[];
  copy: readonly string[];
  copied: RegExp;
  keys: readonly TestKey[];
}

const BARE: Program = {
  folder: FLOOR,
  args: [],
  open: ['Open'],
  copy: ['Copy'],
  copied: /^floor /,
  keys: ['Control', 'G'],
};

/** One of the two, running, with its icon. */
interface Running {
  program: Program;
  pid: number;
  item: TrayItem;
  close: () => Promise<void>;
}

interface Desk {
  session: DesktopSession;
  host: TrayHost;
  x11: X11;
  log: (line: string) => void;
}

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
    const app: Program = {
      args: [...demoArguments(sandbox), '--hidden'],
      open: ['Open Globus Token Tray'],
      copy: ['view_flows', 'Copy header'],
      copied: /^Authorization: /,
      keys: ['Control', 'Shift', 'G'],
    };
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
  const open = [await openWindow(desk, ours), await openWindow(desk, bare)];
  await delay(REST);
  const shown = { memory: await each(1, ({ pid }) => treeMemory(pid)), cpu: await idle() };
  for (const window of open) await desk.x11.closeWindow(window);
  // Last: a copy that counts down on the page is not idle.
  await each(1, (one) => timeToCopy(desk, one));
  const copies = await each(WARM_PAIRS, (one) => timeToCopy(desk, one));
  for (const one of [ours, bare]) await one.close();
  return {
    'ui.tray_to_paint': windows,
    'ui.shortcut_to_palette': palettes,
    'ui.copy': copies,
    'ui.memory_hidden': hidden.memory,
    'ui.memory_shown': shown.memory,
    'ui.idle_cpu_hidden': hidden.cpu,
    'ui.idle_cpu_shown': shown.cpu,
  };
}

/** With a driver, once: what is signed in stays in the session's keyring. */
async function signInOnce({ session, host }: Desk, sandbox: Sandbox): Promise<void> {
  const tray = await startTrayApp(session, sandbox);
  await signInFully(session, tray);
  await tray.close();
  await host.waitUntil(() => Promise.resolve(host.items().length === 0));
}

async function start({ session, host }: Desk, program: Program): Promise<Running> {
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
async function shownBy(
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

async function openWindow(desk: Desk, { program, item }: Running): Promise<number> {
  const { window } = await shownBy(desk, () => desk.host.click(item, program.open));
  return window;
}

/** From the click on the menu's line until the painted window is on the screen. */
async function timeToWindow(desk: Desk, { program, item }: Running): Promise<number> {
  const { window, taken } = await shownBy(desk, () => desk.host.click(item, program.open));
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

/** From the click on the menu's line until another program can paste it. */
async function timeToCopy(desk: Desk, { program, item }: Running): Promise<number> {
  await putAway(desk);
  const started = performance.now();
  await desk.host.click(item, program.copy);
  await until('the copy', async () =>
    program.copied.test(await systemClipboard(desk.session)) ? true : undefined,
  );
  return performance.now() - started;
}

/** Somebody else copies something. */
async function putAway({ session }: Desk): Promise<void> {
  const xclip = spawn('xclip', ['-selection', 'clipboard', '-i'], {
    env: session.env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  xclip.stdin.end('something else');
  await once(xclip, 'exit');
  await until('something else', async () =>
    (await systemClipboard(session)) === 'something else' ? true : undefined,
  );
}
