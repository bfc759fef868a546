import { expect, it } from 'vitest';
import { showFirstFace } from '../../../main/desktop/first-face.ts';
import { FakeClock } from '../../support/agent-parts.ts';

/** What is done in the first ten seconds, with its time. */
async function started(options: { hidden?: true; palette?: true }, icon: { made: boolean; shown: boolean }) {
  const clock = new FakeClock(0);
  const done: [number, string][] = [];
  const note = (what: string) => () => void done.push([clock.now(), what]);
  showFirstFace({
    options: { hidden: options.hidden ?? false, palette: options.palette ?? false },
    openWindow: note('window'),
    openPalette: note('palette'),
    tray: {
      start: () => {
        note('icon')();
        return icon.made;
      },
      isShown: () => Promise.resolve(icon.shown),
    },
    late: { start: note('the rest') },
    clock,
    log: { info: () => undefined },
  });
  for (let second = 0; second < 10; second += 1) {
    clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return done;
}

const SHOWN = { made: true, shown: true };

it('is the window at once, and the rest does not wait for it for ever', async () => {
  expect(await started({}, SHOWN)).toEqual([
    [0, 'window'],
    [0, 'icon'],
    [1_500, 'the rest'],
  ]);
});

it('is the icon alone after a hidden start, where somebody shows it', async () => {
  expect(await started({ hidden: true }, SHOWN)).toEqual([
    [0, 'icon'],
    [0, 'the rest'],
  ]);
});

it('is the window after a hidden start whose icon nobody shows, be it that none is made or that no host came', async () => {
  const unmade = await started({ hidden: true }, { made: false, shown: false });
  expect(unmade).toEqual([
    [0, 'icon'],
    [0, 'window'],
    [0, 'the rest'],
  ]);
  const unshown = await started({ hidden: true }, { made: true, shown: false });
  expect(unshown).toEqual([
    [0, 'icon'],
    [0, 'the rest'],
    [5_000, 'window'],
  ]);
});

it('is the palette for who asks for that, with no window, icon or not', async () => {
  for (const hidden of [{}, { hidden: true }] as const) {
    const done = await started({ ...hidden, palette: true }, { made: false, shown: false });
    expect(done).toEqual([
      [0, 'palette'],
      [0, 'icon'],
      [1_500, 'the rest'],
    ]);
  }
});
