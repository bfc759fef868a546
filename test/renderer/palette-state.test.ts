import { describe, expect, it } from 'vitest';
import type { Answer, AppView } from '../../preload/contract.ts';
import { PaletteState } from '../../renderer/palette/palette-state.svelte.ts';
import { CALL, PROBLEM, appView } from '../support/fake-bridge.ts';
import { HandBridge, HandClock } from './hands.ts';

async function setup(view: AppView = appView()) {
  const [bridge, clock] = [new HandBridge(view), new HandClock()];
  const palette = new PaletteState(bridge, clock);
  const stop = await palette.start();
  const asked = () => bridge.asked.map(([name]) => name).filter((name) => name !== 'state.get');
  return { bridge, clock, palette, stop, asked };
}

/** Answered when the test says so. */
function late<T>() {
  let answer: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (answer = resolve));
  return { promise, answer };
}

describe('after a copy', () => {
  it('is there to be read for a moment of at most 700 ms, then closes', async () => {
    const { palette, clock, asked } = await setup();
    await palette.act('curl');
    expect(palette.notice).toEqual({ kind: 'copied', text: 'Copied curl for view_flows' });
    clock.pass(300);
    expect(asked()).toEqual(['scope.copy']);
    clock.pass(400);
    expect(asked()).toEqual(['scope.copy', 'palette.close']);
  });

  it('that failed it stays, for good', async () => {
    const { palette, clock, bridge, asked } = await setup();
    bridge.replies['scope.copy'] = () => ({ ok: false, problem: PROBLEM });
    await palette.act('header');
    clock.pass(60_000);
    expect(palette.notice).toEqual({ kind: 'problem', problem: PROBLEM });
    expect(asked()).toEqual(['scope.copy']);
  });

  it('does not close what was opened anew meanwhile', async () => {
    const { palette, clock, bridge, asked } = await setup();
    await palette.act('curl');
    bridge.tell('palette', { recent: [] });
    clock.pass(60_000);
    expect(palette.notice).toBeNull();
    expect(asked()).toEqual(['scope.copy']);
  });

  it('whose answer is late, of an earlier opening, says nothing in this one', async () => {
    const { palette, bridge, clock, asked } = await setup();
    const { promise, answer } = late<Answer>();
    bridge.replies['scope.copy'] = () => promise;
    const copying = palette.act('curl');
    bridge.tell('palette', { recent: [] });
    answer({ ok: true, value: null });
    await copying;
    clock.pass(60_000);
    expect(palette.notice).toBeNull();
    expect(asked()).toEqual(['scope.copy']);
  });
});

describe('a test call', () => {
  it('whose answer comes after the next key is not shown', async () => {
    const { palette, bridge } = await setup();
    const { promise, answer } = late<Answer<typeof CALL>>();
    bridge.replies['call.run'] = () => promise;
    const trying = palette.act('test-call');
    expect(palette.notice?.kind).toBe('trying');
    palette.type('run');
    answer({ ok: true, value: CALL });
    await trying;
    expect(palette.notice).toBeNull();
  });
});

describe('while it is hidden', () => {
  it('forgets what was typed and has no timer', async () => {
    const { palette, clock } = await setup();
    palette.type('secret project');
    await palette.act('curl');
    clock.show(false);
    expect(palette.text).toBe('');
    expect(palette.notice).toBeNull();
    expect(clock.waiting).toBe(0);
  });

  it('listens to nothing more once it is stopped', async () => {
    const { bridge, clock, stop } = await setup();
    stop();
    expect(bridge.listeners).toBe(0);
    expect(clock.listeners).toBe(0);
    expect(clock.waiting).toBe(0);
  });
});
