import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { type SpawnedApp, spawnApp } from '../support/electron-app.ts';
import { until } from '../support/processes.ts';
import { inspectMain, type MainInspector } from '../support/main-inspector.ts';
import { type Counts, countInPage } from '../support/page-counters.ts';
import { demoArguments, startTrayApp, type TrayApp } from '../support/tray-app.ts';
import { brokerListens, signInFully } from '../support/tray-rig.ts';

/** In the main process. */
const PAGES = 'electron.webContents.getAllWebContents()';
const SOURCE = JSON.stringify(`(${String(countInPage)})()`);

/** Everything that a page can be woken by on its own. */
interface Counted {
  pending: Set<unknown>;
  intervals: number;
}

describe('the app when nothing happens', () => {
  let session: DesktopSession;
  let sandbox: Sandbox;
  let tray: TrayApp;
  beforeAll(async () => {
    [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
    tray = await startTrayApp(session, sandbox);
    await tray.page.addInitScript(countTimers);
    await signInFully(session, tray);
    await tray.page.reload();
    await tray.page.getByText('view_flows').first().waitFor();
  });
  afterAll(async () => {
    await tray.close();
    await sandbox.close();
    await session.close();
  });

  const timers = () =>
    tray.page.evaluate(() => {
      const { pending, intervals } = (window as unknown as { counted: Counted }).counted;
      return { pending: pending.size, intervals, visible: document.visibilityState };
    });

  it('keeps one timer while the page is seen, for the time left, and none while it is hidden', async () => {
    await expect.poll(timers).toEqual({ pending: 1, intervals: 0, visible: 'visible' });
    await told('hidden');
    await expect.poll(timers, { timeout: 5_000 }).toEqual({ pending: 0, intervals: 0, visible: 'hidden' });
    await told('visible');
    await expect.poll(timers, { timeout: 5_000 }).toEqual({ pending: 1, intervals: 0, visible: 'visible' });
  });

  it('sends the page no state while nothing changes', async () => {
    const states = async () => (await tray.messages()).split('"tray:state"').length;
    // What the sign-in set off has been said.
    await standsStill(states);
    expect(await statesDuring(3_000)).toBe(0);
  });

  /** Messages that say how things stand, as main sends them to any page while the time passes. */
  function statesDuring(milliseconds: number): Promise<number> {
    return tray.app.evaluate(async ({ webContents }, time) => {
      let count = 0;
      for (const contents of webContents.getAllWebContents()) {
        const send = contents.send.bind(contents);
        contents.send = (name: string, ...args: unknown[]) => {
          count += 1;
          send(name, ...args);
        };
      }
      await new Promise((resolve) => setTimeout(resolve, time));
      return count;
    }, milliseconds);
  }

  /** The driver makes every page believe that it is looked at, so the page is told as the browser would. */
  function told(visible: 'visible' | 'hidden'): Promise<void> {
    return tray.page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    }, visible);
  }
});

/** Milliseconds in which nothing may happen: only time can show that. */
const QUIET = 2_500;

// One story: each part starts where the one before it ended.
describe('a window that nobody can see, with no driver', { sequential: true }, () => {
  let session: DesktopSession;
  let sandbox: Sandbox;
  let app: SpawnedApp;
  let main: MainInspector;
  beforeAll(async () => {
    [session, sandbox] = await Promise.all([startDesktopSession(), startSandbox()]);
    const signingIn = await startTrayApp(session, sandbox);
    await signInFully(session, signingIn);
    await signingIn.close();
    app = await spawnApp(session, { args: demoArguments(sandbox), inspected: true });
    await brokerListens(session);
    main = await inspectMain(app);
    await until('the page', async () => (await main.run(`${PAGES}.length`)) === 1 || undefined);
    // Counts from before the page's own scripts.
    await main.run(`(async () => {
      const [page] = ${PAGES};
      page.debugger.attach('1.3');
      await page.debugger.sendCommand('Page.enable');
      await page.debugger.sendCommand('Page.addScriptToEvaluateOnNewDocument', { source: ${SOURCE} });
      const loaded = new Promise((resolve) => page.once('did-finish-load', resolve));
      page.reload();
      await loaded;
      globalThis.sent = 0;
      const send = page.send.bind(page);
      page.send = (...message) => { globalThis.sent += 1; send(...message); };
    })()`);
    await until('the time left', async () => {
      const text = await inPage<string>('document.body.innerText');
      return /view_flows[^]*\d+ h/.test(text) || undefined;
    });
  });
  afterAll(async () => {
    main.close();
    await app.close();
    await sandbox.close();
    await session.close();
  });

  const inPage = <T>(code: string): Promise<T> =>
    main.run(`${PAGES}[0].executeJavaScript(${JSON.stringify(code)})`);
  const counts = () => inPage<Counts>('counted.read()');

  it('waits for the next time to show while it is seen', async () => {
    await expect.poll(counts, { timeout: 5_000 }).toMatchObject({ pending: 1, visible: 'visible' });
  });

  it('runs no timer, draws no frame and is told nothing while it is hidden', async () => {
    // What the start set off has been said.
    await standsStill(() => main.run<number>('sent'));
    await main.run('electron.BrowserWindow.getAllWindows()[0].hide()');
    await expect.poll(counts, { timeout: 5_000 }).toMatchObject({ pending: 0, visible: 'hidden' });
    await inPage('counted.reset() && null');
    await main.run('(globalThis.sent = 0)');
    const before = await scriptTime();
    await delay(QUIET);
    expect(await counts()).toEqual({ fired: 0, frames: 0, pending: 0, visible: 'hidden' });
    expect(await main.run('sent')).toBe(0);
    // Also of what no counter knows; reading itself takes a moment of it.
    expect((await scriptTime()) - before).toBeLessThan(0.02);
  });

  it('shows the right time at once when it is seen again', async () => {
    await main.run('electron.BrowserWindow.getAllWindows()[0].show()');
    await expect.poll(counts, { timeout: 5_000 }).toMatchObject({ pending: 1, visible: 'visible' });
  });

  it('is no page at all once it was closed to the tray', async () => {
    const pids = () =>
      main.run<number>(`electron.app.getAppMetrics().filter(({ type }) => type === 'Tab').length`);
    expect(await pids()).toBeGreaterThan(0);
    await main.run(`electron.BrowserWindow.getAllWindows()[0].close()`);
    await expect.poll(() => main.run(`${PAGES}.length`), { timeout: 5_000 }).toBe(0);
    await expect.poll(pids, { timeout: 10_000 }).toBe(0);
  });

  /** Seconds that the page's scripts have run for (CDP `Performance.getMetrics`). */
  async function scriptTime(): Promise<number> {
    return main.run(`(async () => {
      const { debugger: cdp } = ${PAGES}[0];
      await cdp.sendCommand('Performance.enable');
      const { metrics } = await cdp.sendCommand('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'ScriptDuration').value;
    })()`);
  }
});

/** Resolves once a number was the same for a second. */
async function standsStill(read: () => Promise<number>): Promise<void> {
  let known = -1;
  await expect
    .poll(
      async () => {
        const before = known;
        known = await read();
        return known === before;
      },
      { interval: 1_000, timeout: 15_000 },
    )
    .toBe(true);
}

/** Runs in the page, before its own scripts. */
function countTimers(): void {
  const counted: Counted = { pending: new Set(), intervals: 0 };
  const { setTimeout: set, clearTimeout: clear } = window;
  Object.assign(window, {
    counted,
    setTimeout: (run: () => void, milliseconds?: number) => {
      const id = set.call(
        window,
        () => {
          counted.pending.delete(id);
          run();
        },
        milliseconds,
      );
      counted.pending.add(id);
      return id;
    },
    clearTimeout: (id: number) => {
      counted.pending.delete(id);
      clear.call(window, id);
    },
    setInterval: () => (counted.intervals += 1),
  });
}
