import { EventEmitter, once } from 'node:events';
import type { App } from 'electron';
import { expect, it } from 'vitest';
import { cleanUpBeforeQuit } from '../../../main/desktop/quit.ts';
import { FakeClock } from '../../support/agent-parts.ts';

/** Quits as Electron does: asks first, ends unless it was held back. */
class FakeApp extends EventEmitter {
  quit = (): void => {
    let held = false;
    this.emit('before-quit', { preventDefault: () => (held = true) });
    if (!held) this.emit('ended');
  };
}

it('[C37] waits for the clean-up, then ends, and cleans up once', async () => {
  const app = new FakeApp();
  let cleaned = 0;
  let finish = () => {};
  const cleanUp = () => {
    cleaned += 1;
    return new Promise<void>((resolve) => (finish = resolve));
  };
  cleanUpBeforeQuit(app as unknown as App, cleanUp, new FakeClock().after);
  const order: string[] = [];
  app.on('ended', () => order.push('ended'));
  const ended = once(app, 'ended');
  app.quit();
  app.quit();
  order.push('cleaned');
  finish();
  await ended;
  expect(order).toEqual(['cleaned', 'ended']);
  expect(cleaned).toBe(1);
});

it('ends also when the clean-up fails', async () => {
  const app = new FakeApp();
  cleanUpBeforeQuit(app as unknown as App, () => Promise.reject(new Error('x')), new FakeClock().after);
  const ended = once(app, 'ended');
  app.quit();
  await ended;
});

it('ends after the limit when the clean-up hangs', async () => {
  const app = new FakeApp();
  const clock = new FakeClock();
  cleanUpBeforeQuit(app as unknown as App, () => new Promise(() => {}), clock.after, 3_000);
  const ended = once(app, 'ended');
  app.quit();
  clock.advance(3_000);
  await ended;
});
