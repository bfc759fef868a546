import { expect, test, vi } from 'vitest';
import { appView, STATES } from '../support/fake-bridge.ts';
import { pageHost } from './page-host.ts';
import { openPlace, type Place, PLACES } from './places.ts';
import { serious } from './serious.ts';

// A real browser on a busy machine.
vi.setConfig({ testTimeout: 40_000 });

const host = pageHost();

test.each(PLACES.map((place): [string, Place] => [place.title, place]))(
  '[C58] [C42] %s: nothing serious for axe, no policy broken, nothing asked of the network',
  async (_title, place) => {
    const opened = await openPlace(host, place);
    for (const colorScheme of ['light', 'dark'] as const) {
      await opened.page.emulateMedia({ colorScheme });
      expect(await serious(opened.page), colorScheme).toEqual([]);
    }
    expect(await opened.complaints()).toEqual([]);
    await opened.close();
  },
);

test('[C58] nothing turns for people who asked for less motion', async () => {
  for (const reducedMotion of [true, false]) {
    const opened = await host.open(STATES['waiting'] ?? appView(), { reducedMotion });
    const turning = await opened.page.evaluate(() => document.getAnimations().length);
    expect(turning > 0).toBe(!reducedMotion);
    await opened.close();
  }
});
