import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDesktopSession, type DesktopSession } from '../support/desktop-session.ts';
import { spawnApp, type SpawnedApp } from '../support/electron-app.ts';
import { startTrayHost } from '../support/tray-host.ts';
import { openX11 } from '../support/x11.ts';
import { treeMemory } from './memory.ts';
import { alternate, measurement, type Measurement } from './statistics.ts';

export const BUDGETS = {
  'start.tray': 1.4,
  'start.window': 1.5,
  'memory.tray_only': 1.15,
  'memory.window': 1.25,
  'memory.after_close': 1.15,
} as const;

const START_PAIRS = 10;
const MEMORY_PAIRS = 3;
/** Memory is read when the program has come to rest. */
const REST = 8_000;

interface Program {
  folder?: string;
  args: readonly string[];
}

const FLOOR = join(import.meta.dirname, 'floor');
const TRAY = { ours: { args: ['--hidden'] }, floor: { folder: join(FLOOR, 'tray'), args: [] } };
const WINDOW = { ours: { args: [] }, floor: { folder: join(FLOOR, 'window'), args: [] } };

/**
 * Start times and memory of the desktop app beside bare programs on the same Electron, in a private session.
 * Everything is seen from outside: the tray item as the panel sees it, the window as the X server does.
 */
export async function measureDesktop(log: (line: string) => void): Promise<Record<string, Measurement>> {
  const session = await startDesktopSession({ tray: false });
  try {
    log('warming up');
    for (const program of [TRAY.ours, TRAY.floor]) await timeToTray(session, program);
    for (const program of [WINDOW.ours, WINDOW.floor]) await timeToWindow(session, program);

    log('start.tray');
    const tray = await alternate(
      START_PAIRS,
      () => timeToTray(session, TRAY.ours),
      () => timeToTray(session, TRAY.floor),
    );
    log('start.window');
    const window = await alternate(
      START_PAIRS,
      () => timeToWindow(session, WINDOW.ours),
      () => timeToWindow(session, WINDOW.floor),
    );
    log('memory.tray_only');
    const trayMemory = await alternate(
      MEMORY_PAIRS,
      () => memoryInTray(session, TRAY.ours),
      () => memoryInTray(session, TRAY.floor),
    );
    log('memory.window, memory.after_close');
    const afterClose = { ours: [] as number[], floor: [] as number[] };
    const windowMemory = await alternate(
      MEMORY_PAIRS,
      () => memoryOfWindow(session, WINDOW.ours, afterClose.ours),
      () => memoryOfWindow(session, WINDOW.floor, afterClose.floor),
    );
    const closedMemory = afterClose.ours.map((ours, index) => ({
      ours,
      floor: afterClose.floor[index] ?? NaN,
    }));

    return {
      'start.tray': measurement(tray, { unit: 'ms', budget: BUDGETS['start.tray'] }),
      'start.window': measurement(window, { unit: 'ms', budget: BUDGETS['start.window'] }),
      'memory.tray_only': measurement(trayMemory, { unit: 'MiB', budget: BUDGETS['memory.tray_only'] }),
      'memory.window': measurement(windowMemory, { unit: 'MiB', budget: BUDGETS['memory.window'] }),
      'memory.after_close': measurement(closedMemory, { unit: 'MiB', budget: BUDGETS['memory.after_close'] }),
    };
  } finally {
    await session.close();
  }
}

/** From exec until the item is registered with the watcher, milliseconds. */
function timeToTray(session: DesktopSession, program: Program): Promise<number> {
  return withApp(session, program, (_app, shown) => shown.tray);
}

/** From exec until the window is on the screen, milliseconds: both programs show it when it is ready to. */
function timeToWindow(session: DesktopSession, program: Program): Promise<number> {
  return withApp(session, program, async (_app, shown) => (await shown.window).at);
}

function memoryInTray(session: DesktopSession, program: Program): Promise<number> {
  return withApp(session, program, async (app, shown) => {
    await shown.tray;
    await delay(REST);
    return treeMemory(app.pid);
  });
}

/** With the window open; what stays after closing it goes to `afterClose`. */
function memoryOfWindow(session: DesktopSession, program: Program, afterClose: number[]): Promise<number> {
  return withApp(session, program, async (app, shown) => {
    const { close } = await shown.window;
    await delay(REST);
    const open = await treeMemory(app.pid);
    await close();
    await delay(REST);
    afterClose.push(await treeMemory(app.pid));
    return open;
  });
}

interface Shown {
  tray: Promise<number>;
  window: Promise<{ at: number; close: () => Promise<void> }>;
}

/** One start of one program, with a tray host and an X client that belong to this start alone. */
async function withApp<T>(
  session: DesktopSession,
  program: Program,
  use: (app: SpawnedApp, shown: Shown) => Promise<T>,
): Promise<T> {
  const tray = await startTrayHost(session.busAddress);
  const x11 = await openX11(session.display);
  const started = performance.now();
  const shown: Shown = {
    tray: tray.waitForItem().then(() => performance.now() - started),
    window: x11.nextWindow().then((window) => ({
      at: performance.now() - started,
      close: () => x11.closeWindow(window),
    })),
  };
  // Each start waits for one of the two; the other may never come.
  shown.tray.catch(() => undefined);
  shown.window.catch(() => undefined);
  const app = await spawnApp(session, program);
  try {
    return await use(app, shown);
  } finally {
    await app.close();
    x11.close();
    await tray.close();
  }
}
