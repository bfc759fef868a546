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
    expect(palette.notice).toEqual({
      kind: 'copied',
      text: 'Copied curl for view_flows',
      then: 'clears in 45 s',
    });
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

describe('a copy that takes long', () => {
  async function copying() {
    const all = await setup();
    const { promise, answer } = late<Answer>();
    all.bridge.replies['scope.copy'] = () => promise;
    return { ...all, answer, copied: all.palette.act('curl') };
  }
  const CANCELLED: Answer = { ok: false, problem: { ...PROBLEM, reason: 'cancelled' } };

  it('says so after 300 ms, and nothing before', async () => {
    const { palette, clock, answer, copied } = await copying();
    clock.pass(299);
    expect(palette.notice).toBeNull();
    clock.pass(1);
    expect(palette.notice).toEqual({ kind: 'copying', text: 'Copying curl for view_flows' });
    answer({ ok: true, value: null });
    await copied;
    expect(palette.notice?.kind).toBe('copied');
  });

  it('is ended by Escape, in main too, and the palette stays with what was typed', async () => {
    const { palette, bridge, clock, answer, copied, asked } = await copying();
    clock.pass(300);
    await palette.act('escape');
    expect(palette.notice).toBeNull();
    const [scope] = appView().groups[0]?.scopes ?? [];
    expect(bridge.asked.at(-1)).toEqual([
      'call.cancel',
      { call: 'scope.copy', scope: scope?.scope, format: 'curl' },
    ]);
    answer(CANCELLED);
    await copied;
    clock.pass(60_000);
    expect(palette.notice).toBeNull();
    expect(asked()).toEqual(['scope.copy', 'call.cancel']);
  });

  it('goes on when another key is pressed, and is not begun twice', async () => {
    const { palette, clock, answer, copied, asked } = await copying();
    clock.pass(300);
    await palette.act('curl');
    palette.type('view');
    answer({ ok: true, value: null });
    await copied;
    expect(asked()).toEqual(['scope.copy']);
    expect(palette.notice?.kind).toBe('copied');
  });

  it('of an earlier opening keeps nobody from copying in this one, and says nothing', async () => {
    const { palette, bridge, clock, asked } = await copying();
    bridge.tell('palette', { recent: [] });
    clock.pass(300);
    expect(palette.notice).toBeNull();
    void palette.act('header');
    expect(asked()).toEqual(['scope.copy', 'scope.copy']);
  });
});

describe('a test call', () => {
  it.each(['escape', 'next', 'curl'] as const)('that is left by "%s" is ended in main', async (action) => {
    const { palette, bridge, asked } = await setup();
    bridge.replies['call.run'] = () => new Promise(() => undefined);
    void palette.act('test-call');
    await palette.act(action);
    expect(palette.notice?.kind).not.toBe('trying');
    expect(asked().slice(0, 2)).toEqual(['call.run', 'call.cancel']);
    expect(bridge.asked.find(([name]) => name === 'call.cancel')?.[1]).toMatchObject({
      call: 'call.run',
      recipe: 'list-flows',
    });
  });

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
