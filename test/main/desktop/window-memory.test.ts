import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WindowMemory, type Watched } from '../../../main/desktop/window-memory.ts';
import type { WindowBounds } from '../../../main/settings/types.ts';
import { FakeClock } from '../../support/agent-parts.ts';

const ASKED = { x: 800, y: 40, width: 400, height: 640 };

class FakeWindow extends EventEmitter {
  bounds: WindowBounds = ASKED;
  destroyed = false;
  getNormalBounds = () => this.bounds;
  isDestroyed = () => this.destroyed;

  /** As a drag does: a move for every few pixels. */
  drag(to: Partial<WindowBounds>): void {
    this.bounds = { ...this.bounds, ...to };
    this.emit('move');
  }
}

function setup(options: { broken?: boolean; bounds?: WindowBounds } = {}) {
  const clock = new FakeClock();
  const written: WindowBounds[] = [];
  const store = { broken: options.broken ?? false };
  const memory = new WindowMemory({
    read: () => written.at(-1) ?? null,
    write: (bounds) => {
      if (store.broken) throw new Error('read-only');
      written.push(bounds);
    },
    clock,
  });
  const open = (): FakeWindow => {
    const window = new FakeWindow();
    window.bounds = options.bounds ?? ASKED;
    memory.watch(window as unknown as Watched, ASKED);
    window.emit('show');
    clock.advance(300);
    return window;
  };
  return { clock, written, store, memory, open };
}

describe('what the user moved', () => {
  it('is written once it rests, not with every move', () => {
    const { clock, written, open } = setup();
    const window = open();
    for (let x = 790; x > 600; x -= 10) {
      window.drag({ x });
      clock.advance(16);
    }
    expect(written).toEqual([]);
    clock.advance(600);
    expect(written).toEqual([{ ...ASKED, x: 610 }]);
  });

  it('counts also when the window closes at once', () => {
    const { clock, written, open } = setup();
    const window = open();
    window.drag({ width: 520, height: 700 });
    window.emit('close');
    window.destroyed = true;
    window.emit('closed');
    expect(written).toEqual([{ ...ASKED, width: 520, height: 700 }]);
    clock.advance(5_000);
    expect(written).toHaveLength(1);
  });

  it('is the place asked for, moved: a frame that is counted in does not make it wander', () => {
    const { clock, written, open } = setup({
      bounds: { ...ASKED, x: ASKED.x + 4, y: ASKED.y + 28 },
    });
    const window = open();
    window.drag({ x: ASKED.x + 4 - 100 });
    clock.advance(600);
    expect(written).toEqual([{ ...ASKED, x: ASKED.x - 100 }]);
  });
});

it('writes nothing for a window that nobody moved', () => {
  const { clock, written, open } = setup();
  const window = open();
  window.emit('move');
  clock.advance(600);
  window.emit('close');
  expect(written).toEqual([]);
});

it('writes nothing for what the window manager does while the window appears', () => {
  const clock = new FakeClock();
  const { written, memory } = setup();
  const window = new FakeWindow();
  memory.watch(window as unknown as Watched, ASKED);
  window.emit('show');
  window.drag({ x: 0, y: 27 });
  clock.advance(5_000);
  window.emit('close');
  expect(written).toEqual([]);
});

it('keeps for this run what could not be written, and tries again with the next move', () => {
  const { clock, written, store, memory, open } = setup({ broken: true });
  const window = open();
  window.drag({ x: 500 });
  clock.advance(600);
  expect(memory.bounds).toEqual({ ...ASKED, x: 500 });
  expect(written).toEqual([]);
  store.broken = false;
  window.drag({ x: 400 });
  clock.advance(600);
  expect(written).toEqual([{ ...ASKED, x: 400 }]);
  expect(memory.bounds).toEqual({ ...ASKED, x: 400 });
});
