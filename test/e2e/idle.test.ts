import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { startTrayApp, type TrayApp } from '../support/tray-app.ts';
import { signInFully } from '../support/tray-rig.ts';

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
    let known = -1;
    await expect
      .poll(
        async () => {
          const before = known;
          known = await states();
          return known === before;
        },
        { interval: 1_000, timeout: 15_000 },
      )
      .toBe(true);
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
