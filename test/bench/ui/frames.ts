import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import type { AppView } from '../../../preload/contract.ts';
import { testBrowser } from '../../../scripts/test-browser.mjs';
import { serve } from '../../renderer/host.ts';

export type Files = ReadonlyMap<string, string | Uint8Array>;

/** Milliseconds that a page was busy for, frame by frame. */
export interface Frames {
  /** After each key in the filter. */
  keys: number[];
  /** With the filter given up: the list is back. */
  all: number[];
}

/** "flow 1" finds a handful of flows: each key leaves fewer rows, from the whole list on. */
const WORD = 'flow 1';
const WARM_UP = 2;
const ROUNDS = 12;

/** Types into the filter of the built page, in a real browser with a scripted bridge. */
export async function measureFrames(files: Files, view: AppView): Promise<Frames> {
  const server = await serve(files);
  const browser = await chromium.launch({ executablePath: await testBrowser(), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 400, height: 640 } });
    await page.addInitScript(installBridge, view);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`);
    await page.locator('[data-filter]').waitFor();
    const frames: Frames = { keys: [], all: [] };
    for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
      const keys: number[] = [];
      for (let end = 1; end <= WORD.length; end += 1) {
        keys.push(await page.evaluate(frameAfterInput, WORD.slice(0, end)));
      }
      const all = await page.evaluate(frameAfterInput, '');
      if (round < WARM_UP) continue;
      frames.keys.push(...keys);
      frames.all.push(all);
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
