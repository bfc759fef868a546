import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import type { AppView } from '../../../preload/contract.ts';
import { serve } from '../../renderer/host.ts';

export type Files = ReadonlyMap<string, string | Uint8Array>;

/** Milliseconds that a page was busy for, frame by frame. */
export interface Frames {
  /** After each key in the filter. */
  keys: number[];
  /** With the filter given up: the whole list is back. */
  all: number[];
  /** The same texts as rows of an empty page, without a style or a script of ours. */
  bare: number[];
}

/** "flow 1" finds a handful of flows: each key leaves fewer rows, from the whole list on. */
const WORD = 'flow 1';
const WARM_UP = 2;
const ROUNDS = 12;

/** Types into the filter of the built page, in a real browser with a scripted bridge. */
export async function measureFrames(files: Files, view: AppView): Promise<Frames> {
  const server = await serve(files);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 400, height: 640 } });
    await page.addInitScript(installBridge, view);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`);
    await page.locator('[data-filter]').waitFor();
    const empty = await browser.newPage({ viewport: { width: 400, height: 640 } });
    const rows = view.groups.flatMap(({ scopes }) =>
      scopes.map(({ name, definition }) => [name, definition]),
    );
    const frames: Frames = { keys: [], all: [], bare: [] };
    for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
      // A page in the background has no frames.
      await page.bringToFront();
      const keys: number[] = [];
      for (let end = 1; end <= WORD.length; end += 1) {
        keys.push(await page.evaluate(frameAfterInput, WORD.slice(0, end)));
      }
      const all = await page.evaluate(frameAfterInput, '');
      await empty.bringToFront();
      const bare = await empty.evaluate(frameOfRows, rows);
      if (round < WARM_UP) continue;
      frames.keys.push(...keys);
      frames.all.push(all);
      frames.bare.push(bare);
    }
    return frames;
  } finally {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Runs in the page, before its own scripts. */
function installBridge(view: AppView): void {
  const call = (name: string) => Promise.resolve(name === 'state.get' ? view : { ok: true, value: null });
  Object.assign(window, { tray: { call, on: () => () => undefined } });
}

/**
 * Runs in the page: changes the filter at the beginning of a frame and answers how long the page was busy until
 * that frame was styled, laid out and painted. A message that is posted in a frame is heard after it.
 */
function frameAfterInput(text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const input = document.querySelector<HTMLInputElement>('[data-filter]');
    if (input === null) return reject(new Error('the page has no filter'));
    requestAnimationFrame(() => {
      const started = performance.now();
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve(performance.now() - started);
      input.value = text;
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      channel.port2.postMessage(null);
    });
  });
}

/** Runs in an empty page: the same measure for the least that can put these texts on the screen. */
function frameOfRows(rows: readonly string[][]): Promise<number> {
  document.body.replaceChildren();
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const started = performance.now();
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve(performance.now() - started);
      for (const texts of rows) {
        const row = document.createElement('p');
        for (const text of texts)
          row.append(Object.assign(document.createElement('div'), { textContent: text }));
        document.body.append(row);
      }
      channel.port2.postMessage(null);
    });
  });
}
